import { getEventListeners } from "node:events";
import { describe, expect, test } from "vitest";
import { Rig, retriesAfter } from "../../../tests/rig/rig.js";
import { arrival, open, readAll, Source, types } from "../../../tests/rig/streams.js";
import type { Policies } from "../policies/types.js";

const idle = { attempt: 1_000, total: 2_000, idle: 5_000 } as const;
const oneSlot = { concurrency: 1, queue: 0, queueTimeout: 1_000, scope: "operation" } as const;

/** How streams ended, as observers hear it. */
const ends = (rig: Rig) => rig.heard("stream").map(({ outcome }) => outcome);
/** Nothing is left: no timer, no call, no slot. */
const left = (rig: Rig) => [
  rig.clock.pending,
  rig.client["~core"].running.size,
  rig.client.resilience.snapshot().reduce((sum, { bulkhead }) => sum + (bulkhead?.running ?? 0), 0),
];

describe("a stream that nobody reads", () => {
  test("ends by the server's silence, and gives its slot back", async () => {
    const source = new Source().send("data: 1\n\n");
    const { rig, stream } = await open("events", source, { timeout: idle, bulkhead: oneSlot });
    await rig.clock.advance(4_999);
    expect(source.cancelled).toBe(false);
    await rig.clock.advance(1);
    expect([source.cancelled, ends(rig), left(rig)]).toEqual([true, ["timeout"], [0, 0, 0]]);
    expect(await readAll(stream)).toMatchObject({
      items: [{ data: 1 }],
      error: { code: "timeout", reason: "idle", sent: "yes" },
    });
  });

  test("ends also where the server goes on sending: it is received some way ahead, and no further", async () => {
    const source = new Source();
    const { rig } = await open("events", source, { timeout: idle, bulkhead: oneSlot });
    const event = `data: "${"x".repeat(10_000)}"\n\n`;
    for (let count = 0; count < 50; count++) {
      source.send(event);
      await rig.clock.advance(100);
    }
    expect(ends(rig)).toEqual([]);
    expect(source.waiting).toBeGreaterThan(400_000);
    await rig.clock.advance("1s");
    expect([source.cancelled, ends(rig), left(rig)]).toEqual([true, ["timeout"], [0, 0, 0]]);
  });

  test("is not continued after a silence, where it could be", async () => {
    const source = new Source().send("id: 1\ndata: 1\n\n");
    const { rig } = await open("events", source, { timeout: idle, retry: retriesAfter(100, 2) });
    await rig.clock.advance("1m");
    expect([rig.requests, ends(rig), left(rig)]).toEqual([1, ["timeout"], [0, 0, 0]]);
  });
});

test("a reader that takes its time misses nothing, and is not taken for a silent server", async () => {
  const source = new Source();
  const { rig, stream } = await open("events", source, { timeout: idle });
  const items = stream[Symbol.asyncIterator]();
  const event = `data: "${"x".repeat(10_000)}"\n\n`;
  source.send(event);
  expect((await items.next()).done).toBe(false);
  for (let count = 0; count < 20; count++) source.send(event);
  await rig.clock.advance("1m");
  for (let count = 0; count < 20; count++) expect((await items.next()).done).toBe(false);
  source.end();
  expect((await items.next()).done).toBe(true);
  expect([ends(rig), left(rig)]).toEqual([["ok"], [0, 0, 0]]);
});

test("what came before a break is read, and then the error", async () => {
  const source = new Source().send("data: 1\n\ndata: 2\n\n");
  const { rig, stream } = await open("events", source);
  await arrival();
  source.breakOff();
  await arrival();
  expect(ends(rig)).toEqual(["network"]);
  expect(await readAll(stream)).toMatchObject({ items: [{ data: 1 }, { data: 2 }], error: { code: "network" } });
});

