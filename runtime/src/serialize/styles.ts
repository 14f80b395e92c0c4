import { encode, isPresent, isRecord, membersOf, textOf } from "./text.js";
import type { ParameterStyle } from "./types.js";

// The serialization table of OpenAPI 3.2, "Style Examples". Each value is encoded before it is joined, so that the
// delimiters of a style stay literal.

/** `form` with explode, the default of a query: `a=1&a=2`, `R=100&G=200`. */
export const formStyle: ParameterStyle = (name, value) => {
  if (Array.isArray(value)) return pairs(value.filter(isPresent).map((item) => [name, item]));
  return isRecord(value) ? pairs(membersOf(value)) : pairs([[name, value]]);
};

/** `form` without explode: `a=1,2`. */
export const listStyle: ParameterStyle = (name, value) => delimited(name, value, ",");

/** `a=1%202`. */
export const spaceDelimitedStyle: ParameterStyle = (name, value) => delimited(name, value, "%20");

/** `a=1%7C2`. */
export const pipeDelimitedStyle: ParameterStyle = (name, value) => delimited(name, value, "%7C");

/** `a%5BR%5D=100&a%5BG%5D=200`; deeper members and items go on with their names and indices. */
export const deepObjectStyle: ParameterStyle = (name, value) => {
  if (!isRecord(value)) return pairs([[name, value]]);
  return membersOf(value)
    .map(([key, member]) => deepObjectStyle(`${name}[${key}]`, member))
    .filter((text) => text !== "")
    .join("&");
};

/** A parameter with JSON content: `a=%7B%22R%22%3A100%7D`. */
export const jsonStyle: ParameterStyle = (name, value) => pairs([[name, JSON.stringify(value)]]);

/** `form`, with the reserved characters of RFC 3986 and `%XX` triples left as they are. */
export const reservedStyle: ParameterStyle = (name, value) => {
  if (Array.isArray(value))
    return value
      .filter(isPresent)
      .map((item) => reservedPair(name, item))
      .join("&");
  if (!isRecord(value)) return reservedPair(name, value);
  return membersOf(value)
    .map(([key, member]) => reservedPair(key, member))
    .join("&");
};

/** The same without explode. */
export const reservedListStyle: ParameterStyle = (name, value) =>
  isRecord(value) ? `${encode(name)}=${flat(value).map(encodeReserved).join(",")}` : reservedPair(name, value);

/** `simple` of a path: `1,2`, `R,100,G,200`. */
export const simpleStyle: ParameterStyle = (_name, value) =>
  isRecord(value) ? flat(value).map(encode).join(",") : encode(value);

/** `simple` of a path with explode: `1,2`, `R=100,G=200`. */
export const simpleExplodeStyle: ParameterStyle = (name, value) =>
  isRecord(value) && !Array.isArray(value) ? assignments(value).join(",") : simpleStyle(name, value);

/** `.1,2`. */
export const labelStyle: ParameterStyle = (name, value) => `.${simpleStyle(name, value)}`;

/** `.1.2`, `.R=100.G=200`. */
export const labelExplodeStyle: ParameterStyle = (_name, value) => {
  if (!isRecord(value)) return `.${encode(value)}`;
  return `.${(Array.isArray(value) ? flat(value).map(encode) : assignments(value)).join(".")}`;
};

/** `;a=1,2`; of an empty value `;a`. */
export const matrixStyle: ParameterStyle = (name, value) => matrixPair(name, simpleStyle(name, value));

/** `;a=1;a=2`, `;R=100;G=200`. */
export const matrixExplodeStyle: ParameterStyle = (name, value) => {
  if (!isRecord(value)) return matrixStyle(name, value);
  if (Array.isArray(value))
    return flat(value)
      .map((item) => matrixPair(name, encode(item)))
      .join("");
  return membersOf(value)
    .map(([key, member]) => matrixPair(key, encode(member)))
    .join("");
};

