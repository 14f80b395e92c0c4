import { type BoundOperations, bindOperations } from "resil-gen-runtime";
import { type Client, type ClientOptions, createClient } from "./client.js";
import type { $Operations } from "./stand-ins.js";

declare const $modules: readonly object[];

type Operations = $Operations;

/** Every operation of $title, bound to one client. */
export type Api = BoundOperations<Client, Operations>;

/** Makes a client with every operation bound to it. Whoever imports this bundles them all. */
export function createApi(options: ClientOptions): Api {
  return bindOperations<Client, Operations>(createClient(options), $modules);
}

/** Makes a client with every operation bound to it. Whoever imports this bundles them all. */
export function createApi$withoutOptions(options?: ClientOptions): Api {
  return bindOperations<Client, Operations>(createClient(options ?? ({} as ClientOptions)), $modules);
}
