import { AsyncLocalStorage } from "node:async_hooks";
import { describe, expect, test } from "vitest";
import { type Reply, Rig, retriesAfter, retriesAtOnce } from "../../../tests/rig/rig.js";
import { arrival, readAll, Source, streamOf } from "../../../tests/rig/streams.js";
import type { Operation } from "../contract/operation.js";
import type { OperationInput } from "../http/operation-facts.js";
import type { Policies } from "../policies/types.js";

/** Several connections of one stream: what each sends before it breaks; the last one ends in order. */
async function connections(
  texts: readonly string[],
  {
    policies = { retry: retriesAtOnce(2) },
    more = {},
    input = {},
    headers = {},
    rig = new Rig(),
  }: {
    policies?: Partial<Policies>;
    more?: Partial<Operation>;
    input?: OperationInput;
    headers?: Record<string, string>;
    rig?: Rig;
  } = {},
) {
  const sources = texts.map((text) => new Source().send(text));
  rig.replies(...sources.map((source) => source.reply));
  const operation = { ...streamOf("events", policies), ...more };
  const stream = (await rig.clock.run(rig.call(operation, input, { headers }))) as AsyncIterable<{ data: unknown }>;
  const reading = readAll(stream);
  for (const [index, source] of sources.entries()) {
    while (rig.requests <= index && rig.heard("stream").length === 0) {
      await arrival();
      rig.clock.step();
    }
    await arrival();
    if (index < sources.length - 1) source.breakOff();
    else source.end();
    await arrival();
  }
  const { items, error } = await rig.clock.run(reading);
  return {
    rig,
    data: (items as { data: unknown }[]).map(({ data }) => data),
    code: (error as { code?: string } | undefined)?.code,
    ids: rig.received.map((request) => request.headers["last-event-id"]),
  };
}

const event = (id: number | string, data = id): string => `id: ${id}\ndata: ${JSON.stringify(data)}\n\n`;

