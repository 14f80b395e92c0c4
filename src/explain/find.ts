import { closest } from "fastest-levenshtein";
import { UsageError } from "../diagnostics/index.js";

/** What an operation can be called by. */
interface Named {
  readonly name: string;
  readonly id: string | undefined;
  readonly key: string;
}

/**
 * The operation that somebody means: by the name of its function, its `operationId`, or `GET /orders`.
 *
 * @throws UsageError when there is none, with the nearest one
 */
export function findOperation<T extends Named>(operations: readonly T[], wanted: string): T {
  const text = wanted.trim().toLowerCase();
  const namesOf = ({ name, id = "", key }: T): string[] => [name, id, key];
  const exact = operations.find((operation) => namesOf(operation).includes(wanted.trim()));
  const found = exact ?? operations.find((operation) => namesOf(operation).some((name) => name.toLowerCase() === text));
  if (found !== undefined) return found;
  const names = operations.map(({ name }) => name);
  const near = names.length === 0 ? "" : ` The nearest name is '${closest(wanted, names)}'.`;
  throw new UsageError(`there is no operation '${wanted}'.${near} Give a name, an operationId, or 'GET /path'.`);
}
