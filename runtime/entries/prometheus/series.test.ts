// How many series there are, and when they come and go.
import { Registry } from "prom-client";
import { describe, expect, test } from "vitest";
import { getWith, Rig, type RigOptions, retriesAtOnce } from "../../../tests/rig/rig.js";
import { defaults } from "../../src/policies/defaults.js";
import { type PrometheusOptions, prometheus } from "../prometheus.js";
import { sharedStore } from "../stores/index.js";

const breaker = { ...defaults.breaker, minimumCalls: 2, cooldown: 1_000 };

function watched(options: PrometheusOptions = {}, rigOptions: RigOptions = {}) {
  const register = options.register ?? new Registry();
  const warnings: string[] = [];
  const rig = new Rig(rigOptions);
  const onWarning = (message: string): void => void warnings.push(message);
  const detach = prometheus(rig.client, { name: "shop", onWarning, ...options, register });
  const read = async (pattern: RegExp): Promise<string[]> =>
    (await register.metrics()).split("\n").filter((line) => !line.startsWith("#") && pattern.test(line));
  return { rig, register, detach, warnings, read };
}

async function callMany(rig: Rig, count: number): Promise<void> {
  for (let index = 0; index < count; index++) await rig.end(getWith({ breaker }, { id: `get${index}` }));
}

describe("histograms", () => {
  test("of operations beyond the limit are shared, and one warning says so", async () => {
    const { rig, read, warnings } = watched({ histograms: 3 });
    await callMany(rig, 6);
    const counts = await read(/^resil_call_duration_seconds_count/);
    expect(counts.map((line) => /operation="([^"]*)".* (\d+)$/.exec(line)?.slice(1))).toEqual([
      ["get0", "1"],
      ["get1", "1"],
      ["get2", "1"],
      ["(other)", "3"],
    ]);
    expect(warnings).toEqual([expect.stringContaining("More than 3 operations were called.")]);
    expect(await read(/^resil_calls_total.*operation="get5",outcome="ok".* 1$/)).toHaveLength(1);
  });

  test("are limited to 50 operations by default", async () => {
    const { rig, read, warnings } = watched();
    await callMany(rig, 52);
    expect(await read(/^resil_attempt_duration_seconds_count/)).toHaveLength(51);
    expect(warnings).toHaveLength(1);
  });

  test("can be unlimited, and can be left out", async () => {
    const all = watched({ histograms: true });
    await callMany(all.rig, 60);
    expect(await all.read(/^resil_call_duration_seconds_count/)).toHaveLength(60);
    const none = watched({ histograms: false });
    await callMany(none.rig, 60);
    expect(await none.read(/_bucket|_duration_seconds_count/)).toEqual([]);
    expect([...all.warnings, ...none.warnings]).toEqual([]);
  });

  test("can be without the outcome", async () => {
    const { rig, read } = watched({ outcome: false });
    rig.replies(200, 500);
    await rig.end(getWith({}));
    await rig.end(getWith({}));
    const counts = await read(/^resil_call_duration_seconds_count/);
    expect(counts).toEqual([expect.not.stringContaining("outcome")]);
    expect(counts[0]).toMatch(/ 2$/);
  });

  test("reach up to a minute", async () => {
    const { rig, read } = watched();
    rig.replies({ after: 45_000 });
    await rig.end(getWith({}));
    expect(await read(/^resil_call_duration_seconds_bucket.*le="30".* 0$/)).toHaveLength(1);
    expect(await read(/^resil_call_duration_seconds_bucket.*le="60".* 1$/)).toHaveLength(1);
  });

  test.each([-1, 1.5, Number.NaN])("of %s operations are refused", (histograms) => {
    expect(() => watched({ histograms })).toThrow(/'histograms' must be true, false, or an integer from 0/);
  });
});

test("refused calls are not among the durations", async () => {
  const { rig, read } = watched();
  rig.replies(500, 500);
  for (let call = 0; call < 5; call++) await rig.end(getWith({ breaker }));
  expect(await read(/^resil_calls_total.*breaker-open.* 3$/)).toHaveLength(1);
  expect(await read(/^resil_call_duration_seconds_count.* 2$/)).toHaveLength(1);
  expect(await read(/^resil_call_duration_seconds_count.*breaker-open/)).toEqual([]);
});

test("the time in the queue is a histogram, of refused attempts too", async () => {
  const { rig, read } = watched();
  rig.usually = { after: 5_000 };
  const getThing = getWith({ bulkhead: { concurrency: 1, queue: 1, queueTimeout: 300, scope: "operation" } });
  await Promise.all([rig.end(getThing), rig.end(getThing)]);
  expect(await read(/^resil_queue_duration_seconds_sum.* 0\.3$/)).toHaveLength(1);
  expect(await read(/^resil_queue_duration_seconds_count.* 2$/)).toHaveLength(1);
});

