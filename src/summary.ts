import type { SpecOperation } from "./load/index.js";
import type { ResolvedPolicies } from "./policies/index.js";

/** How many operations of each sort a document has. */
export interface OperationSummary {
  /** All of them. */
  readonly operations: number;
  /** Retried, for they only read. */
  readonly safe: number;
  /** Retried, for HTTP says that repeating them changes nothing more: PUT, DELETE. */
  readonly idempotent: number;
  /** Retried under one key, for the server supports keys. */
  readonly keyed: number;
  /** Repeated only when they cannot have been processed. */
  readonly unrepeatable: number;
  /** For which something is taken from `x-speakeasy-retries`. */
  readonly foreignRetries: number;
  /** POSTs that may only read, by their names. */
  readonly looksLikeRead: readonly string[];
  /** What the document puts in front of its paths where it names no host: `baseUrl` must end in it. */
  readonly basePath: string | undefined;
}

export function summarize(
  operations: readonly SpecOperation[],
  policies: ResolvedPolicies,
  basePath: string | undefined,
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
  };
}
