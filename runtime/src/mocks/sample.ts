/** Members of a made-up value that are to be as given. */
export type SampleOverrides<T> = { readonly [Name in keyof T]?: T[Name] | undefined };

/** A made-up value with some members as given. */
export function sample<T>(value: unknown, overrides?: SampleOverrides<T>): T {
  if (overrides === undefined || typeof value !== "object" || value === null) return value as T;
  return { ...value, ...overrides } as T;
}

/** Made-up values of the parts of an intersection as one. */
export function mergeSamples(...parts: readonly unknown[]): unknown {
  const objects = parts.filter((part) => typeof part === "object" && part !== null && !Array.isArray(part));
  // Not `Object.assign`: it would take a member called `__proto__` for the prototype.
  return objects.length === 0
    ? parts.at(-1)
    : Object.fromEntries(objects.flatMap((part) => Object.entries(part as object)));
}

/** A stream of one item, as text. */
export function streamText(format: string, item: unknown): string {
  if (format === "lines") return `${JSON.stringify(item)}\n`;
  return `data: ${format === "events" ? JSON.stringify(item) : String(item)}\n\n`;
}
