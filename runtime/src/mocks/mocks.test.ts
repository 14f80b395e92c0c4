import { describe, expect, test } from "vitest";
import { ask, type PlainHandler, plainHttp } from "../../../tests/support/plain-http.js";
import { VirtualClock } from "../../entries/testing/index.js";
import { buildMocks, type MockOperation, type MockOptions, type MockRequest } from "./index.js";

const thing = { id: "t-1", name: "tea", status: "new" };
const problem = { title: "Not Found", status: 404 };

const operations: Readonly<Record<string, MockOperation>> = {
  getThing: {
    method: "GET",
    path: "/things/{thingId}",
    answers: { 200: ["application/json", () => thing], 404: ["application/problem+json", () => problem] },
    safe: true,
  },
  listThings: {
    method: "GET",
    path: "/things",
    answers: { 200: ["application/json", () => ({ items: [thing], next: "c-2" })] },
    safe: true,
    pages: { by: ["cursor"], last: { next: null } },
  },
  createThing: {
    method: "POST",
    path: "/things",
    answers: { 201: ["application/json", () => thing], "4XX": ["application/problem+json", () => problem] },
    key: { in: "header", name: "Idempotency-Key" },
  },
  replaceThing: {
    method: "PUT",
    path: "/things/{thingId}",
    answers: { 200: ["application/json", () => thing] },
    key: { in: "header", name: "Idempotency-Key", optional: true },
  },
  deleteThing: { method: "DELETE", path: "/things/{thingId}", answers: { 204: [] } },
  special: {
    method: "GET",
    path: "/things/special",
    answers: { 200: ["text/plain", () => "special"] },
    safe: true,
  },
};

type Mock = ((data?: unknown) => Handler) & Moves;
type Handler = PlainHandler & Moves;
interface Moves {
  sequence(steps: readonly unknown[]): Handler;
  status(status: number, body?: unknown): Handler;
  delay(duration: string): Handler;
  drop(what?: "connect" | "answer"): Handler;
  flaky(share: number, seed?: number): Handler;
  outage(from: string | number, to: string | number): Handler;
}
interface Built {
  readonly handlers: PlainHandler[];
  readonly requests: MockRequest[];
  readonly executions: MockRequest[];
  $reset(): void;
  readonly mock: Record<string, Mock>;
}

function build(options?: MockOptions): Built {
  const mocks = buildMocks<typeof plainHttp, Built & Record<string, Mock>>(plainHttp, operations, options);
  return Object.assign(mocks, { mock: mocks as Record<string, Mock> });
}

function named({ mock }: Built, name: string): Mock {
  const found = mock[name];
  if (found === undefined) throw new Error(`no ${name}`);
  return found;
}

const statuses = async (handler: PlainHandler, count: number, path = "/things/t-1"): Promise<number[]> => {
  const all: number[] = [];
  for (let sent = 0; sent < count; sent++) all.push((await ask([handler], "GET", path)).status);
  return all;
};

const create = (handlers: readonly PlainHandler[], key?: string, body: unknown = { name: "tea" }): Promise<Response> =>
  ask(handlers, "POST", "/things", key === undefined ? { body } : { body, key });

describe("an operation answers", () => {
  test("with the first documented 2xx and its data", async () => {
    const response = await create(build().handlers, "k");
    expect([response.status, response.headers.get("content-type")]).toEqual([201, "application/json"]);
    expect(await response.json()).toEqual(thing);
  });

  test("with data of one's own", async () => {
    const built = build();
    const response = await ask([named(built, "getThing")({ id: "t-2" })], "GET", "/things/t-2");
    expect(await response.json()).toEqual({ id: "t-2" });
  });

  test("with a documented status: with its sample, or a body of one's own", async () => {
    const mock = named(build(), "getThing");
    const sampled = await ask([mock.status(404)], "GET", "/things/x");
    expect([sampled.status, sampled.headers.get("content-type")]).toEqual([404, "application/problem+json"]);
    expect(await sampled.json()).toEqual(problem);
    const own = await ask([mock.status(404, { title: "Gone" })], "GET", "/things/x");
    expect(await own.json()).toEqual({ title: "Gone" });
  });

  test("where a path says more, before one that says less", async () => {
    expect(await (await ask(build().handlers, "GET", "/v1/things/special")).text()).toBe("special");
  });

  test("below its base URL only, so that the mocks of two APIs with like paths go beside each other", async () => {
    const shop = build({ baseUrl: "https://api.test/shop/" });
    const bank = build({ baseUrl: "https://API.test/bank" });
    const both = [...shop.handlers, ...bank.handlers];
    await ask(both, "GET", "/bank/things/t-1?a=b");
    await ask(both, "GET", "/shop/things/t-1");
    expect(shop.requests.map(({ url }) => url)).toEqual(["https://api.test/shop/things/t-1"]);
    expect(bank.requests.map(({ url }) => url)).toEqual(["https://api.test/bank/things/t-1?a=b"]);
    for (const path of ["/things/t-1", "/x/shop/things/t-1", "/shop/more/things/t-1", "/shopping/things/t-1"])
      await expect(ask(both, "GET", path)).rejects.toThrow("nothing answers");
  });

  test("below a base URL without a host on every host", async () => {
    const { handlers } = build({ baseUrl: "/shop" });
    expect((await ask(handlers, "GET", "/shop/things/t-1")).status).toBe(200);
    await expect(ask(handlers, "GET", "/things/t-1")).rejects.toThrow("nothing answers");
  });

  test("with no body for 204", async () => {
    const response = await ask(build().handlers, "DELETE", "/things/t-1");
    expect([response.status, response.body]).toEqual([204, null]);
  });
});

