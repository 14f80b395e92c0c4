import type { Problems } from "../diagnostics/index.js";
import { didYouMean } from "../diagnostics/suggest.js";
import { writtenAt } from "../diagnostics/written.js";
import { nearestAddress, resolveAddress } from "./addresses.js";
import type { SpecOperation } from "./operations.js";

/** Which operations to generate. Without `include`, all of them. */
export interface Selection {
  readonly include: readonly string[];
  readonly exclude: readonly string[];
}

/** The included operations without the excluded ones. A pattern that matches nothing is a problem. */
export function selectOperations(
  operations: readonly SpecOperation[],
  { include, exclude }: Selection,
  problems: Problems,
): readonly SpecOperation[] {
  const matched = (patterns: readonly string[], name: string): Set<SpecOperation> =>
    new Set(
      patterns.flatMap((pattern, index) => {
        const found = resolveAddress(pattern, operations).operations;
        if (found.length === 0) {
          const near = nearestAddress(pattern, operations);
          problems.add(
            "selection",
            `--${name} '${pattern}' matches no operation.${didYouMean(near)}`,
            "Use an operationId, GET /path, a tag, or a path with * and **.",
            writtenAt(patterns)?.get(index),
          );
        }
        return found;
      }),
    );
  const included = include.length === 0 ? new Set(operations) : matched(include, "include");
  const excluded = matched(exclude, "exclude");
  const left = operations.filter((operation) => included.has(operation) && !excluded.has(operation));
  if (left.length === 0 && operations.length > 0 && problems.count("error") === 0) {
    problems.add(
      "selection",
      "No operation is left: all are excluded.",
      "Exclude fewer operations.",
      writtenAt(exclude),
    );
  }
  return left;
}
