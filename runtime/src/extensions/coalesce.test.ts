import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { digestAtOnce } from "../../../tests/rig/digest.js";
import { getWith, postWith, Rig, type RigOptions } from "../../../tests/rig/rig.js";
import type { HttpError } from "../contract/errors.js";
import { coalesce } from "./coalesce.js";
import { fallback } from "./fallback.js";
import { byteStream } from "./stream.js";

digestAtOnce();

const shared = getWith({ coalesce: true }, { extensions: [coalesce] });

/** A server that takes 100 ms for each answer. */
function slowRig(options: RigOptions = { identity: () => "somebody" }): Rig {
  const rig = new Rig(options);
  rig.usually = { after: 100, body: { list: [1] } };
  return rig;
}

describe("identical GETs in flight", () => {
  test("are one request; each gets data of its own", async () => {
    const rig = slowRig();
    const [first, second] = await rig.clock.run(Promise.all([rig.call(shared), rig.call(shared)]));
    expect(rig.requests).toBe(1);
    expect(second).toEqual({ list: [1] });
    expect(second).not.toBe(first);
  });

  test("are one failure too, with the attempts that were made", async () => {
    const rig = slowRig();
    rig.usually = { after: 100, status: 503, body: {} };
    const ends = await rig.clock.run(Promise.all([rig.call(shared).result(), rig.call(shared).result()]));
    for (const end of ends)
      expect(end).toMatchObject({ error: { code: "http", status: 503, attempts: 1, sent: "yes" } });
    expect(rig.requests).toBe(1);
  });

  test("that come after the answer make a request of their own", async () => {
    const rig = slowRig();
    await rig.end(shared);
    await rig.end(shared);
    expect(rig.requests).toBe(2);
  });

  test.each([
    ["another URL", { query: { page: 2 } }, {}],
    ["another header of the caller", {}, { headers: { "x-view": "full" } }],
    ["settings of its own", {}, { resilience: { retry: 1 } }],
    ["another identity", {}, { identity: () => "somebody else" }],
    ["credentials of its own", {}, { auth: { key: "k" } }],
  ])("with %s are another request", async (_what, input, options) => {
    const rig = slowRig();
    await rig.clock.run(Promise.all([rig.call(shared), rig.call(shared, input, options)]));
    expect(rig.requests).toBe(2);
  });

  test("of an operation that does not only read are never shared", async () => {
    const rig = slowRig();
    const post = postWith({ coalesce: true }, { extensions: [coalesce] });
    await rig.clock.run(Promise.all([rig.call(post), rig.call(post)]));
    expect(rig.requests).toBe(2);
  });

  test("are shared between clients made from one, for the same identity only", async () => {
    const rig = slowRig();
    const same = rig.client.with({});
    const other = rig.client.with({ identity: () => "somebody else" });
    await rig.clock.run(Promise.all([rig.client, same, other].map((client) => rig.call(shared, {}, {}, client))));
    expect(rig.requests).toBe(2);
  });

  test("whose identity cannot be found out are not shared", async () => {
    const rig = slowRig({ identity: () => Promise.reject(new Error("not logged in")) });
    const calls = Promise.all([rig.call(shared), rig.call(shared)]);
    await rig.clock.run(calls);
    expect(rig.requests).toBe(2);
  });

  test("of a stream are not shared, for it can be read only once", async () => {
    const rig = new Rig({ identity: () => "somebody" });
    const text = (): ReadableStream => new Response("{}\n").body as ReadableStream;
    const headers = { "content-type": "application/x-ndjson" };
    rig.replies({ headers, body: text() }, { headers, body: text() });
    const stream = getWith(
      { coalesce: true, streaming: true },
      { extensions: [coalesce, byteStream], responses: { "200": "application/x-ndjson" } },
    );
    const [first, second] = await rig.clock.run(Promise.all([rig.call(stream), rig.call(stream)]));
    const texts = [first, second].map((bytes) => new Response(bytes as ReadableStream).text());
    expect(await Promise.all(texts)).toEqual(["{}\n", "{}\n"]);
  });
});

test("callers that share a failure each get the body of an error of their own", async () => {
  const rig = slowRig();
  rig.usually = { after: 100, status: 400, body: { list: [1] } };
  const ends = await rig.clock.run(Promise.all([rig.call(shared).result(), rig.call(shared).result()]));
  const [first, second] = ends.map((end) => (end.ok ? undefined : (end.error as HttpError).body));
  expect(rig.requests).toBe(1);
  expect(second).toEqual({ list: [1] });
  expect(second).not.toBe(first);
});