describe("a sequence", () => {
  test("goes through statuses, replies and data, and repeats the last", async () => {
    const handler = named(build(), "getThing").sequence([503, { status: 429, retryAfter: 1 }, { id: "t-9" }]);
    const first = await ask([handler], "GET", "/things/t");
    const second = await ask([handler], "GET", "/things/t");
    expect([first.status, second.status, second.headers.get("retry-after")]).toEqual([503, 429, "1"]);
    for (const _ of [1, 2]) expect(await (await ask([handler], "GET", "/things/t")).json()).toEqual({ id: "t-9" });
  });

  test("takes data with a status of its own for data", async () => {
    const handler = named(build(), "getThing").sequence([{ id: "t-1", status: 7 }, { status: "new" }]);
    expect(await (await ask([handler], "GET", "/things/t")).json()).toEqual({ id: "t-1", status: 7 });
    expect(await (await ask([handler], "GET", "/things/t")).json()).toEqual({ status: "new" });
  });

  test("undefined is the usual answer", async () => {
    const handler = named(build(), "getThing").sequence([{ drop: "connect" }, undefined]);
    expect(await statuses(handler, 2)).toEqual([0, 200]);
  });
});

describe("faults", () => {
  test("a delay passes on the clock that was given", async () => {
    const clock = new VirtualClock();
    const answer = ask([named(build({ clock }), "getThing").delay("200ms")], "GET", "/things/t");
    expect((await clock.run(answer)).status).toBe(200);
    expect(clock.now()).toBe(200);
  });

  test("what is no length of time is refused where it is written", () => {
    expect(() => named(build(), "getThing").delay("soon")).toThrow(RangeError);
  });

  test("flaky fails a share of the requests, the same ones for the same seed", async () => {
    const of = (seed: number, clientSeed?: number): Promise<number[]> =>
      statuses(named(build({ seed: clientSeed }), "getThing").flaky(0.3, seed), 200);
    const [one, again, other] = await Promise.all([of(7), of(7), of(8)]);
    expect(one).toEqual(again);
    expect(one).not.toEqual(other);
    const share = one.filter((status) => status === 503).length / 200;
    expect(share).toBeGreaterThan(0.2);
    expect(share).toBeLessThan(0.4);
  });

  test("without a seed of its own flaky takes that of the mocks", async () => {
    const of = (seed: number): Promise<number[]> => statuses(named(build({ seed }), "getThing").flaky(0.5), 50);
    expect(await of(3)).toEqual(await of(3));
    expect(await of(3)).not.toEqual(await of(4));
  });

  test("an outage drops connections from then to then", async () => {
    const clock = new VirtualClock();
    const handler = named(build({ clock }), "getThing").outage("1s", "2s");
    const seen: number[] = [];
    for (const _ of [0, 1, 2, 3]) {
      seen.push(...(await statuses(handler, 1)));
      await clock.advance(700);
    }
    expect(seen).toEqual([200, 200, 0, 200]);
  });

  test("they can be put together", async () => {
    const clock = new VirtualClock();
    const handler = named(build({ clock }), "getThing").sequence([503, undefined]).delay("1s");
    expect((await clock.run(ask([handler], "GET", "/things/t"))).status).toBe(503);
    expect((await clock.run(ask([handler], "GET", "/things/t"))).status).toBe(200);
    expect(clock.now()).toBe(2_000);
  });
});

