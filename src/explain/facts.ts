import type { Policies } from "../../runtime/src/policies/types.js";
import type { Place } from "../diagnostics/index.js";
import { locate } from "../diagnostics/locate.js";
import { placed } from "../diagnostics/render.js";
import type { Inspected, InspectedOperation } from "../inspect.js";
import { type Amplification, amplification, type Throughput, throughput } from "./server-load.js";
import { type Scope, scopesOf } from "./sharing.js";
import { quickestFailure, slowestCall, type Timeline } from "./timeline.js";
import { type Value, valuesOf } from "./values.js";
import { type Warning, warningsOf } from "./warnings.js";
import { whyRetried } from "./why.js";

/** What a lost response means: the outcome of a write is unknown; a write is retried; a read has no effect. */
export const groups = ["unretried-write", "retried-write", "read"] as const;
export type Group = (typeof groups)[number];

/** Everything that `explain` and `report` show about one operation, as plain data. */
export interface OperationFacts {
  /** The function's name in the client. */
  readonly name: string;
  /** `GET /orders/{orderId}`. */
  readonly key: string;
  readonly method: string;
  readonly path: string;
  readonly id: string | undefined;
  readonly summary: string | undefined;
  readonly tags: readonly string[];
  readonly isDeprecated: boolean;
  /** Where the operation is in its document. */
  readonly at: Place;
  readonly group: Group;
  /** Whether a failed request that may have been processed is sent again. */
  readonly isRetried: boolean;
  readonly repeat: Policies["repeat"];
  /** Whether and when it is retried, and why that is safe. */
  readonly why: string;
  readonly preset: string;
  /** Name of the policy set in the client. */
  readonly policySet: string;
  readonly values: readonly Value[];
  readonly slowest: Timeline;
  readonly quickest: { readonly attempts: number; readonly endsAt: number };
  readonly amplification: readonly Amplification[];
  readonly throughput: readonly Throughput[];
  /** Indexes in {@link Facts.scopes} of the breakers, bulkheads, rate limits, and budgets that it uses. */
  readonly scopes: readonly number[];
  readonly warnings: readonly Warning[];
}

export interface Facts {
  readonly title: string;
  /** `info.version` of the document. */
  readonly version: string | undefined;
  /** The document, as the user named it. */
  readonly source: string;
  readonly operations: readonly OperationFacts[];
  readonly scopes: readonly Scope[];
  /** Problems of the document itself. */
  readonly problems: readonly ReturnType<typeof placed>[];
}

/** The facts about a document's policies. */
export function factsOf(inspected: Inspected): Facts {
  const scopes = scopesOf(inspected);
  const scopesByMember = new Map<string, number[]>();
  scopes.forEach(({ members }, index) => {
    for (const member of members) scopesByMember.set(member, [...(scopesByMember.get(member) ?? []), index]);
  });
  return {
    title: inspected.api.title,
    version: inspected.version,
    source: inspected.source,
    operations: inspected.operations.map((operation) =>
      operationFacts(operation, scopesByMember.get(operation.api.name) ?? []),
    ),
    scopes,
    problems: inspected.problems.map(placed),
  };
}

function operationFacts(operation: InspectedOperation, scopes: readonly number[]): OperationFacts {
  const { spec, api, decided } = operation;
  const { policies } = api;
  return {
    name: api.name,
    key: spec.key,
    method: spec.method,
    path: spec.path,
    id: spec.id,
    summary: api.docs.summary,
    tags: spec.tags,
    isDeprecated: api.docs.deprecated,
    at: locate(spec.at),
    group: groupOf(operation),
    isRetried: isRetried(policies),
    repeat: policies.repeat,
    why: whyRetried(operation),
    preset: decided.preset,
    policySet: api.policySet,
    values: valuesOf(decided.leaves, decided.kind !== "safe"),
    slowest: slowestCall(policies),
    quickest: quickestFailure(policies),
    amplification: amplification(policies),
    throughput: throughput(policies),
    scopes,
    warnings: warningsOf(operation),
  };
}

function groupOf({ decided, api: { policies } }: InspectedOperation): Group {
  if (decided.kind === "safe") return "read";
  return isRetried(policies) ? "retried-write" : "unretried-write";
}

function isRetried({ retry, repeat }: Policies): boolean {
  return retry !== false && retry.maxRetries > 0 && repeat !== "unprocessed";
}