describe("a stream that breaks is continued", () => {
  test("after the last whole event, over and over", async () => {
    const { data, ids, rig } = await connections([event(1), event(2), event(3), `${event(4)}id: 9\ndata: 5`]);
    expect([data, ids]).toEqual([
      [1, 2, 3, 4],
      [undefined, "1", "2", "3"],
    ]);
    expect(rig.heard("stream")).toMatchObject([{ outcome: "ok", reconnects: 3 }]);
    expect(rig.heard("call").filter(({ opensStream }) => opensStream)).toMatchObject([{ call: 1 }]);
    expect(rig.heard("reconnect")).toMatchObject(Array.from({ length: 3 }, () => ({ because: "network", call: 1 })));
  });

  test("from where the caller began, until the server has named an id", async () => {
    const headers = { "LAST-Event-ID": "5" };
    const { ids } = await connections(["data: 0\n\n", event(6), event(7)], { headers });
    expect(ids).toEqual(["5", "5", "6"]);
  });

  const places: [string, (id: string) => Parameters<typeof connections>[1]][] = [
    ["a declared parameter", (id) => ({ input: { header: { "Last-Event-ID": id } } })],
    ["the call's headers", (id) => ({ headers: { "last-event-id": id } })],
    ["nowhere", () => ({})],
  ];
  test.each(places)("from the last id received, wherever the first came from: %s", async (_, place) => {
    const { ids } = await connections([event(6), event(7), event(8)], place("5"));
    expect(ids.slice(1)).toEqual(["6", "7"]);
  });

  test("from an id of any script, as its UTF-8 bytes", async () => {
    const { ids } = await connections([event("é漢"), event(2)]);
    expect(Buffer.from(ids[1] ?? "", "latin1").toString()).toBe("é漢");
  });

  test("as often as it may be retried since something came; a connection that lasted counts as well", async () => {
    const { data, code } = await connections([event(1), event(2), event(3), event(4), event(5), event(6)]);
    expect([data, code]).toEqual([[1, 2, 3, 4, 5, 6], undefined]);
    const rig = new Rig();
    const sources = Array.from({ length: 6 }, () => new Source());
    rig.replies(...sources.map((source) => source.reply));
    const stream = await rig.call(
      streamOf("events", { retry: retriesAfter(1, 2) }),
      {},
      { headers: { "last-event-id": "1" } },
    );
    const reading = readAll(stream as AsyncIterable<unknown>);
    for (const source of sources) {
      for (let count = 0; count < 3; count++) {
        await rig.clock.advance("5s");
        source.send(": still there\n");
      }
      if (source === sources.at(-1)) source.end();
      else source.breakOff();
      await rig.clock.advance(1);
    }
    expect(await rig.clock.run(reading)).toEqual({ items: [] });
    expect(rig.requests).toBe(6);
  });

  test("in the async context of the call that opened it, whoever reads it", async () => {
    const whose = new AsyncLocalStorage<string>();
    const seen: (string | undefined)[] = [];
    const heard: string[] = [];
    const rig = new Rig({
      middleware: [
        (request, next) => {
          seen.push(whose.getStore());
          return next(request);
        },
      ],
      headers: () => ({ "x-user": whose.getStore() ?? "nobody" }),
      observe: ({ type }) => heard.push(`${type} of ${whose.getStore()}`),
    });
    const sources = [event(1), event(2), event(3)].map((text) => new Source().send(text));
    rig.replies(...sources.map((source) => source.reply));
    const operation = streamOf("events", { retry: retriesAfter(100, 2) });
    const stream = (await whose.run("ann", async () => rig.call(operation))) as AsyncIterable<unknown>;
    const reading = whose.run("bob", () => readAll(stream));
    for (const source of sources) {
      await arrival();
      whose.run("eve", () => (source === sources[2] ? source.end() : source.breakOff()));
      await whose.run("eve", () => rig.clock.advance(100));
    }
    expect((await reading).items).toHaveLength(3);
    expect(seen).toEqual(["ann", "ann", "ann"]);
    expect(rig.received.map(({ headers }) => headers["x-user"])).toEqual(["ann", "ann", "ann"]);
    expect(new Set(heard.map((text) => text.split(" of ")[1]))).toEqual(new Set(["ann"]));
    expect(heard).toContain("stream of ann");
  });
});