describe("idempotency keys", () => {
  test("a missing key is 400, and nothing is executed", async () => {
    const built = build();
    const response = await create(built.handlers);
    expect([response.status, built.executions.length]).toEqual([400, 0]);
    expect(await response.json()).toMatchObject({ status: 400, detail: expect.stringContaining("missing") });
  });

  test("an optional key may be missing", async () => {
    const built = build();
    const response = await ask(built.handlers, "PUT", "/things/t-1", { body: {} });
    expect([response.status, built.executions.length]).toEqual([200, 1]);
  });

  test("the same key and body is answered again and executed once", async () => {
    const built = build();
    const [one, two] = [await create(built.handlers, "k"), await create(built.handlers, "k")];
    expect([one.status, two.status, await two.json()]).toEqual([201, 201, await one.json()]);
    expect([built.requests.length, built.executions.length]).toEqual([2, 1]);
    expect(built.executions[0]).toMatchObject({ operation: "createThing", idempotencyKey: "k", body: { name: "tea" } });
  });

  test("the same key with another body is 422", async () => {
    const built = build();
    await create(built.handlers, "k");
    expect((await create(built.handlers, "k", { name: "coffee" })).status).toBe(422);
    expect(built.executions).toHaveLength(1);
  });

  test("while the first is under way the second is 409 with Retry-After", async () => {
    const clock = new VirtualClock();
    const built = build({ clock });
    const handler = named(built, "createThing").delay("1s");
    const first = create([handler], "k");
    await clock.advance(500);
    const second = await create([handler], "k");
    expect([second.status, second.headers.get("retry-after")]).toEqual([409, "1"]);
    expect((await clock.run(first)).status).toBe(201);
    expect((await clock.run(create([handler], "k"))).status).toBe(201);
    expect(built.executions).toHaveLength(1);
  });

  test("a lost answer was executed: sent again, it is answered from memory", async () => {
    const built = build();
    const handler = named(built, "createThing").sequence([{ drop: "answer" }, undefined]);
    expect((await create([handler], "k")).type).toBe("error");
    expect((await create([handler], "k")).status).toBe(201);
    expect(built.executions).toHaveLength(1);
  });

  test("what failed was not executed, and its key is free", async () => {
    const built = build();
    const handler = named(built, "createThing").sequence([503, { drop: "connect" }, undefined]);
    const seen = [await create([handler], "k"), await create([handler], "k"), await create([handler], "k")];
    expect(seen.map(({ status }) => status)).toEqual([503, 0, 201]);
    expect(built.requests.map(({ status }) => status)).toEqual([503, undefined, 201]);
    expect(built.executions).toHaveLength(1);
  });

  test("reading executes nothing", async () => {
    const built = build();
    await ask(built.handlers, "GET", "/things/t-1");
    expect([built.requests.length, built.executions.length]).toEqual([1, 0]);
  });

  test("$reset forgets requests, executions and keys", async () => {
    const built = build();
    await create(built.handlers, "k");
    built.$reset();
    expect([built.requests, built.executions]).toEqual([[], []]);
    expect((await create(built.handlers, "k", { name: "other" })).status).toBe(201);
  });
});

describe("pages", () => {
  test("a reader who follows the cursor comes to an end", async () => {
    const { handlers } = build();
    const seen: unknown[] = [];
    let cursor: string | null = "";
    while (cursor !== null && seen.length < 10) {
      const page = (await (await ask(handlers, "GET", `/things?cursor=${cursor}`)).json()) as { next: string | null };
      seen.push(page);
      cursor = page.next;
    }
    expect(seen).toHaveLength(2);
  });
});

describe("stateful mocks", () => {
  const json = async (response: Promise<Response>): Promise<unknown> => (await response).json();

  test("keep what was POSTed: it is read, listed, changed and deleted", async () => {
    const { handlers } = build({ stateful: true });
    expect(await json(create(handlers, "a", { name: "green" }))).toEqual({ ...thing, name: "green" });
    expect(await json(create(handlers, "b", { name: "black" }))).toEqual({ ...thing, id: "t-1-2", name: "black" });
    expect(await json(ask(handlers, "GET", "/things/t-1-2"))).toMatchObject({ name: "black" });
    expect(await json(ask(handlers, "GET", "/things"))).toMatchObject({
      items: [{ id: "t-1" }, { id: "t-1-2" }],
      next: null,
    });
    await ask(handlers, "PUT", "/things/t-1", { body: { name: "white" }, key: "c" });
    expect(await json(ask(handlers, "GET", "/things/t-1"))).toMatchObject({ id: "t-1", name: "white" });
    await ask(handlers, "DELETE", "/things/t-1");
    expect((await ask(handlers, "GET", "/things/t-1")).status).toBe(404);
    expect(await json(ask(handlers, "GET", "/things"))).toMatchObject({ items: [{ id: "t-1-2" }] });
  });

  test("know nothing that was not POSTed", async () => {
    const { handlers, executions } = build({ stateful: true });
    expect((await ask(handlers, "GET", "/things/t-1")).status).toBe(404);
    expect((await ask(handlers, "PUT", "/things/t-1", { body: {}, key: "k" })).status).toBe(404);
    expect(executions).toEqual([]);
  });

  test("create once under one key", async () => {
    const { handlers } = build({ stateful: true });
    await create(handlers, "a");
    await create(handlers, "a");
    expect(((await json(ask(handlers, "GET", "/things"))) as { items: unknown[] }).items).toHaveLength(1);
  });
});