/** A path parameter with JSON content. */
export const jsonSegmentStyle: ParameterStyle = (_name, value) => encode(JSON.stringify(value));

/** `simple` of a header: never percent-encoded. */
export const headerStyle: ParameterStyle = (_name, value) =>
  isRecord(value) ? flat(value).map(textOf).join(",") : textOf(value);

/** `simple` of a header with explode: `R=100,G=200`. */
export const headerExplodeStyle: ParameterStyle = (name, value) =>
  isRecord(value) && !Array.isArray(value)
    ? membersOf(value)
        .map(([key, member]) => `${key}=${textOf(member)}`)
        .join(",")
    : headerStyle(name, value);

/** A header parameter with JSON content. */
export const jsonHeaderStyle: ParameterStyle = (_name, value) => JSON.stringify(value);

/** `form` of a cookie with explode: each value is a cookie of its own, for `&` parts none. */
export const cookieFormStyle: ParameterStyle = (name, value) => formStyle(name, value).replaceAll("&", "; ");

/** `cookie`, as OpenAPI 3.2 has it: nothing is encoded, so a value must not end the cookie. */
export const cookieStyle: ParameterStyle = (name, value) => {
  const entries = Array.isArray(value)
    ? value.filter(isPresent).map((item): [string, unknown] => [name, item])
    : isRecord(value)
      ? membersOf(value)
      : [[name, value] as [string, unknown]];
  return entries.map(([key, member]) => `${cookieText(key)}=${cookieText(member)}`).join("; ");
};

/** The same without explode: `a=1,2`. */
export const cookieListStyle: ParameterStyle = (name, value) =>
  `${cookieText(name)}=${(isRecord(value) ? flat(value) : [value]).map(cookieText).join(",")}`;

/** @throws RangeError for what would end the cookie */
function cookieText(value: unknown): string {
  const text = textOf(value);
  if (text.includes(";")) throw new RangeError("a cookie cannot hold a semicolon");
  return text;
}

/** The whole query as a form: `a=1&b=2`; members that are objects are written as `deepObject`. */
export const formQuerystring: ParameterStyle = (name, value) => {
  if (!isRecord(value) || Array.isArray(value)) return formStyle(name, value);
  const parts = membersOf(value).map(([key, member]) => formMember(key, member));
  return parts.filter((part) => part !== "").join("&");
};

/** A member of a form that says nothing of its style. */
export const formMember: ParameterStyle = (name, value) => {
  const isNested = Array.isArray(value) ? value.some(isRecord) : isRecord(value);
  return (isNested ? deepObjectStyle : formStyle)(name, value);
};

function pairs(entries: [string, unknown][]): string {
  return entries.map(([key, value]) => `${encode(key)}=${encode(value)}`).join("&");
}

function delimited(name: string, value: unknown, delimiter: string): string {
  const items = isRecord(value) ? flat(value) : [value];
  return items.length === 0 ? "" : `${encode(name)}=${items.map(encode).join(delimiter)}`;
}

/** Items of an array, or names and values of an object in turn. */
function flat(value: object): unknown[] {
  return Array.isArray(value) ? value.filter(isPresent) : membersOf(value).flat();
}

function assignments(value: object): string[] {
  return membersOf(value).map(([key, member]) => `${encode(key)}=${encode(member)}`);
}

function matrixPair(name: string, text: string): string {
  return text === "" ? `;${encode(name)}` : `;${encode(name)}=${text}`;
}

function reservedPair(name: string, value: unknown): string {
  return `${encode(name)}=${encodeReserved(value)}`;
}

/** Splits off what passes: existing `%XX` triples and the reserved characters of RFC 3986, but `#` would end the query. */
function encodeReserved(value: unknown): string {
  const parts = textOf(value).split(/(%[0-9A-Fa-f]{2}|[:/?[\]@!$&'()*+,;=])/);
  return parts.map((part, index) => (index % 2 === 1 ? part : encode(part))).join("");
}
