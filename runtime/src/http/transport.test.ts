import ky, { type KyInstance } from "ky";
import { afterEach, describe, expect, test, vi } from "vitest";
import { getWith, postWith, retriesAtOnce } from "../../../tests/rig/rig.js";
import { callOperation } from "../call/call.js";
import { buildClient } from "../client/client.js";
import type { CallOptions } from "../contract/call-options.js";
import type { Operation } from "../contract/operation.js";
import { jsonBody, multipart, plainBody } from "../serialize/body.js";
import { kyTransport } from "./ky.js";
import type { OperationInput } from "./operation-facts.js";
import { fetchTransport, type Transport } from "./transport.js";

interface Sent {
  readonly input: unknown;
  readonly init: RequestInit & Readonly<Record<string, unknown>>;
  readonly body: string;
}

/** A fetch that writes down how it is called. */
function recorded(...statuses: number[]): {
  sent: Sent[];
  fetch: (input: unknown, init?: RequestInit) => Promise<Response>;
} {
  const sent: Sent[] = [];
  const send = async (input: unknown, init: RequestInit = {}): Promise<Response> => {
    const body = init.body === undefined ? "" : await new Response(init.body).text();
    sent.push({ input, init: init as Sent["init"], body });
    return new Response("{}", { status: statuses.shift() ?? 200, headers: { "content-type": "application/json" } });
  };
  return { sent, fetch: send };
}

const end = (
  transport: Transport,
  operation: Operation,
  input: OperationInput = {},
  options: CallOptions<object> = {},
) => {
  const client = buildClient({ contract: 1, servers: ["https://api.example"] }, { transport });
  return callOperation(client, operation, input, options).result();
};

const own = (fetch: unknown, more: Parameters<KyInstance["extend"]>[0] = {}): KyInstance =>
  ky.create({ fetch: fetch as typeof globalThis.fetch }).extend(more);

afterEach(() => {
  vi.unstubAllGlobals();
});

describe.each<[name: string, make: (fetch: (input: unknown, init?: RequestInit) => Promise<Response>) => Transport]>([
  ["fetch alone", (fetch) => fetchTransport({ fetch: fetch as typeof globalThis.fetch })],
  ["ky", (fetch) => kyTransport(own(fetch))],
  ["ky with hooks", (fetch) => kyTransport(own(fetch, { hooks: { beforeRequest: [() => {}] } }))],
  [
    "the platform's fetch, by ky",
    (fetch) => {
      vi.stubGlobal("fetch", fetch);
      return kyTransport();
    },
  ],
])("%s", (name, make) => {
  test("is called with a URL, and with the signal among its options", async () => {
    const { sent, fetch } = recorded();
    await end(make(fetch), getWith({}), {}, { headers: { "x-one": "1" } });
    const [{ input, init } = { input: 0, init: {} as Sent["init"] }] = sent;
    expect(input).toBeInstanceOf(URL);
    expect(String(input)).toBe("https://api.example/thing");
    expect(init.signal).toBeInstanceOf(AbortSignal);
    expect(init).toMatchObject({ method: "GET", redirect: "manual" });
    expect(new Headers(init.headers).get("x-one")).toBe("1");
  });

  test("gets every retry of a GET, also where the framework memoizes requests without a signal of their own", async () => {
    const { sent, fetch } = recorded(503, 503, 200);
    const memo = new Map<string, Promise<Response>>();
    // As Next's server components and React's cache do it.
    const memoizing = async (input: unknown, init?: RequestInit): Promise<Response> => {
      if (init?.signal) return fetch(input, init);
      const key = input instanceof Request ? input.url : String(input);
      const known = memo.get(key) ?? fetch(input, init);
      memo.set(key, known);
      return (await known).clone();
    };
    expect(await end(make(memoizing), getWith({ retry: retriesAtOnce(3) }))).toMatchObject({ ok: true, attempts: 3 });
    expect(sent).toHaveLength(3);
  });

  test("gets the same bytes on every attempt", async () => {
    const { sent, fetch } = recorded(503, 200);
    const post = postWith({ repeat: "always", retry: retriesAtOnce(1) }, { body: { "application/json": jsonBody } });
    expect(await end(make(fetch), post, { body: { sku: "tea" } })).toMatchObject({ ok: true });
    expect(sent.map(({ body }) => body)).toEqual(['{"sku":"tea"}', '{"sku":"tea"}']);
    if (name !== "ky with hooks") expect(sent[0]?.init.body).toBe('{"sku":"tea"}');
  });

  test("gets a form with its boundary, and a stream as it is", async () => {
    const { sent, fetch } = recorded();
    const transport = make(fetch);
    const form = postWith({}, { body: { "multipart/form-data": multipart } });
    await end(transport, form, { body: { note: "n" } });
    const type = new Headers(sent[0]?.init.headers).get("content-type") ?? "";
    expect(sent[0]?.body).toContain(`--${/boundary=(\S+)/.exec(type)?.[1]}`);
    const upload = postWith({}, { body: { "application/octet-stream": plainBody } });
    await end(transport, upload, { body: new Blob(["bytes"]).stream() });
    expect(sent[1]?.body).toBe("bytes");
    expect(sent[1]?.init["duplex"]).toBe("half");
  });

  test("gets the options for fetch of a client and of a call", async () => {
    const { sent, fetch } = recorded();
    const dispatcher = {};
    const client = buildClient(
      { contract: 1, servers: ["https://api.example"] },
      { transport: make(fetch), fetchOptions: { cache: "no-store", dispatcher } },
    );
    await callOperation(client, getWith({}), {}, { fetchOptions: { cache: "reload", next: { revalidate: 60 } } });
    expect(sent[0]?.init).toMatchObject({ cache: "reload", dispatcher, next: { revalidate: 60 } });
  });
});

test("what a hook of ky puts into a request is sent", async () => {
  const { sent, fetch } = recorded();
  const signing = own(fetch, {
    headers: { "x-client": "me" },
    hooks: {
      beforeRequest: [
        (request) => {
          request.headers.set("x-signed", "yes");
          return new Request(request, { body: `${request.method} signed` });
        },
      ],
    },
  });
  await end(kyTransport(signing), postWith({}, { body: { "application/json": jsonBody } }), { body: { a: 1 } });
  const headers = new Headers(sent[0]?.init.headers);
  expect([headers.get("x-client"), headers.get("x-signed")]).toEqual(["me", "yes"]);
  expect(sent[0]?.body).toBe("POST signed");
});

test("what a middleware sets on a request beside its headers is kept", async () => {
  const { sent, fetch } = recorded();
  const client = buildClient(
    { contract: 1, servers: ["https://api.example"] },
    {
      transport: fetch as Transport,
      fetchOptions: { dispatcher: 1 },
      middleware: [(request, next) => next(new Request(request, { credentials: "include", cache: "no-store" }))],
    },
  );
  await callOperation(client, getWith({}), {}, {});
  expect(sent[0]?.init).toMatchObject({ credentials: "include", cache: "no-store", dispatcher: 1 });
});
