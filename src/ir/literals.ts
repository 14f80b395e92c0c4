import type { Cursor, Problems } from "../diagnostics/index.js";
import { typeOf } from "./direction.js";

/**
 * A value in one of the types that its schema declares: `"true"` of a boolean is `true`, `1` of a string is `"1"`.
 * `undefined` where it can't be.
 */
export function inDeclaredType(value: unknown, types: readonly string[]): unknown {
  const own = typeOf(value);
  const isDeclared = (type: string): boolean => types.includes(type);
  if (types.length === 0 || isDeclared(own) || (own === "number" && isDeclared("integer"))) return value;
  if (own === "string") {
    if (isDeclared("boolean") && /^(true|false)$/.test(value as string)) return value === "true";
    const isNumber = isDeclared("number") || isDeclared("integer");
    return isNumber && /^-?(0|[1-9]\d*)(\.\d+)?$/.test(value as string) ? Number(value) : undefined;
  }
  return isDeclared("string") && (own === "number" || own === "boolean") ? String(value) : undefined;
}

/** The values of an `enum` in the type that stands beside it, each once. */
export function enumValues(at: Cursor, types: readonly string[], problems: Problems): readonly unknown[] {
  const values = (at.value as readonly unknown[]).filter((item) => typeof item !== "number" || Number.isFinite(item));
  const typed = values.flatMap((value) => {
    // Lists and objects beside another type, and null, are the conjunction's business.
    if (typeof value === "object") return [value];
    const converted = inDeclaredType(value, types);
    if (converted !== value) tellType(at, value, types, problems);
    return [converted === undefined ? value : converted];
  });
  return [...new Map(typed.map((item) => [JSON.stringify(item), item])).values()];
}

/** A `const` in the type that stands beside it. */
export function constValue(at: Cursor, types: readonly string[], problems: Problems): unknown {
  const { value } = at;
  const converted = typeof value === "object" ? value : inDeclaredType(value, types);
  if (converted !== value) tellType(at, value, types, problems);
  return converted === undefined ? value : converted;
}

function tellType(at: Cursor, value: unknown, types: readonly string[], problems: Problems): void {
  problems.add(
    "brokenCorner",
    `${JSON.stringify(value)} is not of type ${types.join(" or ")}. It is converted if possible.`,
    "Write the value in the declared type.",
    at,
  );
}
