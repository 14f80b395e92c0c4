import type { Policies } from "../../runtime/src/policies/types.js";
import { placed } from "../diagnostics/render.js";
import type { Inspected, InspectedOperation } from "../inspect.js";
import { type Amplification, amplification, type Throughput, throughput } from "./load.js";
import { type Scope, scopesOf } from "./sharing.js";
import { quickestFailure, slowestCall, type Timeline } from "./timeline.js";
import { type Value, valuesOf } from "./values.js";
import { type Warning, warningsOf } from "./warnings.js";
import { whyRepeated } from "./why.js";

/** How much can go wrong: something needs a decision; a change is not repeated; a change is repeated; it only reads. */
export const risks = ["attention", "unrepeated", "repeated", "read"] as const;
export type Risk = (typeof risks)[number];

/** Everything that `explain` and `report` say of one operation, as plain data. */
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
  readonly risk: Risk;
  readonly repeat: Policies["repeat"];
  /** Whether and when it is sent again, and why that does no harm. */
  readonly why: string;
  readonly preset: string;
  /** Name of the policy set in the client. */
  readonly policySet: string;
  readonly values: readonly Value[];
  readonly slowest: Timeline;
  readonly quickest: { readonly attempts: number; readonly endsAt: number };
  readonly amplification: readonly Amplification[];
  readonly throughput: readonly Throughput[];
  /** Breakers, bulkheads, rate limits and budgets that it uses: their places in {@link Facts.scopes}. */
  readonly scopes: readonly number[];
  readonly warnings: readonly Warning[];
}

export interface Facts {
  readonly title: string;
  /** The document, as the user named it. */
  readonly source: string;
  readonly operations: readonly OperationFacts[];
  readonly scopes: readonly Scope[];
  /** What the document itself makes the generator say. */
  readonly problems: readonly ReturnType<typeof placed>[];
}

/** What there is to say about a document's policies. */
export function factsOf(inspected: Inspected): Facts {
  const scopes = scopesOf(inspected);
  const scopesByMember = new Map<string, number[]>();
  scopes.forEach(({ members }, index) => {
    for (const member of members) scopesByMember.set(member, [...(scopesByMember.get(member) ?? []), index]);
  });
  return {
    title: inspected.api.title,
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
  const warnings = warningsOf(operation);
  return {
    name: api.name,
    key: spec.key,
    method: spec.method,
    path: spec.path,
    id: spec.id,
    summary: api.docs.summary,
    tags: spec.tags,
    isDeprecated: api.docs.deprecated,
    risk: riskOf(operation, warnings),
    repeat: policies.repeat,
    why: whyRepeated(operation),
    preset: decided.preset,
    policySet: api.policySet,
    values: valuesOf(decided.leaves, decided.kind !== "safe"),
    slowest: slowestCall(policies),
    quickest: quickestFailure(policies),
    amplification: amplification(policies),
    throughput: throughput(policies),
    scopes,
    warnings,
  };
}

function riskOf({ decided, api: { policies } }: InspectedOperation, warnings: readonly Warning[]): Risk {
  if (warnings.some(({ level }) => level === "high")) return "attention";
  if (decided.kind === "safe") return "read";
  return policies.retry && policies.repeat !== "unprocessed" ? "repeated" : "unrepeated";
}
