import { type Client, type ClientOptions, createClient } from "./client.js";

/** Every operation of $title, bound to one client. */
export interface Api {
  /** The client that the operations are bound to. */
  readonly $client: Client;
  $members: never;
}

declare const $bound: Omit<Api, "$client">;

/** Makes a client with every operation bound to it. Whoever imports this bundles them all. */
export function createApi(options: ClientOptions): Api {
  const client = createClient(options);
  return {
    $client: client,
    ...$bound,
  };
}

/** Makes a client with every operation bound to it. Whoever imports this bundles them all. */
export function createApi$withoutOptions(options?: ClientOptions): Api {
  const client = createClient(options ?? ({} as ClientOptions));
  return {
    $client: client,
    ...$bound,
  };
}