describe("a stream that is left", () => {
  const waysOut: [string, (items: AsyncIterator<unknown>) => Promise<unknown>][] = [
    ["before its first item was asked for", (items) => items.return?.() ?? Promise.reject(new Error("no return"))],
    [
      "while an item is awaited",
      async (items) => {
        const first = items.next();
        await arrival();
        await items.return?.();
        expect(await first).toEqual({ done: true, value: undefined });
      },
    ],
    [
      "by an error thrown into it",
      async (items) => {
        const reason = new Error("the reader's own");
        await expect(items.throw?.(reason)).rejects.toBe(reason);
      },
    ],
  ];
  test.each(waysOut)("%s ends at once, for the server too", async (_, leave) => {
    const source = new Source();
    const { rig, stream } = await open("events", source, { timeout: idle, bulkhead: oneSlot });
    const items = stream[Symbol.asyncIterator]();
    await leave(items);
    expect([source.cancelled, ends(rig), left(rig)]).toEqual([true, ["left"], [0, 0, 0]]);
    expect(await items.next()).toEqual({ done: true, value: undefined });
  });

  test("by a break or by an error in the loop ends at once, for the server too", async () => {
    for (const isThrown of [false, true]) {
      const source = new Source().send("data: 1\n\ndata: 2\n\n");
      const { rig, stream } = await open("events", source, { timeout: idle, bulkhead: oneSlot });
      const loop = async () => {
        for await (const _ of stream) {
          if (isThrown) throw new Error("the loop's own");
          break;
        }
      };
      await (isThrown ? expect(loop()).rejects.toThrow("the loop's own") : loop());
      expect([source.cancelled, ends(rig), left(rig)]).toEqual([true, ["left"], [0, 0, 0]]);
    }
  });

  test("while it waits to reconnect, or while it connects, ends at once", async () => {
    for (const phase of ["waiting", "connecting"]) {
      const source = new Source().send("id: 1\ndata: 1\n\n");
      const rig = new Rig();
      const { stream } = await open("events", source, { retry: retriesAfter(1_000, 2) }, rig);
      rig.replies({ after: "never" });
      const items = stream[Symbol.asyncIterator]();
      await items.next();
      source.breakOff();
      const next = items.next();
      await arrival();
      if (phase === "connecting") await rig.clock.advance(1_000);
      expect(rig.requests).toBe(phase === "connecting" ? 2 : 1);
      await items.return?.();
      expect(await next).toEqual({ done: true, value: undefined });
      expect([ends(rig), left(rig)]).toEqual([["left"], [0, 0, 0]]);
    }
  });

  test("as bytes, by the cancel of its reader, ends at once", async () => {
    const source = new Source().send("1\n");
    const { rig, stream } = await open("bytes", source, { timeout: idle, bulkhead: oneSlot });
    await (stream as unknown as ReadableStream).cancel();
    expect([source.cancelled, ends(rig), left(rig)]).toEqual([true, ["left"], [0, 0, 0]]);
  });
});

/** Where a stream is when it is ended from outside. */
const phases: [string, Partial<Policies>, (rig: Rig, source: Source) => Promise<void>][] = [
  ["that is read", {}, async () => {}],
  ["that waits to reconnect", { retry: retriesAfter(1_000, 2) }, async (_, source) => void source.breakOff()],
  [
    "that reconnects",
    { retry: retriesAfter(1_000, 2) },
    async (rig, source) => {
      rig.replies({ after: "never" });
      source.breakOff();
      await rig.clock.advance(1_000);
    },
  ],
  [
    "that was taken up again",
    { retry: retriesAfter(1_000, 2) },
    async (rig, source) => {
      rig.replies(new Source().reply);
      source.breakOff();
      await rig.clock.advance(1_000);
    },
  ],
];

describe.each(phases)("a stream %s", (_, policies, enter) => {
  test.each(["abort", "close", "close with a drain"])("ends at once: %s", async (how) => {
    const source = new Source().send("id: 1\ndata: 1\n\n");
    const controller = new AbortController();
    const { signal } = controller;
    const all = { timeout: idle, bulkhead: oneSlot, ...policies };
    const { rig, stream } = await open("events", source, all, new Rig(), { signal });
    const reading = readAll(stream);
    await arrival();
    await enter(rig, source);
    await arrival();
    const reason = new Error("the page was left");
    if (how === "abort") controller.abort(reason);
    else void rig.client.close(how === "close" ? {} : { drain: "10s" });
    const code = how === "abort" ? "aborted" : "closed";
    expect(await reading).toMatchObject({ items: [{ data: 1 }], error: { code, sent: "yes" } });
    if (how === "abort") expect((await reading).error).toMatchObject({ name: "AbortError", cause: reason });
    await arrival();
    expect([ends(rig), left(rig), getEventListeners(signal, "abort")]).toEqual([[code], [0, 0, 0], []]);
  });
});

test("what has come and was not read yet is not given after an abort", async () => {
  for (const isEnded of [false, true]) {
    const source = new Source().send("data: 1\n\ndata: 2\n\n");
    if (isEnded) source.end();
    const controller = new AbortController();
    const { stream } = await open("events", source, {}, new Rig(), { signal: controller.signal });
    const items = stream[Symbol.asyncIterator]();
    expect((await items.next()).value).toEqual({ data: 1 });
    await arrival();
    controller.abort();
    await expect(items.next()).rejects.toMatchObject({ code: "aborted" });
    expect((await items.next()).done).toBe(true);
  }
});

