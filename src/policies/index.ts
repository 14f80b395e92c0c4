import type { KeyCarrier } from "../../runtime/src/http/operation-facts.js";
import type { Policies } from "../../runtime/src/policies/types.js";
import type { Problems } from "../diagnostics/index.js";
import type { SpecDocument, SpecOperation } from "../load/index.js";
import { adapt, adaptNumbers, type OperationTraits } from "./adapt.js";
import type { Layer } from "./blocks.js";
import { isTransfer, type Kind, kindOf, looksLikeRead } from "./classify.js";
import type { ConfigPolicies } from "./config-policies.js";
import { type DeclaredKey, declaredKey, isDeclaredAt, isKeySupported, keyCarrier, reportPattern } from "./keys.js";
import { mergeLayers, readLayers } from "./layers.js";
import type { Leaf, Leaves } from "./origin.js";
import type { PresetName } from "./presets.js";
import { alignScopes } from "./scopes.js";
import { checkSense } from "./sense.js";
import { policiesOf } from "./values.js";

export { isFileBody, isStreamType, leftOutForJson } from "./classify.js";
export type { ConfigPolicies } from "./config-policies.js";
export type { DeclaredKey } from "./keys.js";
export type { Leaf, Leaves, Origin } from "./origin.js";
export { type PresetName, presetNames } from "./presets.js";
export { checkBlock } from "./validate.js";

/** What was decided for one operation, and why. */
export interface OperationPolicies {
  readonly kind: Kind;
  /** What the document says about repeating it, where that differs from what its method says. */
  readonly idempotent: boolean | undefined;
  readonly policies: Policies;
  readonly idempotencyKey: KeyCarrier | undefined;
  /** The place that the document declares for the key; it leaves the ordinary parameters. */
  readonly declaredKey: DeclaredKey | undefined;
  /** The preset that lies beneath. */
  readonly preset: PresetName;
  /** Whether something was written for this path or operation alone. */
  readonly isOwn: boolean;
  /** Every value with its origin. */
  readonly leaves: Leaves;
  /** A POST that may only read, by its name: worth a look. */
  readonly looksLikeRead: boolean;
}

export type ResolvedPolicies = ReadonlyMap<SpecOperation, OperationPolicies>;

/** Decides the policies of every operation. */
export async function resolvePolicies(
  document: SpecDocument,
  operations: readonly SpecOperation[],
  preset: PresetName | undefined,
  problems: Problems,
  config?: ConfigPolicies,
): Promise<ResolvedPolicies> {
  const { base, of } = await readLayers(document, operations, preset, problems, config);
  const drafts = new Map(
    operations.map((operation) => [
      operation,
      draft(document, operation, [...base, ...(of.get(operation) ?? [])], problems),
    ]),
  );
  alignScopes(
    [...drafts].map(([{ key }, { leaves }]) => ({ operation: key, leaves })),
    problems,
  );
  return new Map([...drafts].map(([operation, made]) => [operation, finish(operation, made, problems)]));
}

/** An operation's values before scopes are compared. */
interface Draft {
  readonly kind: Kind;
  readonly traits: OperationTraits;
  readonly leaves: Map<string, Leaf>;
  readonly layers: readonly Layer[];
  readonly carrier: KeyCarrier | undefined;
  readonly declared: DeclaredKey | undefined;
  readonly repeat: Policies["repeat"];
}

function draft(document: SpecDocument, operation: SpecOperation, layers: readonly Layer[], problems: Problems): Draft {
  const leaves = mergeLayers(layers);
  const written = (name: string): boolean | undefined => leaves.get(name)?.value as boolean | undefined;
  const kind = kindOf(operation.method, written("safe"), written("idempotent"));
  const declared = kind === "safe" ? undefined : declaredKey(document, operation, problems);
  const carrier = kind === "safe" ? undefined : keyCarrier(leaves, declared);
  const isKeyed = carrier !== undefined && isKeySupported(leaves, declared);
  const repeat = isKeyed ? "keyed" : kind === "mutating" ? "unprocessed" : "always";
  const traits: OperationTraits = {
    isSafe: kind === "safe",
    isGet: operation.method === "GET" && kind === "safe",
    isRepeatable: repeat !== "unprocessed",
    isTransfer: isTransfer(document, operation, problems),
    hasBody: operation.body !== undefined,
  };
  adapt(leaves, traits);
  const isDeclared = carrier !== undefined && isDeclaredAt(carrier, declared);
  if (isDeclared && declared !== undefined) reportPattern(declared, problems);
  return { kind, traits, leaves, layers, carrier, declared: isDeclared ? declared : undefined, repeat };
}

function finish(operation: SpecOperation, made: Draft, problems: Problems): OperationPolicies {
  const { kind, traits, leaves, layers, carrier, declared, repeat } = made;
  // Numbers of a scope may be another operation's.
  adaptNumbers(leaves, traits);
  checkSense(operation.key, leaves, traits, carrier !== undefined, problems);
  const isIdempotent = kind === "idempotent";
  return {
    kind,
    idempotent:
      kind !== "safe" && isIdempotent !== (kindOf(operation.method, false) === "idempotent") ? isIdempotent : undefined,
    policies: policiesOf(leaves, repeat, traits.isTransfer),
    idempotencyKey: carrier,
    declaredKey: declared,
    preset: layers.findLast((layer) => layer.preset !== undefined)?.preset ?? "standard",
    isOwn: layers.some(({ level, isWritten }) => isWritten && level !== "all"),
    leaves,
    looksLikeRead: kind !== "safe" && !leaves.has("safe") && looksLikeRead(operation),
  };
}
