import type { SharedStore } from "../../src/policies/shared-store.js";
import { type BreakerStore, type ExchangeReply, type SharedStoreOptions, sharedStore } from "../stores/index.js";
import { exchangeScript } from "./script.js";

/** The part of a client of the package `redis` (node-redis 4 to 6, also of a cluster) that is needed. */
export interface NodeRedisClient {
  /** `false` while it is not connected: nothing is sent then. Absent on some clusters, which are always asked. */
  readonly isReady?: boolean;
  /** Whether it is connected or connecting. */
  readonly isOpen?: boolean;
  /** Runs a Lua script (`EVAL`). */
  eval(script: string, options: { keys: string[]; arguments: string[] }): Promise<unknown>;
  /** Runs a script that the server has cached, by its SHA-1 (`EVALSHA`); rejects with `NOSCRIPT` if it has not. */
  evalSha(digest: string, options: { keys: string[]; arguments: string[] }): Promise<unknown>;
}

/** The part of a client of the package `ioredis` (5 or 6, also of a cluster) that is needed. */
export interface IoRedisClient {
  /** Commands are sent while this is `ready`, or `wait` (the first command connects). */
  readonly status?: string;
  /** Runs a Lua script (`EVAL`); `args` are the keys, then the arguments. */
  eval(script: string, keys: number, ...args: string[]): Promise<unknown>;
  /** Runs a script that the server has cached, by its SHA-1 (`EVALSHA`); rejects with `NOSCRIPT` if it has not. */
  evalsha(digest: string, keys: number, ...args: string[]): Promise<unknown>;
}

/** Options of a Redis store. */
export interface RedisStoreOptions extends SharedStoreOptions {
  /**
   * First part of every key, joined to the rest by a colon. Use one per environment. A hash tag (`{resil}`) puts all
   * keys into one slot of a cluster.
   * @default "resil-gen"
   */
  readonly prefix?: string | undefined;
  /** The time in ms since 1970, for tests. @default the server's own */
  readonly now?: (() => number) | undefined;
}

/**
 * Shares breakers with `shared: true` among all processes that use the same Redis or Valkey:
 * `createClient({ store: redisStore(redis) })`. You connect the client, handle its `error` event, and close it.
 */
export function redisStore(client: NodeRedisClient | IoRedisClient, options: RedisStoreOptions = {}): SharedStore {
  return sharedStore(redisBreakerStore(client, options), options);
}

/** The store alone, as `resil-gen-runtime/stores` takes it. */
export function redisBreakerStore(
  client: NodeRedisClient | IoRedisClient,
  { prefix = "resil-gen", now }: Pick<RedisStoreOptions, "prefix" | "now"> = {},
): BreakerStore {
  let digest: Promise<string> | undefined;
  let wasReady = false;
  return {
    async exchange(scope, request) {
      // A client that is not connected would queue the command, and send it when nobody waits for it any more.
      if (!isReady(client)) throw new Error("the Redis client is not connected");
      wasReady = true;
      digest ??= sha1(exchangeScript);
      const args = [JSON.stringify(request), now === undefined ? "" : String(now())];
      return replyOf(await run(client, await digest, keyOf(prefix, scope), args));
    },
    isStarting: () => !wasReady && isConnecting(client),
  };
}

function isReady(client: NodeRedisClient | IoRedisClient): boolean {
  if ("status" in client && client.status !== undefined) return client.status === "ready" || client.status === "wait";
  return !("isReady" in client) || client.isReady !== false;
}

/** The first connection is being made. A client of node-redis does not tell whether it is the first. */
function isConnecting(client: NodeRedisClient | IoRedisClient): boolean {
  if ("status" in client && client.status !== undefined)
    return client.status === "connecting" || client.status === "connect";
  return "isReady" in client && client.isReady === false && client.isOpen === true;
}

/** Keys are joined by colons and have no spaces, as tools and ACL patterns expect. */
function keyOf(prefix: string, scope: string): string {
  const key = prefix === "" || prefix.endsWith(":") ? `${prefix}${scope}` : `${prefix}:${scope}`;
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must not be in a key
  return key.replace(/[\s\u0000-\u001f\u007f]/g, encodeURIComponent);
}

/** Runs the script by its digest, or with its text if the server does not have it. */
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
  const [era, isOpen, openForMs, failedProbes, granted, isForAll] = Array.isArray(reply) ? reply.map(Number) : [];
  const flags = { isOpen: isOpen === 1, isForAll: isForAll === 1, granted: granted === 1 };
  return { era, openForMs, failedProbes, ...flags } as ExchangeReply;
}

async function sha1(text: string): Promise<string> {
  const bytes = await crypto.subtle.digest("SHA-1", new TextEncoder().encode(text));
  return Array.from(new Uint8Array(bytes), (byte) => byte.toString(16).padStart(2, "0")).join("");
}
