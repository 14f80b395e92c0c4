import { isObject } from "../ir/fits.js";
import { CallCode, Code } from "./print/literal.js";

/** A made-up value. */
export interface Sample {
  /** As it is printed: named schemas are calls of their functions. */
  readonly value: unknown;
  /** The same as plain data. */
  readonly data: unknown;
  /** How many values it comes to; infinite where it would be made of itself. */
  readonly size: number;
  /** Whether it fits its schema. */
  readonly fits: boolean;
}

/** A call of the function of a named schema. */
export class Call extends Code {
  readonly schema: string;

  constructor(schema: string, functionName: string) {
    super(`${functionName}()`);
    this.schema = schema;
  }
}

export function isWhole(sample: Sample | "in the making" | undefined): boolean {
  return typeof sample === "object" && sample.fits && sample.size !== Number.POSITIVE_INFINITY;
}

export const recursive: Sample = { value: null, data: null, size: Number.POSITIVE_INFINITY, fits: false };
export const anything: Sample = { value: null, data: null, size: 1, fits: true };

export function scalar(value: unknown, fits: boolean): Sample {
  return { value, data: value, size: 1, fits };
}

/** Objects are put together; of anything else the last one holds. */
export function mergedSamples(parts: readonly Sample[], mergeSamples: () => string): Sample {
  const [only] = parts;
  if (only !== undefined && parts.length === 1) return only;
  const size = parts.reduce((sum, part) => sum + part.size, 0);
  const objects = parts.filter(({ data }) => isObject(data));
  const last = parts.at(-1) ?? anything;
  if (objects.length === 0) return { ...last, size };
  const data = Object.assign({}, ...objects.map((part) => part.data));
  const values: unknown[] = [];
  for (const { value } of objects) {
    const previous = values.at(-1);
    if (isPlain(value) && isPlain(previous)) values[values.length - 1] = { ...previous, ...value };
    else if (!isPlain(value) || Object.keys(value).length > 0) values.push(value);
  }
  if (values.length < 2) return { value: values[0] ?? {}, data, size, fits: true };
  return { value: new CallCode(mergeSamples(), values), data, size, fits: true };
}

/** The named schemas whose functions a value calls. */
export function calledBy(value: unknown): readonly string[] {
  if (value instanceof Call) return [value.schema];
  if (value instanceof CallCode) return value.args.flatMap(calledBy);
  if (typeof value !== "object" || value === null || value instanceof Code) return [];
  return Object.values(value).flatMap(calledBy);
}

/** Data that differs from other data in little, printed like that where it does not. */
export function asPrinted(data: unknown, before: unknown, printed: unknown): unknown {
  if (data === before) return printed;
  if (!isPlain(data) || !isPlain(printed) || !isObject(before)) return data;
  const shown = printed as Readonly<Record<string, unknown>>;
  return Object.fromEntries(
    Object.entries(data).map(([name, member]) => [
      name,
      Object.hasOwn(shown, name) ? asPrinted(member, before[name], shown[name]) : member,
    ]),
  );
}

function isPlain(value: unknown): value is object {
  return isObject(value) && Object.getPrototypeOf(value) === Object.prototype;
}