describe("a stream that breaks is over", () => {
  const oneRequest: [string, Parameters<typeof connections>][] = [
    ["where no event had an id", [["data: 1\n\n", event(2)]]],
    [
      "where the last id was empty, also where the caller began with one",
      [[`${event(1)}id\ndata: 2\n\n`, event(3)], { headers: { "last-event-id": "1" } }],
    ],
    ["where the id can be no header", [["id: a\u0001b\ndata: 1\n\n", event(2)]]],
    ["where it is no GET", [[event(1), event(2)], { more: { method: "POST" } }]],
    ["where nothing is retried", [[event(1), event(2)], { policies: { retry: false } }]],
  ];
  test.each(oneRequest)("%s", async (_, given) => {
    const { rig, code, data } = await connections(...given);
    expect([rig.requests, code, data[0]]).toEqual([1, "network", 1]);
    expect(rig.heard("stream")).toMatchObject([{ outcome: "network", reconnects: 0 }]);
  });

  const answers: [string, number | Reply, string | undefined][] = [
    ["204: in order", 204, undefined],
    ["404", { status: 404, body: {} }, "http"],
    ["401", { status: 401, body: {} }, "http"],
    ["JSON, which is no stream: by the break", { body: {} }, "network"],
  ];
  test.each(answers)("where the server then answers %s", async (_, reply, code) => {
    const rig = new Rig();
    const source = new Source().send(event(1));
    rig.replies(source.reply, reply);
    const operation = {
      ...streamOf("events", { retry: retriesAtOnce(2) }),
      responses: { "200": "text/event-stream, application/json", default: "application/json" },
    };
    const reading = readAll((await rig.call(operation)) as AsyncIterable<unknown>);
    await arrival();
    source.breakOff();
    const { items, error } = await rig.clock.run(reading);
    expect([items.length, (error as { code?: string } | undefined)?.code, rig.requests]).toEqual([1, code, 2]);
    expect(rig.heard("stream")).toMatchObject([{ outcome: code ?? "ok", reconnects: 1 }]);
    expect([rig.clock.pending, rig.client["~core"].running.size]).toEqual([0, 0]);
  });

  test("where connections bring nothing, after as many retries as there are", async () => {
    const { rig, code } = await connections([event(1), "", ": no event\n", "", ""]);
    expect([rig.requests, code]).toEqual([3, "network"]);
    expect(rig.heard("stream")).toMatchObject([{ outcome: "network", reconnects: 2 }]);
  });

  test("where silences follow each other", async () => {
    const rig = new Rig();
    const source = new Source().send(event(1));
    rig.replies(source.reply, ...Array.from({ length: 9 }, () => new Source().reply));
    const timeout = { attempt: 1_000, total: 2_000, idle: 20_000 };
    const operation = streamOf("events", { retry: retriesAtOnce(2), timeout });
    const reading = readAll((await rig.call(operation)) as AsyncIterable<unknown>);
    expect(await rig.clock.run(reading)).toMatchObject({ items: [{ data: 1 }], error: { code: "timeout" } });
    expect([rig.requests, rig.clock.now()]).toEqual([3, 60_000]);
  });

  test("where the budget is spent", async () => {
    const budget = { ratio: 0, minPerSecond: 0.3, burst: 10_000 };
    const { rig, code } = await connections([event(1), event(2), event(3), event(4), event(5), event(6), event(7)], {
      policies: { retry: retriesAtOnce(2, { budget }) },
    });
    expect(code).toBe("network");
    expect(rig.requests).toBeLessThan(7);
  });
});

test("the wait before a reconnect is what the server asked for, a minute at most, and what the backoff says at least", async () => {
  for (const [retry, waitMs] of [
    ["2500", 2_500],
    ["0", 100],
    ["61000", 60_000],
    ["9".repeat(400), 60_000],
    ["-1", 100],
    ["1e3", 100],
  ]) {
    const { rig } = await connections([`retry: ${retry}\n${event(1)}`, event(2)], {
      policies: { retry: retriesAfter(100, 2) },
    });
    expect([rig.heard("reconnect")[0]?.waitMs, rig.times[1]]).toEqual([waitMs, waitMs]);
  }
});

test("each connection holds a slot of its own, and none while it waits for the next", async () => {
  const rig = new Rig();
  const sources = [event(1), event(2)].map((text) => new Source().send(text));
  rig.replies(...sources.map((source) => source.reply));
  const bulkhead = { concurrency: 1, queue: 0, queueTimeout: 1_000, scope: "operation" };
  const running = () => rig.client.resilience.snapshot()[0]?.bulkhead?.running;
  const stream = await rig.call(streamOf("events", { retry: retriesAfter(100, 2), bulkhead }));
  const reading = readAll(stream as AsyncIterable<unknown>);
  await arrival();
  const seen = [running()];
  sources[0]?.breakOff();
  await arrival();
  seen.push(running());
  await rig.clock.advance(100);
  seen.push(running());
  sources[1]?.end();
  await reading;
  expect([...seen, running()]).toEqual([1, 0, 1, 0]);
});

test("a source of chance that throws ends the stream by its break", async () => {
  const rig = new Rig({
    random: () => {
      throw new Error("no chance");
    },
  });
  const jitter = retriesAtOnce(2, { backoff: { initial: 100, factor: 2, max: 1_000, jitter: "full" } });
  const { code } = await connections([event(1), event(2)], { rig, policies: { retry: jitter } });
  expect(code).toBe("network");
});
