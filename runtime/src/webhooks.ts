import { pairsOf } from "./base/header-pairs.js";
import { isJsonType } from "./serialize/text.js";

/** A request that a webhook or callback sends, as its handler gets it. */
export interface WebhookMessage {
  /** Which webhook it is, as in the description. */
  readonly name: string;
  /** As the sender sent them: its signature and event id are here. */
  readonly headers: Headers;
  /** What was sent, byte by byte: what a signature is over. Absent where the body was handed in already read. */
  readonly bytes: Uint8Array<ArrayBuffer> | undefined;
}

// biome-ignore lint/suspicious/noConfusingVoidType: a handler that returns nothing is one without an answer of its own
type Reply = Response | undefined | void;

/** A function for each webhook; those that have none are acknowledged and left alone. */
export type WebhookHandlers<Bodies> = {
  readonly [Name in keyof Bodies]?:
    | ((body: Bodies[Name], message: WebhookMessage) => Reply | Promise<Reply>)
    | undefined;
};

/** Who may send, which webhook a request is, and how much of it is read. */
export interface WebhookOptions<Bodies> {
  /**
   * Says whether a request comes from whom it should: compare the signature in its headers with one made over its bytes.
   * `false` is answered with 401. Without it every request is believed.
   */
  readonly verify?:
    | ((
        message: Omit<WebhookMessage, "name"> & { readonly bytes: Uint8Array<ArrayBuffer> },
      ) => boolean | Promise<boolean>)
    | undefined;
  /**
   * Says which webhook a request is; what is no webhook's name goes to `otherwise`.
   * @default by the fixed values that the description gives for members of the body
   */
  readonly nameOf?: ((headers: Headers, body: unknown) => keyof Bodies | undefined) | undefined;
  /** Gets what is none of the described webhooks. @default acknowledged with 204: a newer server may send more */
  readonly otherwise?: ((body: unknown, headers: Headers) => Reply | Promise<Reply>) | undefined;
  /** Largest body in bytes; a larger one is answered with 413. @default 1_000_000 */
  readonly maxBytes?: number | undefined;
}

/** Brings incoming webhooks to their handlers. */
export interface WebhookDispatcher<Bodies> {
  /** Answers a request of a fetch-like server. What a handler throws is thrown: your server answers 500, the sender tries again. */
  handle(request: Request): Promise<Response>;
  /** Calls the handler of one webhook with a body that was read and checked elsewhere. */
  dispatch<Name extends keyof Bodies>(name: Name, body: Bodies[Name], headers?: Headers): Promise<Response>;
}

/** What the runtime has to know of one webhook. */
export interface Webhook {
  /** What its sender expects. */
  readonly status: number;
  /** Members of its body that have one value only. */
  readonly match?: Readonly<Record<string, unknown>>;
}

/** Brings incoming webhooks to their handlers. What is generated is this, with types of its own. */
export function webhookDispatcher<Bodies>(
  webhooks: Readonly<Record<string, Webhook>>,
  handlers: WebhookHandlers<Bodies>,
  options: WebhookOptions<Bodies> = {},
): WebhookDispatcher<Bodies> {
  const { verify, nameOf, otherwise, maxBytes = 1_000_000 } = options;
  const run = async (
    name: string | undefined,
    body: unknown,
    headers: Headers,
    bytes?: Uint8Array<ArrayBuffer>,
  ): Promise<Response> => {
    const own = name !== undefined && Object.hasOwn(webhooks, name) ? webhooks[name] : undefined;
    if (name === undefined || own === undefined)
      return (await otherwise?.(body, headers)) ?? new Response(null, { status: 204 });
    const handler = (
      handlers as Readonly<Record<string, ((body: unknown, message: WebhookMessage) => unknown) | undefined>>
    )[name];
    const reply = Object.hasOwn(handlers, name) ? await handler?.(body, { name, headers, bytes }) : undefined;
    return reply instanceof Response ? reply : new Response(null, { status: own.status });
  };
  return {
    dispatch: (name, body, headers = new Headers()) => run(String(name), body, headers),
    async handle(request) {
      const { headers } = request;
      const bytes = await bytesOf(request, maxBytes);
      if (bytes === undefined) return new Response(null, { status: 413 });
      if (verify !== undefined && !(await verify({ headers, bytes }))) return new Response(null, { status: 401 });
      let body: unknown;
      try {
        body = bodyOf(headers.get("content-type") ?? "", bytes);
      } catch {
        return new Response(null, { status: 400 });
      }
      const name = nameOf === undefined ? nameByBody(webhooks, body) : nameOf(headers, body);
      return run(name === undefined ? undefined : String(name), body, headers, bytes);
    },
  };
}

/** The body, or `undefined` where it is too large. */
async function bytesOf(request: Request, limit: number): Promise<Uint8Array<ArrayBuffer> | undefined> {
  const chunks: Uint8Array<ArrayBuffer>[] = [];
  let size = 0;
  const reader = request.body?.getReader();
  while (reader !== undefined) {
    const { done, value } = await reader.read();
    if (done) break;
    size += value.byteLength;
    chunks.push(value);
    if (size > limit) {
      await reader.cancel();
      return undefined;
    }
  }
  return new Uint8Array(await new Blob(chunks).arrayBuffer());
}

/** JSON, a form as an object of texts, or text; nothing where nothing was sent. */
function bodyOf(contentType: string, bytes: Uint8Array): unknown {
  if (bytes.byteLength === 0) return undefined;
  const text = new TextDecoder().decode(bytes);
  if (isJsonType(contentType)) return JSON.parse(text) as unknown;
  const isForm = /^application\/x-www-form-urlencoded/i.test(contentType);
  return isForm ? Object.fromEntries(pairsOf(new URLSearchParams(text))) : text;
}

/** The only webhook that there is, or the first whose fixed members the body has. */
function nameByBody(webhooks: Readonly<Record<string, Webhook>>, body: unknown): string | undefined {
  const all = Object.entries(webhooks);
  if (all.length === 1) return all[0]?.[0];
  const members = typeof body === "object" && body !== null ? (body as Readonly<Record<string, unknown>>) : {};
  const fits = ({ match = {} }: Webhook): boolean => {
    const fixed = Object.entries(match);
    return fixed.length > 0 && fixed.every(([name, value]) => members[name] === value);
  };
  return all.find(([, webhook]) => fits(webhook))?.[0];
}
