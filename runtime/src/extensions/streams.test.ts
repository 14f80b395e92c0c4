import { describe, expect, test } from "vitest";
import { Rig, retriesAfter, retriesAtOnce } from "../../../tests/rig/rig.js";
import { open, readAll, Source, streamOf, types } from "../../../tests/rig/streams.js";

describe("JSON lines", () => {
  test("come one by one, however the bytes are cut; empty lines are none", async () => {
    const source = new Source().send('{"a":1}\n\n{"a"').send(":2}\r\n").send("3\n").send('"é').send('"').end();
    const { stream } = await open("lines", source);
    expect(await readAll(stream)).toEqual({ items: [{ a: 1 }, { a: 2 }, 3, "é"] });
  });

  test("may be a sequence with record separators (RFC 7464)", async () => {
    const { stream } = await open("sequence", new Source().send('\u001e{"a":1}\n\u001e{"a":2}\n').end());
    expect(await readAll(stream)).toEqual({ items: [{ a: 1 }, { a: 2 }] });
  });

  test("of which one is no JSON end there, without telling it", async () => {
    const { stream } = await open("lines", new Source().send("1\nsecret{\n2\n").end());
    const { items, error } = await readAll(stream);
    expect([items, (error as Error & { code: string }).code]).toEqual([[1], "decode"]);
    expect(String((error as Error).stack)).not.toContain("secret");
  });

  test("that break off end with what came and an error", async () => {
    const source = new Source();
    const { stream } = await open("lines", source);
    const reading = readAll(stream);
    source.send('1\n{"half"');
    await new Promise(setImmediate);
    source.breakOff();
    expect(await reading).toMatchObject({ items: [1], error: { code: "network", sent: "yes" } });
  });

  test("that are left end for the server too", async () => {
    const source = new Source().send("1\n2\n");
    const { stream, rig } = await open("lines", source);
    for await (const item of stream) if (item === 1) break;
    expect(source.cancelled).toBe(true);
    expect([rig.clock.pending, rig.client["~core"].running.size]).toEqual([0, 0]);
  });

  test("of a HEAD-like answer without a body are none", async () => {
    const rig = new Rig().replies({ status: 200, headers: { "content-type": types.lines.type }, body: "" });
    const stream = (await rig.clock.run(rig.call(streamOf("lines")))) as AsyncIterable<unknown>;
    expect(await readAll(stream)).toEqual({ items: [] });
  });
});

describe("silence", () => {
  const timeout = { attempt: 1_000, total: 2_000, idle: 5_000 } as const;

  test("ends a stream, and says so; what comes in time does not let it end, beyond every other limit", async () => {
    const source = new Source();
    const { rig, stream } = await open("lines", source, { timeout });
    const reading = readAll(stream);
    for (let count = 0; count < 4; count++) {
      await rig.clock.advance(4_000);
      source.send(`${count}\n`);
      await new Promise(setImmediate);
    }
    expect(await rig.clock.run(reading)).toMatchObject({
      items: [0, 1, 2, 3],
      error: { code: "timeout", reason: "idle", sent: "yes" },
    });
    expect([source.cancelled, rig.clock.now(), rig.clock.pending]).toEqual([true, 21_000, 0]);
  });

  test("of who reads is not the server's", async () => {
    const source = new Source().send("1\n2\n3\n");
    const { rig, stream } = await open("lines", source, { timeout });
    const items = stream[Symbol.asyncIterator]();
    expect((await items.next()).value).toBe(1);
    source.send("4\n").send("5\n");
    await new Promise(setImmediate);
    await rig.clock.advance(4_999);
    expect((await items.next()).value).toBe(2);
    await items.return?.();
  });
});

describe("events", () => {
  test("are JSON, with their type and id", async () => {
    const { stream } = await open("events", new Source().send('id: 1\nevent: add\ndata: {"a":1}\n\n').end());
    expect(await readAll(stream)).toEqual({ items: [{ id: "1", event: "add", data: { a: 1 } }] });
  });

  test("as text are as they came", async () => {
    const { stream } = await open("texts", new Source().send("data: {no json\n\n").end());
    expect(await readAll(stream)).toEqual({ items: [{ data: "{no json" }] });
  });

  test("end with [DONE], whatever comes after", async () => {
    const source = new Source().send("data: 1\n\ndata: [DONE]\n\ndata: 2\n\n");
    const { stream } = await open("events", source);
    expect(await readAll(stream)).toEqual({ items: [{ data: 1 }] });
    expect(source.cancelled).toBe(true);
  });

  test("that are no JSON end the stream, without telling what they are", async () => {
    const { stream } = await open("events", new Source().send("data: secret\n\n"));
    const { error } = await readAll(stream);
    expect(error).toMatchObject({ code: "decode", reason: "an event is not JSON" });
    expect(String((error as Error).stack)).not.toContain("secret");
  });

  test("go on after the last whole one when the connection breaks", async () => {
    const [first, second] = [new Source(), new Source()];
    const { rig, stream } = await open("events", first, { retry: retriesAfter(100, 2) });
    rig.replies({ headers: { "content-type": types.events.type }, body: second.body });
    const reading = readAll(stream);
    first.send("id: 1\ndata: 1\n\nid: 2\ndata: 2");
    await new Promise(setImmediate);
    first.breakOff();
    await rig.clock.advance(100);
    second.send("id: 2\ndata: 2\n\n").end();
    expect(await rig.clock.run(reading)).toEqual({
      items: [
        { data: 1, id: "1" },
        { data: 2, id: "2" },
      ],
    });
    expect(rig.received.map(({ at, headers }) => [at, headers["last-event-id"]])).toEqual([
      [0, undefined],
      [100, "1"],
    ]);
  });

  test("are asked for again as often as the operation may be retried, without an event in between", async () => {
    const rig = new Rig();
    const first = new Source();
    const { stream } = await open("events", first, { retry: retriesAtOnce(2) }, rig);
    for (let count = 0; count < 3; count++) {
      rig.replies({ headers: { "content-type": types.events.type }, body: new Source().breakOff().body });
    }
    const reading = readAll(stream);
    first.send("id: 1\n\n");
    await new Promise(setImmediate);
    first.breakOff();
    expect(await rig.clock.run(reading)).toMatchObject({ items: [], error: { code: "network" } });
    expect(rig.requests).toBe(3);
  });

  test("of a stream that is done are not asked for again", async () => {
    const { rig, stream } = await open("events", new Source().send("data: 1\n\n").end(), { retry: retriesAtOnce(2) });
    await readAll(stream);
    await rig.clock.advance("1m");
    expect(rig.requests).toBe(1);
  });
});

describe("bytes", () => {
  test("are what came; leaving them ends the stream for the server too", async () => {
    const source = new Source().send("1\n");
    const { rig, stream } = await open("bytes", source);
    const reader = (stream as unknown as ReadableStream<Uint8Array>).getReader();
    const { value } = await reader.read();
    expect(new TextDecoder().decode(value)).toBe("1\n");
    await reader.cancel();
    expect([source.cancelled, rig.clock.pending, rig.client["~core"].running.size]).toEqual([true, 0, 0]);
  });

  test("end with the client", async () => {
    const { rig, stream } = await open("bytes", new Source());
    const reading = (stream as unknown as ReadableStream<Uint8Array>).getReader().read();
    await rig.client.close();
    await expect(reading).rejects.toMatchObject({ code: "closed", sent: "yes" });
    expect(rig.client["~core"].running.size).toBe(0);
  });
});
