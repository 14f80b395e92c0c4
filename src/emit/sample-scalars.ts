import type { SchemaObject } from "../ir/index.js";

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
export function sampleString({ format = "", minLength, maxLength }: SchemaObject): string {
  const text = formats[format] ?? "text";
  const longEnough = typeof minLength === "number" && minLength < 10_000 ? text.padEnd(minLength, "x") : text;
  return typeof maxLength === "number" && longEnough.length > maxLength ? longEnough.slice(0, maxLength) : longEnough;
}

/** A number that fits a schema. */
export function sampleNumber(schema: SchemaObject): number {
  const { type, minimum, maximum, exclusiveMinimum, exclusiveMaximum, multipleOf } = schema;
  const step =
    typeof multipleOf === "number" && multipleOf > 0 ? multipleOf : [type].flat().includes("integer") ? 1 : 0.5;
  const isAbove = (value: number): boolean =>
    (typeof minimum !== "number" || value >= minimum) &&
    (typeof exclusiveMinimum !== "number" || value > exclusiveMinimum) &&
    (exclusiveMinimum !== true || typeof minimum !== "number" || value > minimum);
  const isBelow = (value: number): boolean =>
    (typeof maximum !== "number" || value <= maximum) &&
    (typeof exclusiveMaximum !== "number" || value < exclusiveMaximum) &&
    (exclusiveMaximum !== true || typeof maximum !== "number" || value < maximum);
  const low = [minimum, exclusiveMinimum].filter((bound) => typeof bound === "number");
  const high = [maximum, exclusiveMaximum].filter((bound) => typeof bound === "number");
  const from = low.length > 0 ? Math.max(...low) : high.length > 0 && Math.min(...high) < 1 ? Math.min(...high) : 1;
  const near = [0, 1, -1].map((steps) => (Math.round(from / step) + steps) * step);
  return near.find((value) => isAbove(value) && isBelow(value)) ?? from;
}
