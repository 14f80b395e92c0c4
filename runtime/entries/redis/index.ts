import type { SharedStore } from "../../src/policies/breaker-link.js";
import { type BreakerStore, type ExchangeReply, type SharedStoreOptions, sharedStore } from "../stores/index.js";
import { exchangeScript } from "./script.js";

/** The part of a client of the package `redis` (node-redis 4 to 6, also of a cluster) that is needed. */
export interface NodeRedisClient {
  /** `false` while it is not connected: it is not asked then. Absent on a cluster, which is asked always. */
  readonly isReady?: boolean;
  /** Runs a Lua script (`EVAL`). */
  eval(script: string, options: { keys: string[]; arguments: string[] }): Promise<unknown>;
  /** Runs a script that the server knows, by its SHA-1 (`EVALSHA`); rejects with `NOSCRIPT` where it does not. */
  evalSha(digest: string, options: { keys: string[]; arguments: string[] }): Promise<unknown>;
}

/** The part of a client of the package `ioredis` (5 or 6, also of a cluster) that is needed. */
export interface IoRedisClient {
  /** It is asked while this is `ready`, or `wait` (not connected yet, and will be by the first command). */
  readonly status?: string;
  /** Runs a Lua script (`EVAL`); `args` are the keys, then the arguments. */
  eval(script: string, keys: number, ...args: string[]): Promise<unknown>;
  /** Runs a script that the server knows, by its SHA-1 (`EVALSHA`); rejects with `NOSCRIPT` where it does not. */
  evalsha(digest: string, keys: number, ...args: string[]): Promise<unknown>;
}

/** How the store is asked, and under which keys it keeps what it knows. */
export interface RedisStoreOptions extends SharedStoreOptions {
  /** Begins every key. Have one for each environment. @default "resil-gen:" */
  readonly prefix?: string | undefined;
  /** The time in ms since 1970, for tests. @default the server's own */
  readonly now?: (() => number) | undefined;
}

/**
 * Makes breakers with `shared: true` one over all processes that use the same Redis or Valkey:
 * `createClient({ store: redisStore(redis) })`. The client is yours: connect it, handle its `error` event, close it.
 */
export function redisStore(client: NodeRedisClient | IoRedisClient, options: RedisStoreOptions = {}): SharedStore {
  return sharedStore(redisBreakerStore(client, options), options);
}

/** The store alone, as `resil-gen-runtime/stores` wants it. */
export function redisBreakerStore(
  client: NodeRedisClient | IoRedisClient,
  { prefix = "resil-gen:", now }: Pick<RedisStoreOptions, "prefix" | "now"> = {},
): BreakerStore {
  let digest: Promise<string> | undefined;
  return {
    async exchange(scope, request) {
      // A client that is not connected would keep the question until it is, and ask it when nobody waits any more.
      if (!isReady(client)) throw new Error("the Redis client is not connected");
      digest ??= sha1(exchangeScript);
      const args = [JSON.stringify(request), now === undefined ? "" : String(now())];
      return replyOf(await run(client, await digest, `${prefix}${scope}`, args));
    },
  };
}

function isReady(client: NodeRedisClient | IoRedisClient): boolean {
  if ("status" in client && client.status !== undefined) return client.status === "ready" || client.status === "wait";
  return !("isReady" in client) || client.isReady !== false;
}

/** Runs the script by its digest; with its text where the server does not know it. */
async function run(client: NodeRedisClient | IoRedisClient, digest: string, key: string, args: string[]) {
  const keys = { keys: [key], arguments: args };
  try {
    return await ("evalSha" in client ? client.evalSha(digest, keys) : client.evalsha(digest, 1, key, ...args));
  } catch (error) {
    if (!/NOSCRIPT/.test(String(error))) throw error;
    return "evalSha" in client ? client.eval(exchangeScript, keys) : client.eval(exchangeScript, 1, key, ...args);
  }
}

function replyOf(reply: unknown): ExchangeReply {
  const [era, isOpen, openForMs, failedProbes, granted] = Array.isArray(reply) ? reply.map(Number) : [];
  return { era, openForMs, failedProbes, isOpen: isOpen === 1, granted: granted === 1 } as ExchangeReply;
}

async function sha1(text: string): Promise<string> {
  const bytes = await crypto.subtle.digest("SHA-1", new TextEncoder().encode(text));
  return Array.from(new Uint8Array(bytes), (byte) => byte.toString(16).padStart(2, "0")).join("");
}
