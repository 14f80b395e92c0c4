import { numberFits, typesOf } from "../ir/fits.js";
import type { SchemaObject } from "../ir/index.js";
import { matches } from "../ir/matches.js";
import { stringMatching } from "./sample-pattern.js";

/** Texts of well-known formats. */
const formats: ReadonlyMap<string, string> = new Map(
  Object.entries({
    "date-time": "2026-01-02T03:04:05Z",
    date: "2026-01-02",
    time: "03:04:05Z",
    duration: "P1D",
    email: "someone@example.com",
    "idn-email": "someone@example.com",
    hostname: "example.com",
    "idn-hostname": "example.com",
    ipv4: "192.0.2.1",
    ipv6: "2001:db8::1",
    uri: "https://example.com/",
    url: "https://example.com/",
    "uri-reference": "/example",
    iri: "https://example.com/",
    "iri-reference": "/example",
    "uri-template": "/example/{id}",
    uuid: "3fa85f64-5717-4562-b3fc-2c963f66afa6",
    byte: "ZXhhbXBsZQ==",
    password: "secret",
    regex: "^.*$",
    "json-pointer": "/example",
    "relative-json-pointer": "1/example",
    int32: "1",
    int64: "1",
  }),
);

/** Where the usual text is longer than it may be: one that is still of its format. */
const shortFormats: ReadonlyMap<string, string> = new Map(
  Object.entries({
    email: "a@b.co",
    "idn-email": "a@b.co",
    hostname: "b.co",
    "idn-hostname": "b.co",
    uri: "a:b",
    url: "a:b",
    iri: "a:b",
    "uri-reference": "/",
    "iri-reference": "/",
    "json-pointer": "/",
    byte: "YQ==",
    ipv6: "::1",
  }),
);

/** A text with everything that rules for passwords ask for. */
const strong = "Passw0rd!";

/** A text that fits a schema. */
export function sampleString({ format = "", minLength, maxLength, pattern }: SchemaObject): string {
  const least = typeof minLength === "number" && minLength < 10_000 ? minLength : 0;
  const most = typeof maxLength === "number" ? maxLength : Number.POSITIVE_INFINITY;
  const usual = formats.get(format) ?? "text";
  const known = usual.length > most ? (shortFormats.get(format) ?? usual) : usual;
  const text = known.padEnd(least, "x").slice(0, most);
  if (typeof pattern !== "string" || matches(pattern, text)) return text;
  const other = strong.padEnd(least, "x").slice(0, most);
  return stringMatching(pattern, least, most) ?? (matches(pattern, other) ? other : text);
}

/** A number that fits a schema. */
export function sampleNumber(schema: SchemaObject): number {
  const { minimum, maximum, exclusiveMinimum, exclusiveMaximum, multipleOf } = schema;
  const isInteger = typesOf(schema).includes("integer");
  const step = typeof multipleOf === "number" && multipleOf > 0 ? multipleOf : isInteger ? 1 : 0.5;
  const low = [minimum, exclusiveMinimum].filter((bound) => typeof bound === "number");
  const high = [maximum, exclusiveMaximum].filter((bound) => typeof bound === "number");
  const from = low.length > 0 ? Math.max(...low) : high.length > 0 && Math.min(...high) < 1 ? Math.min(...high) : 1;
  const [at, above, below] = [0, 1, -1].map((steps) => (Math.round(from / step) + steps) * step);
  // Checkers divide, and 2.01 / 0.01 is no whole number: whole values come before further steps.
  const whole = [Math.floor(from) + 1, Math.ceil(from) - 1];
  const middle = low.length > 0 && high.length > 0 ? (Math.max(...low) + Math.min(...high)) / 2 : from;
  const values = [at, ...whole, above, below, middle].filter((value) => value !== undefined);
  const found = values.find((value) => numberFits(value, schema) && (!isInteger || Number.isInteger(value))) ?? from;
  // Steps like 0.01 add up to 0.30000000000000004.
  return Number.isInteger(found) ? found : Number(found.toPrecision(15));
}

/** Other values of the same kind, those that look most alike first: not all of them need fit the same schema. */
export function variantsOf(value: unknown, index: number): readonly unknown[] {
  if (typeof value === "number") return [value + index, value - index];
  if (typeof value === "boolean") return [!value];
  if (typeof value !== "string") return [];
  const digits = String(index + 1);
  // The end of a UUID, the day of a date: what is formed keeps its length.
  const inPlace = value.replace(/\d(?=\D*$)/, String((Number(/\d(?=\D*$)/.exec(value)?.[0] ?? 0) + index) % 10));
  // The last letter: `ab` after `aa`.
  const letter = /[a-y](?=[^a-z]*$)/i.exec(value)?.[0];
  const next = letter === undefined ? [] : [value.replace(/[a-y](?=[^a-z]*$)/i, shifted(letter, index))];
  const isFormed = /^[\da-f]{8}-([\da-f]{4}-){3}[\da-f]{12}$|^\d{4}-\d\d-\d\d|^\d+\.\d+\.\d+\.\d+$/i.test(value);
  const all = isFormed ? [inPlace] : [`${value}${digits}`, `${digits}${value}`, inPlace, ...next];
  return all.filter((other) => other !== value);
}

function shifted(letter: string, steps: number): string {
  const first = letter < "a" ? 65 : 97;
  return String.fromCharCode(first + ((letter.charCodeAt(0) - first + steps) % 26));
}