describe("where requests end with all that they do (workerd)", () => {
  beforeEach(() => void vi.stubGlobal("navigator", { userAgent: "Cloudflare-Workers" }));
  afterEach(() => void vi.unstubAllGlobals());

  test("a call waits a second for that of another request, then makes its own", async () => {
    const rig = slowRig();
    rig.replies({ after: "never" }, { after: 100 });
    const [, second] = [rig.call(shared).result(), rig.call(shared).result()];
    expect(await rig.clock.run(second)).toMatchObject({ ok: true });
    expect(rig.times).toEqual([0, 1_000]);
  });

  test("a call that is answered within a second is shared", async () => {
    const rig = slowRig();
    await rig.clock.run(Promise.all([rig.call(shared), rig.call(shared)]));
    expect(rig.requests).toBe(1);
  });
});

test("elsewhere a call waits for another one as long as that takes", async () => {
  const rig = slowRig();
  rig.usually = { after: 20_000 };
  await rig.clock.run(Promise.all([rig.call(shared), rig.call(shared)]));
  expect(rig.requests).toBe(1);
});

test("data that cannot be copied is given as it is", async () => {
  const rig = slowRig();
  rig.usually = { after: 100, status: 503 };
  const value = () => ({ reload: () => "again" });
  const operation = getWith(
    { coalesce: true, fallback: { stale: false, value } },
    { extensions: [coalesce, ...fallback] },
  );
  const all = await rig.clock.run(Promise.all([rig.call(operation), rig.call(operation)]));
  expect(all.map((data) => (data as { reload: () => string }).reload())).toEqual(["again", "again"]);
});

describe("an abort", () => {
  test("ends only the own wait", async () => {
    const rig = slowRig();
    const controller = new AbortController();
    const quits = rig.call(shared, {}, { signal: controller.signal }).result();
    const stays = rig.call(shared).result();
    await rig.clock.advance(50);
    controller.abort("enough");
    expect(await quits).toMatchObject({ error: { code: "aborted", elapsedMs: 50, cause: "enough" } });
    expect(await rig.clock.run(stays)).toMatchObject({ ok: true, elapsedMs: 100 });
    expect(rig.requests).toBe(1);
  });

  test("of all ends the request", async () => {
    const rig = slowRig();
    const controller = new AbortController();
    const calls = [1, 2].map(() => rig.call(shared, {}, { signal: controller.signal }).result());
    await rig.clock.advance(50);
    controller.abort();
    for (const end of await Promise.all(calls)) expect(end).toMatchObject({ error: { code: "aborted" } });
    expect(rig.received[0]?.init.signal?.aborted).toBe(true);
    expect([rig.clock.pending, rig.client["~core"].running.size]).toEqual([0, 0]);
  });

  test("while it is found out whose the call is ends it", async () => {
    const rig = slowRig();
    const controller = new AbortController();
    let found = (_digest: ArrayBuffer): void => {};
    const digest = new Promise<ArrayBuffer>((resolve) => {
      found = resolve;
    });
    vi.mocked(crypto.subtle.digest).mockReturnValueOnce(digest);
    const quits = rig.call(shared, {}, { signal: controller.signal }).result();
    await rig.clock.advance(0);
    controller.abort();
    found(new ArrayBuffer(32));
    expect(await rig.clock.run(quits)).toMatchObject({ error: { code: "aborted", sent: "no" } });
    expect([rig.requests, rig.clock.pending]).toEqual([0, 0]);
  });

  // Whoever comes is finding out whose the call is meanwhile, which takes some turns.
  test.each([0, 1, 2, 3, 4, 5, 6, 7, 8, 9])(
    "of all is none of who comes in that moment, %i turns before",
    async (turns) => {
      const rig = slowRig();
      const controller = new AbortController();
      const quits = rig.call(shared, {}, { signal: controller.signal }).result();
      await rig.clock.advance(50);
      const comes = rig.call(shared).result();
      for (let turn = 0; turn < turns; turn++) await Promise.resolve();
      controller.abort();
      expect(await rig.clock.run(quits)).toMatchObject({ error: { code: "aborted" } });
      expect(await rig.clock.run(comes)).toMatchObject({ ok: true });
    },
  );
});

describe("switched on twice, by the description and by the client", () => {
  test("it does not wait for itself", async () => {
    const rig = slowRig({ identity: () => "somebody", extensions: [coalesce], resilience: { coalesce: true } });
    const ends = await rig.clock.run(Promise.all([rig.call(shared).result(), rig.call(shared).result()]));
    expect(ends).toMatchObject([{ ok: true }, { ok: true }]);
    expect(rig.requests).toBe(1);
  });

  test("it goes around the fallback, whichever of them the client brings", async () => {
    const rig = slowRig({ identity: () => "somebody", extensions: [coalesce], resilience: { coalesce: true } });
    rig.usually = { after: 100, status: 503 };
    let asked = 0;
    const value = () => ({ given: ++asked });
    const operation = getWith({ fallback: { stale: false, value } }, { extensions: fallback });
    const data = await rig.clock.run(Promise.all([rig.call(operation), rig.call(operation)]));
    expect(data).toEqual([{ given: 1 }, { given: 1 }]);
  });
});
