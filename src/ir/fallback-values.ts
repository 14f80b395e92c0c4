import type { Problems, Spot } from "../diagnostics/index.js";
import type { OperationPolicies } from "../policies/index.js";
import type { NamedSchema, ResponseCase } from "./api.js";
import { fits, type Resolve } from "./fits.js";

interface Answering {
  /** The operation as messages name it. */
  readonly key: string;
  readonly decided: OperationPolicies;
  readonly responses: readonly ResponseCase[];
}

/** A value that is to stand for an answer must be one that the operation could give. */
export function checkFallbackValues(
  operations: readonly Answering[],
  namedSchemas: readonly NamedSchema[],
  problems: Problems,
): void {
  const written = operations.filter(({ decided }) => fallbackOf(decided) !== undefined);
  if (written.length === 0) return;
  const byName = new Map(namedSchemas.map(({ name, schema }) => [name, schema]));
  const resolve: Resolve = ({ $ref = "" }) => byName.get($ref.replace(/^.*\//, "")) ?? true;
  for (const { key, decided, responses } of written) {
    const schemas = responses
      .filter(({ status }) => status.startsWith("2"))
      .flatMap(({ contents }) => contents.flatMap(({ type }) => (type.kind === "json" ? [type.schema] : [])));
    const value = fallbackOf(decided);
    if (schemas.length === 0 || schemas.some((schema) => fits(value, schema, resolve))) continue;
    problems.add(
      "policySense",
      `${key}: fallback.value doesn't match the schema of a successful response.`,
      "Use a value that the operation could return, or set 'fallback.message'.",
      decided.leaves.get("fallback.value")?.origin.at as Spot,
    );
  }
}

function fallbackOf({ policies: { fallback } }: OperationPolicies): unknown {
  return fallback ? fallback.value : undefined;
}
