import type { SchemaObject } from "../ir/index.js";
import { numberFits, typesOf } from "./fits.js";
import { matches } from "./matches.js";
import { stringMatching } from "./sample-pattern.js";

/** Texts of well-known formats. */
const formats: Readonly<Record<string, string>> = {
  "date-time": "2026-01-02T03:04:05Z",
  date: "2026-01-02",
  time: "03:04:05Z",
  duration: "P1D",
  email: "someone@example.com",
  "idn-email": "someone@example.com",
  hostname: "example.com",
  ipv4: "192.0.2.1",
  ipv6: "2001:db8::1",
  uri: "https://example.com/",
  url: "https://example.com/",
  "uri-reference": "/example",
  iri: "https://example.com/",
  uuid: "3fa85f64-5717-4562-b3fc-2c963f66afa6",
  byte: "ZXhhbXBsZQ==",
  password: "secret",
  regex: "^.*$",
  "json-pointer": "/example",
};

/** A text that fits a schema. */
export function sampleString({ format = "", minLength, maxLength, pattern }: SchemaObject): string {
  const least = typeof minLength === "number" && minLength < 10_000 ? minLength : 0;
  const most = typeof maxLength === "number" ? maxLength : Number.POSITIVE_INFINITY;
  const known = formats[format] ?? "text";
  const text = known.padEnd(least, "x").slice(0, most);
  if (typeof pattern !== "string" || matches(pattern, text)) return text;
  return stringMatching(pattern, least, most) ?? text;
}

/** A number that fits a schema. */
export function sampleNumber(schema: SchemaObject): number {
  const { minimum, maximum, exclusiveMinimum, exclusiveMaximum, multipleOf } = schema;
  const isInteger = typesOf(schema).includes("integer");
  const step = typeof multipleOf === "number" && multipleOf > 0 ? multipleOf : isInteger ? 1 : 0.5;
  const low = [minimum, exclusiveMinimum].filter((bound) => typeof bound === "number");
  const high = [maximum, exclusiveMaximum].filter((bound) => typeof bound === "number");
  const from = low.length > 0 ? Math.max(...low) : high.length > 0 && Math.min(...high) < 1 ? Math.min(...high) : 1;
  const near = [0, 1, -1].map((steps) => (Math.round(from / step) + steps) * step);
  const middle = low.length > 0 && high.length > 0 ? (Math.max(...low) + Math.min(...high)) / 2 : from;
  const found = [...near, ...(isInteger ? [] : [middle])].find((value) => numberFits(value, schema)) ?? from;
  // Steps like 0.01 add up to 0.30000000000000004.
  return Number(found.toPrecision(15));
}

/** Another value of the same kind. */
export function variantOf(value: unknown, index: number): unknown {
  if (typeof value === "number") return value + index;
  return typeof value === "string" ? `${value}${index + 1}` : value;
}