test("a stream of lines may end in its own time within the drain, and not beyond", async () => {
  for (const isEnded of [true, false]) {
    const source = new Source().send("1\n");
    const { rig, stream } = await open("lines", source);
    const reading = readAll(stream);
    const closing = rig.client.close({ drain: "10s" });
    await rig.clock.advance("9s");
    source.send("2\n");
    await arrival();
    if (isEnded) source.end();
    await rig.clock.advance("1s");
    const { items, error } = await reading;
    await closing;
    expect([items, (error as { code?: string } | undefined)?.code]).toEqual([[1, 2], isEnded ? undefined : "closed"]);
  }
});

test("a stream that an observer of its call aborts, or closes the client of, has ended before it is read", async () => {
  for (const how of ["abort", "close"]) {
    const controller = new AbortController();
    const rig: Rig = new Rig({
      observe: ({ type }) => {
        if (type !== "call") return;
        if (how === "abort") controller.abort();
        else void rig.client.close();
      },
    });
    const source = new Source().send("1\n");
    const { stream } = await open("lines", source, {}, rig, { signal: controller.signal });
    expect(await readAll(stream)).toMatchObject({ items: [], error: { code: how === "abort" ? "aborted" : "closed" } });
    expect([source.cancelled, left(rig)]).toEqual([true, [0, 0, 0]]);
  }
});

test("an item that is larger than what is received ahead comes whole", async () => {
  const source = new Source();
  const { stream } = await open("lines", source);
  const reading = readAll(stream);
  const text = JSON.stringify("x".repeat(500_000));
  for (let at = 0; at < text.length; at += 1_460) source.send(text.slice(at, at + 1_460));
  source.send("\n").end();
  expect((await reading).items).toEqual(["x".repeat(500_000)]);
});

test("one item larger than maxResponse ends a stream, after those before", async () => {
  const large = "x".repeat(2_000);
  for (const [kind, text, one] of [
    ["events", `data: 1\n\ndata: "${large}`, { data: 1 }],
    ["texts", `data: 1\n\n${"data: 123456789\n".repeat(200)}`, { data: "1" }],
    ["lines", `1\n"${large}`, 1],
    ["lines", `1\n"${large}"\n`, 1],
    ["sequence", `\u001e1\n\u001e${"[\n".repeat(2_000)}`, 1],
  ] as const) {
    const source = new Source().send(text);
    const { rig, stream } = await open(kind, source, { maxResponse: 1_000 });
    expect(await readAll(stream)).toMatchObject({ items: [one], error: { code: "too-large", sent: "yes" } });
    expect([source.cancelled, ends(rig)]).toEqual([true, ["too-large"]]);
  }
});

test("a record of a sequence may take several lines, and is given as soon as it is whole", async () => {
  const source = new Source().send('\u001e{"a":\n1}\n\u001e2\n');
  const { stream } = await open("sequence", source);
  const items = stream[Symbol.asyncIterator]();
  expect([(await items.next()).value, (await items.next()).value]).toEqual([{ a: 1 }, 2]);
  source.send("\u001e[\n3\n]").end();
  expect([(await items.next()).value, (await items.next()).done]).toEqual([[3], true]);
});

test("the call's event says that a stream follows, and comes before that of its end", async () => {
  const { rig, stream } = await open("events", new Source().send("data: 1\n\n").end());
  await readAll(stream);
  expect(rig.events.map(({ type }) => type)).toEqual(["start", "attempt", "call", "stream"]);
  expect(rig.heard("call")[0]).toMatchObject({ outcome: "ok", opensStream: true });
  expect(rig.heard("stream")[0]).toMatchObject({ outcome: "ok", status: 200, reconnects: 0, elapsedMs: 0, call: 1 });
});

test("a response without a stream for its body is read another way", async () => {
  for (const body of [null, undefined]) {
    const transport = async () => {
      const response = new Response("1\n2\n", { headers: { "content-type": types.lines.type } });
      return new Proxy(response, {
        get: (target, name) => {
          const value: unknown = name === "body" ? body : Reflect.get(target, name, target);
          return typeof value === "function" ? value.bind(target) : value;
        },
      });
    };
    const { stream } = await open("lines", new Source(), {}, new Rig({ transport }));
    expect(await readAll(stream)).toEqual({ items: [1, 2] });
  }
});
