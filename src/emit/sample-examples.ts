import type { SchemaObject } from "../ir/index.js";

/** An example with more values than this is a data set, which nobody wants to read in the mocks of each operation. */
const maxExample = 2_000;

export function isShort(example: unknown): boolean {
  const queue = [example];
  for (let count = 0; queue.length > 0; count++) {
    const value = queue.pop();
    if (count > maxExample) return false;
    if (typeof value === "object" && value !== null) for (const member of Object.values(value)) queue.push(member);
    else if (typeof value === "string") count += value.length / 50;
  }
  return true;
}

/** What the document says a value looks like: a fixed one, an example, one of a few. */
export function examplesOf({
  const: fixed,
  example,
  examples = [],
  enum: values = [],
  default: usual,
}: SchemaObject): unknown[] {
  const all = [fixed, example, ...[examples].flat(), ...values, usual];
  return all.filter((value) => value !== undefined && value !== null);
}