test.each([
  ["a call that used more than half of its total timeout", { total: 1_000, attempt: false }, 600, 1],
  ["a call whose attempt used more than half of its timeout", { total: 30_000, attempt: 1_000 }, 600, 1],
  ["a fast call", { total: 1_000, attempt: 1_000 }, 400, 0],
  ["a call without limits", { total: false, attempt: false }, 60_000, 0],
] as const)("%s: slow calls", async (_what, timeout, after, slow) => {
  const { rig, read } = watched();
  rig.replies({ after });
  await rig.end(getWith({ timeout: { ...timeout, idle: false } }));
  expect(await read(new RegExp(`^resil_calls_slow_total.* ${slow}$`))).toHaveLength(1);
});

test("counters are there with 0 from the first call on, so that the first increment shows", async () => {
  const { rig, read } = watched();
  await rig.end(getWith({ breaker, retry: retriesAtOnce(1) }));
  for (const line of [
    /^resil_calls_total.*outcome="network".* 0$/,
    /^resil_retries_total.*reason="503".* 0$/,
    /^resil_refusals_total.*reason="bulkhead-full".* 0$/,
    /^resil_given_up_total.*reason="budget".* 0$/,
    /^resil_hedges_total.* 0$/,
    /^resil_connection_resets_total.* 0$/,
    /^resil_store_outages_total.*reason="error".* 0$/,
    /^resil_breaker_transitions_total.*from="closed",to="open".* 0$/,
  ]) {
    expect(await read(line), String(line)).toHaveLength(1);
  }
});

test("whether the shared store is unavailable now is a gauge", async () => {
  let isAway = false;
  const exchange = (): Promise<never> => Promise.reject(new Error(isAway ? "away" : "garbage"));
  const { rig, read } = watched({}, { store: sharedStore({ exchange }) });
  expect(await read(/^resil_store_unavailable\{client="shop"\} 0$/)).toHaveLength(1);
  isAway = true;
  await rig.end(getWith({ breaker: { ...breaker, shared: true } }));
  await rig.clock.advance("1s");
  expect(await read(/^resil_store_unavailable\{client="shop"\} 1$/)).toHaveLength(1);
});

test("beyond the limit of scopes, those in trouble are exported in full, and of all others whether they are open", async () => {
  const { rig, read } = watched({ histograms: 2 });
  await callMany(rig, 5);
  rig.replies(500);
  await rig.end(getWith({ breaker }, { id: "get4" }));
  const full = await read(/^resil_breaker_window_calls/);
  expect(full.map((line) => /scope="operation:(\w+)"/.exec(line)?.[1])).toEqual(["get0", "get4"]);
  expect(await read(/^resil_breaker_status.*state="open"/)).toHaveLength(5);
});

test("how long a breaker has been open is a gauge, and what it counted a counter", async () => {
  const { rig, read } = watched();
  rig.usually = 500;
  await rig.end(getWith({ breaker }));
  await rig.end(getWith({ breaker }));
  await rig.clock.advance("90s");
  expect(await read(/^resil_breaker_open_duration_seconds.* 90$/)).toHaveLength(1);
  expect(await read(/^resil_breaker_attempts_total.*verdict="failure".* 2$/)).toHaveLength(1);
  expect(await read(/^resil_breaker_attempts_total.*verdict="success".* 0$/)).toHaveLength(1);
});

test("connections that the server closed are counted", async () => {
  const socket = { bytesRead: 1 };
  const cause = Object.assign(new Error("read ECONNRESET"), { code: "ECONNRESET", socket });
  const { rig, read } = watched({}, { transport: () => Promise.reject(new TypeError("fetch failed", { cause })) });
  await rig.end(getWith({}));
  expect(await read(/^resil_connection_resets_total.* 1$/)).toHaveLength(1);
});

describe("a registry", () => {
  test("refuses a second client of the same name, and says how to fix it", async () => {
    const { register, rig, read } = watched();
    const other = new Rig();
    expect(() => prometheus(other.client, { register, name: "shop" })).toThrow(
      "The registry already has a client named 'shop'. Pass a different 'name' to prometheus() for each client.",
    );
    await other.end(getWith({}));
    await rig.end(getWith({}));
    expect(await read(/^resil_calls_total.*outcome="ok".* 1$/)).toHaveLength(1);
  });

  test("forgets a client that was closed, whose name is then free", async () => {
    const register = new Registry();
    const first = watched({ register });
    await first.rig.end(getWith({ breaker }));
    await first.rig.client.close();
    expect(await first.read(/client="shop"/)).toEqual([]);
    const second = watched({ register });
    await second.rig.end(getWith({ breaker }));
    expect(await second.read(/^resil_calls_total.*outcome="ok".* 1$/)).toHaveLength(1);
    first.detach();
    await second.rig.end(getWith({ breaker }));
    expect(await second.read(/^resil_calls_total.*outcome="ok".* 2$/)).toHaveLength(1);
  });

  test("goes on counting when a client is detached and attached again", async () => {
    const register = new Registry();
    const { rig, detach, read } = watched({ register });
    await rig.end(getWith({}));
    detach();
    prometheus(rig.client, { register, name: "shop" });
    await rig.end(getWith({}));
    expect(await read(/^resil_calls_total.*outcome="ok".* 2$/)).toHaveLength(1);
  });
});
