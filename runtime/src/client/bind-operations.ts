import type { ClientHandle } from "./client.js";

/** Operations bound to a client: each without its first parameter, with the docs and the place that it was declared with. */
export type BoundOperations<Client, Operations> = {
  /** The client that the operations are bound to. */
  readonly $client: Client;
} & {
  -readonly [Name in keyof Operations]: Operations[Name] extends (client: never, ...args: infer Args) => infer Result
    ? (...args: Args) => Result
    : never;
};

type OperationFunction = (client: ClientHandle, ...args: unknown[]) => unknown;

/** Binds all operations of some modules to a client. Every generated `createApi` is this, with types of its own. */
export function bindOperations<Client extends ClientHandle, Operations>(
  client: Client,
  modules: readonly object[],
): BoundOperations<Client, Operations> {
  const operations = modules.flatMap((module) => Object.entries(module as Readonly<Record<string, OperationFunction>>));
  const bound = operations.map(([name, operation]) => [name, (...args: unknown[]) => operation(client, ...args)]);
  return { $client: client, ...Object.fromEntries(bound) } as BoundOperations<Client, Operations>;
}
