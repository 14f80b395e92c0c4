import { Registry } from "prom-client";
import { expect, test } from "vitest";
import { getWith, Rig, retriesAtOnce } from "../../tests/rig/rig.js";
import { streamEnds } from "../../tests/rig/stream-ends.js";
import { defaults } from "../src/policies/defaults.js";
import { metricList } from "./metrics/index.js";
import { prometheus, prometheusName } from "./prometheus.js";
import { sharedStore } from "./stores/index.js";

const breaker = { ...defaults.breaker, minimumCalls: 2, cooldown: 1_000 };

/** The exposition parsed back: every series under its name and sorted labels. */
async function scraped(register: Registry): Promise<Map<string, number>> {
  const series = new Map<string, number>();
  for (const line of (await register.metrics()).split("\n")) {
    if (line === "" || line.startsWith("#")) continue;
    const [, name, labels = "", value] = /^([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\{(.*)\})? (\S+)$/.exec(line) ?? [];
    if (name === undefined) throw new Error(`not Prometheus text: ${line}`);
    const pairs = [...labels.matchAll(/([a-z_]+)="([^"]*)"/g)].map(([, label, text]) => `${label}=${text}`);
    series.set(`${name}{${pairs.sort().join()}}`, Number(value));
  }
  return series;
}

/** A client that is counted. */
function watched(options: ConstructorParameters<typeof Rig>[0] = {}) {
  const register = new Registry();
  const rig = new Rig(options);
  const detach = prometheus(rig.client, { register, name: "shop" });
  const read = async (series: string) => (await scraped(register)).get(series);
  return { rig, register, detach, read };
}

test("calls, attempts and retries are counted by operation and outcome", async () => {
  const { rig, read } = watched();
  rig.replies(503, { fails: "ECONNRESET" }, 200, 404);
  const getThing = getWith({ retry: retriesAtOnce(2) });
  await rig.end(getThing);
  await rig.end(getThing);
  expect(await read("resil_calls_total{client=shop,operation=getThing,outcome=ok}")).toBe(1);
  expect(await read("resil_calls_total{client=shop,operation=getThing,outcome=unexpected-response}")).toBe(1);
  expect(await read("resil_attempts_total{client=shop,code=200,operation=getThing,outcome=ok}")).toBe(1);
  expect(await read("resil_attempts_total{client=shop,code=,operation=getThing,outcome=network}")).toBe(1);
  expect(await read("resil_retries_total{client=shop,operation=getThing,reason=503}")).toBe(1);
  expect(await read("resil_retries_total{client=shop,operation=getThing,reason=network}")).toBe(1);
  expect(await read("resil_given_up_total{client=shop,operation=getThing,reason=not-retryable}")).toBe(1);
});

test.each(streamEnds)("a stream's end is counted by how it came: $outcome", async ({ outcome, run }) => {
  const { rig, read } = watched();
  await run(rig);
  const labels = `client=shop,operation=getThing,outcome=${outcome}`;
  expect(await read(`resil_streams_total{${labels}}`)).toBe(1);
  expect(await read(`resil_stream_duration_seconds_count{${labels}}`)).toBe(1);
  const reconnects = await read("resil_stream_reconnects_total{client=shop,operation=getThing,reason=network}");
  expect(reconnects).toBe(["network", "http"].includes(outcome) ? 1 : undefined);
});

test("lengths are in seconds, waits included for calls and not for attempts", async () => {
  const { rig, read } = watched();
  rig.replies({ status: 503, after: 300 }, { after: 40 });
  await rig.end(
    getWith({ retry: { ...retriesAtOnce(1), backoff: { initial: 1_000, factor: 1, max: 1_000, jitter: "none" } } }),
  );
  const labels = "client=shop,operation=getThing,outcome=ok";
  expect(await read(`resil_call_duration_seconds_sum{${labels}}`)).toBeCloseTo(1.34);
  expect(await read(`resil_attempt_duration_seconds_sum{${labels}}`)).toBeCloseTo(0.04);
  expect(await read("resil_call_duration_seconds_bucket{client=shop,le=1,operation=getThing,outcome=ok}")).toBe(0);
  expect(await read("resil_call_duration_seconds_bucket{client=shop,le=2.5,operation=getThing,outcome=ok}")).toBe(1);
});

test("a breaker that never opens, and one that opens too often, can be told apart", async () => {
  const { rig, read } = watched();
  const flaky = getWith({ breaker }, { id: "getFlaky" });
  const steady = getWith({ breaker }, { id: "getSteady" });
  for (let round = 0; round < 3; round++) {
    rig.replies(500, 500);
    await rig.end(flaky);
    await rig.end(flaky);
    await rig.clock.advance("2s");
    await rig.end(flaky);
  }
  await rig.end(steady);
  const opened = (operation: string) =>
    read(`resil_breaker_transitions_total{client=shop,from=closed,scope=operation:${operation},to=open}`);
  expect([await opened("getFlaky"), await opened("getSteady")]).toEqual([3, 0]);
  const state = (name: string) => read(`resil_breaker_status{client=shop,scope=operation:getFlaky,state=${name}}`);
  expect([await state("closed"), await state("half-open"), await state("open")]).toEqual([1, 0, 0]);
});

test("a breaker that fails much and cannot open shows why", async () => {
  const { rig, read } = watched();
  const getThing = getWith({ breaker: { ...breaker, minimumCalls: 100 } });
  rig.usually = 500;
  for (let call = 0; call < 5; call++) await rig.end(getThing);
  const of = (name: string) => read(`resil_breaker_${name}{client=shop,scope=operation:getThing}`);
  expect(await of("window_failures")).toBe(5);
  expect(await of("window_attempts")).toBe(5);
  expect(await of("window_calls")).toBe(5);
  expect(await of("minimum_calls")).toBe(100);
  expect(await of("failure_threshold_ratio")).toBe(0.5);
});

test("a failed probe is told from a breaker that opens anew", async () => {
  const { rig, read } = watched();
  rig.usually = 500;
  const getThing = getWith({ breaker });
  await rig.end(getThing);
  await rig.end(getThing);
  await rig.clock.advance("2s");
  await rig.end(getThing);
  const moved = (from: string, to: string) =>
    read(`resil_breaker_transitions_total{client=shop,from=${from},scope=operation:getThing,to=${to}}`);
  expect([await moved("closed", "open"), await moved("open", "half-open"), await moved("half-open", "open")]).toEqual([
    1, 1, 1,
  ]);
});

test("a breaker that somebody holds is counted when it changes, and only then", async () => {
  const { rig, register, read } = watched();
  await rig.end(getWith({ breaker }));
  const control = rig.client.resilience.operation("getThing");
  control.open();
  control.close();
  control.auto();
  const moved = (from: string, to: string) =>
    read(`resil_breaker_transitions_total{client=shop,from=${from},scope=operation:getThing,to=${to}}`);
  expect([await moved("closed", "open"), await moved("open", "closed")]).toEqual([1, 1]);
  expect((await register.metrics()).match(/^resil_breaker_transitions_total/gm)).toHaveLength(2);
});

test("a shared store that goes away is counted", async () => {
  const store = { exchange: () => Promise.reject(new Error("away")) };
  const { rig, read } = watched({ store: sharedStore(store) });
  await rig.end(getWith({ breaker: { ...breaker, shared: true } }));
  await rig.clock.advance("1s");
  expect(await read("resil_store_outages_total{client=shop,reason=error}")).toBe(1);
});

test("a bulkhead shows its places and its queue beside what they may hold, and refusals are counted", async () => {
  const { rig, read } = watched();
  rig.usually = { after: 100 };
  const getThing = getWith({ bulkhead: { concurrency: 1, queue: 1, queueTimeout: false, scope: "things" } });
  const calls = [1, 2, 3].map(() => rig.end(getThing));
  const of = (name: string) => read(`resil_bulkhead_${name}{client=shop,scope=things}`);
  expect([await of("running"), await of("running_limit"), await of("queued"), await of("queued_limit")]).toEqual([
    1, 1, 1, 1,
  ]);
  await Promise.all(calls);
  expect([await of("running"), await of("queued")]).toEqual([0, 0]);
  expect(await read("resil_refusals_total{client=shop,operation=getThing,reason=bulkhead-full}")).toBe(1);
});

test("the retry budget shows calls, retries and its share", async () => {
  const { rig, read } = watched();
  rig.usually = 503;
  const getThing = getWith({ retry: retriesAtOnce(2, { budget: { ratio: 0.1, minPerSecond: 1, burst: 10_000 } }) });
  for (let call = 0; call < 4; call++) await rig.end(getThing);
  const of = (name: string) => read(`resil_retry_budget_${name}{client=shop,scope=operation:getThing}`);
  expect([await of("window_calls"), await of("window_retries"), await of("ratio")]).toEqual([4, 8, 0.1]);
});

test("two clients share a registry, each under its name", async () => {
  const { rig, register, read } = watched();
  const other = new Rig();
  prometheus(other.client, { register, name: "stock" });
  await rig.end(getWith({ breaker }));
  await other.end(getWith({ breaker }));
  for (const client of ["shop", "stock"]) {
    expect(await read(`resil_calls_total{client=${client},operation=getThing,outcome=ok}`)).toBe(1);
    expect(await read(`resil_breaker_minimum_calls{client=${client},scope=operation:getThing}`)).toBe(2);
  }
});

test("the same client twice is counted once, also through another of its faces", async () => {
  const { rig, register, read } = watched();
  prometheus(rig.client.with({ headers: { "x-a": "b" } }), { register, name: "shop" });
  await rig.end(getWith({ breaker }));
  expect(await read("resil_calls_total{client=shop,operation=getThing,outcome=ok}")).toBe(1);
  const text = await register.metrics();
  expect(text.match(/resil_breaker_minimum_calls\{/g)).toHaveLength(1);
});

test("a client that is let go is counted no further and has no levels any more", async () => {
  const { rig, detach, read } = watched();
  await rig.end(getWith({ breaker }));
  expect(await read("resil_breaker_minimum_calls{client=shop,scope=operation:getThing}")).toBe(2);
  detach();
  await rig.end(getWith({ breaker }));
  expect(await read("resil_calls_total{client=shop,operation=getThing,outcome=ok}")).toBe(1);
  expect(await read("resil_breaker_minimum_calls{client=shop,scope=operation:getThing}")).toBeUndefined();
});

test("names keep to the rules of Prometheus", async () => {
  const { register } = watched();
  const names = metricList().map(([name, metric]) => prometheusName(name, metric));
  expect(register.getMetricsAsArray().map(({ name }) => name)).toEqual(names);
  for (const [index, [, { kind, unit, labels }]] of metricList().entries()) {
    const name = names[index] ?? "";
    expect(name).toMatch(/^resil_[a-z_]+$/);
    expect(name.endsWith("_total")).toBe(kind === "counter");
    expect(name.endsWith("_seconds")).toBe(unit === "s");
    expect(name.endsWith("_ratio")).toBe(unit === "ratio");
    for (const label of labels) expect(name.split("_")).not.toContain(label);
  }
});

test("nothing that a call carries becomes a label", async () => {
  const { rig, register } = watched();
  rig.replies({ status: 418, body: { secret: "s3cret" } });
  await rig.end(
    getWith({}, { path: "/things/{id}" }),
    { path: { id: "id-77" }, query: { token: "s3cret" } },
    { headers: { authorization: "Bearer s3cret" } },
  );
  const text = await register.metrics();
  expect(text).toContain('operation="getThing"');
  expect(text).not.toMatch(/s3cret|id-77|api\.example/);
});
