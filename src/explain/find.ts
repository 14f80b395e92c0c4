import { closest } from "fastest-levenshtein";
import { UsageError } from "../diagnostics/index.js";

/** The names that identify an operation. */
interface Named {
  readonly name: string;
  readonly id: string | undefined;
  readonly key: string;
}

/**
 * Finds an operation by the name of its function, its `operationId`, or `GET /orders`.
 *
 * @throws UsageError if there is none; the message suggests the closest name
 */
export function findOperation<T extends Named>(operations: readonly T[], wanted: string): T {
  const text = wanted.trim().toLowerCase();
  const namesOf = ({ name, id = "", key }: T): string[] => [name, id, key];
  const exact = operations.find((operation) => namesOf(operation).includes(wanted.trim()));
  const found = exact ?? operations.find((operation) => namesOf(operation).some((name) => name.toLowerCase() === text));
  if (found !== undefined) return found;
  const names = operations.map(({ name }) => name);
  const suggestion = names.length === 0 ? "" : ` Did you mean '${closest(wanted, names)}'?`;
  throw new UsageError(
    `Unknown operation '${wanted}'.${suggestion} Pass a function name, an operationId, or 'GET /path'.`,
  );
}
