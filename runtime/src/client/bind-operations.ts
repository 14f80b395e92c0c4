import type { ClientHandle } from "./client.js";

/** Operations bound to a client: each without its first parameter, with the docs and the place that it was declared with. */
export type BoundOperations<Operations> = {
  -readonly [Name in keyof Operations]: Operations[Name] extends (client: never, ...args: infer Args) => infer Result
    ? (...args: Args) => Result
    : never;
};

type OperationFunction = (client: ClientHandle, ...args: unknown[]) => unknown;

/** Binds all operations of some modules to a client. Every generated `createApi` is this, with types of its own. */
export function bindOperations<Api extends { readonly $client: ClientHandle }>(
  client: Api["$client"],
  modules: Readonly<Record<string, object>>,
): Api {
  const operations = Object.values(modules).flatMap((module) =>
    Object.entries(module as Readonly<Record<string, OperationFunction>>),
  );
  const bound = operations.map(([name, operation]) => [name, (...args: unknown[]) => operation(client, ...args)]);
  return { $client: client, ...Object.fromEntries(bound) } as unknown as Api;
}
