import type { Api } from "./ir/index.js";
import type { SpecOperation } from "./load/index.js";
import type { ResolvedPolicies } from "./policies/index.js";

/** How many operations of each kind a document has. */
export interface OperationSummary {
  /** All of them. */
  readonly operations: number;
  /** Read-only, retried. */
  readonly safe: number;
  /** Retried because repeating them changes nothing more: PUT, DELETE, `idempotent: true`. */
  readonly idempotent: number;
  /** Retried with the same idempotency key, which the server supports. */
  readonly keyed: number;
  /** Retried only if the request was never processed. */
  readonly unrepeatable: number;
  /** With settings from `x-speakeasy-retries`. */
  readonly foreignRetries: number;
  /** POST operations that appear to be read-only, by their names. */
  readonly looksLikeRead: readonly string[];
  /** The prefix of all paths, where the document names no host: `baseUrl` must end with it. */
  readonly basePath: string | undefined;
  /** The document has an absolute server URL: `baseUrl` is optional. */
  readonly hasServer: boolean;
}

export function summarize(
  operations: readonly SpecOperation[],
  policies: ResolvedPolicies,
  { basePath, servers }: Pick<Api, "basePath" | "servers">,
): OperationSummary {
  const all = operations.flatMap((operation) => {
    const decided = policies.get(operation);
    return decided === undefined ? [] : [{ key: operation.key, ...decided }];
  });
  return {
    operations: all.length,
    safe: all.filter(({ kind }) => kind === "safe").length,
    idempotent: all.filter(({ kind, policies: { repeat } }) => kind !== "safe" && repeat === "always").length,
    keyed: all.filter(({ policies: { repeat } }) => repeat === "keyed").length,
    unrepeatable: all.filter(({ policies: { repeat } }) => repeat === "unprocessed").length,
    foreignRetries: all.filter(({ leaves }) => [...leaves.values()].some(({ origin }) => origin.isForeign)).length,
    looksLikeRead: all.filter(({ looksLikeRead }) => looksLikeRead).map(({ key }) => key),
    basePath,
    hasServer: servers.length > 0,
  };
}
