import { InvalidInput } from "../base/invalid-input.js";
import { urlOf } from "../base/url-of.js";
import { checkHeader } from "../serialize/check-header.js";
import { cookieFormStyle, formStyle, headerStyle, simpleStyle } from "../serialize/styles.js";
import { isPresent, membersOf } from "../serialize/text.js";
import type { EncodedBody, ParameterStyle } from "../serialize/types.js";
import type { OperationFacts, OperationInput } from "./operation-facts.js";

/** Header values by name; `undefined` takes a header away. */
export type HeaderValues = Readonly<Record<string, string | undefined>>;

/** Everything of a request that stays the same over all attempts of a call. */
export interface PreparedRequest {
  readonly url: string;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly content: EncodedBody["content"] | undefined;
  readonly isReplayable: boolean;
}

/**
 * Builds the request of a call, once: the same bytes go out on every attempt, whatever the caller's objects become.
 *
 * @param baseUrl checked already
 * @param accept what {@link acceptOf} says of the operation
 * @throws InvalidInput
 */
export function prepareRequest(
  operation: OperationFacts,
  input: OperationInput,
  baseUrl: string,
  accept: string,
  headers: HeaderValues,
): PreparedRequest {
  const encoded = encodeBody(operation, input);
  const path = pathOf(operation, input.path);
  const query = queryOf(operation, input.query);
  const content = encoded?.content;
  return {
    url: baseUrl + path + (query === "" ? "" : (path.includes("?") ? "&" : "?") + query),
    headers: headersOf(operation, input, accept, encoded?.contentType, headers),
    content,
    isReplayable: !(content instanceof ReadableStream),
  };
}

function encodeBody(
  { body: encoders = {}, encoding = {} }: OperationFacts,
  input: OperationInput,
): EncodedBody | undefined {
  const { body, contentType = Object.keys(encoders)[0] ?? "" } = input;
  const encode = encoders[documentedType(Object.keys(encoders), contentType)];
  if (body === undefined || encode === undefined) return undefined;
  try {
    return encode(body, contentType, encoding);
  } catch (cause) {
    throw cause instanceof InvalidInput ? cause : new InvalidInput("body", "cannot be written as its content type");
  }
}

/** A type that is not documented itself is one of a documented range: the narrowest that it fits. */
function documentedType(documented: readonly string[], contentType: string): string {
  const [kind = ""] = contentType.split("/");
  const ranges = [`${kind}/*`, "*/*"].filter((range) => documented.includes(range));
  return documented.includes(contentType) ? contentType : (ranges[0] ?? documented[0] ?? "");
}

function pathOf(operation: OperationFacts, values: object | undefined): string {
  const given = (values ?? {}) as Readonly<Record<string, unknown>>;
  const [before = "", ...parts] = operation.path.split("{");
  return parts.reduce((written, part) => {
    const end = part.indexOf("}");
    if (end < 0) return `${written}{${part}`;
    const name = part.slice(0, end);
    const value = Object.hasOwn(given, name) ? given[name] : undefined;
    if (!isPresent(value)) throw new InvalidInput(name, `path.${name} is required`);
    const text = styled(operation, "path", simpleStyle, name, value);
    if (/^\.{0,2}$/.test(text)) throw new InvalidInput(name, `path.${name} must not be empty, '.' or '..'`);
    return written + text + part.slice(end + 1);
  }, before);
}

function queryOf(operation: OperationFacts, query: unknown): string {
  const { querystring } = operation;
  if (querystring === undefined) return written(operation, "query", formStyle, query as object | undefined).join("&");
  return isPresent(query) ? styled(operation, "query", querystring, "query", query) : "";
}

type Place = "path" | "query" | "header" | "cookie";

/** The parameters of one place that have a value, written in their styles. */
function written(operation: OperationFacts, place: Place, usual: ParameterStyle, values: object | undefined): string[] {
  if (values === undefined) return [];
  return membersOf(values)
    .map(([name, value]) => styled(operation, place, usual, name, value))
    .filter((text) => text !== "");
}

function styled({ styles }: OperationFacts, place: Place, usual: ParameterStyle, name: string, value: unknown): string {
  const own = styles?.[place];
  try {
    return ((own && Object.hasOwn(own, name) ? own[name] : undefined) ?? usual)(name, value);
  } catch {
    throw new InvalidInput(name, "cannot be written as text");
  }
}

function headersOf(
  operation: OperationFacts,
  { header, cookie }: OperationInput,
  accept: string,
  contentType: string | undefined,
  given: HeaderValues,
): Record<string, string> {
  const headers: Record<string, string> = {};
  const set = (written: string, value = ""): void => {
    checkHeader(written, value);
    const name = written.toLowerCase();
    if (value === "") delete headers[name];
    else headers[name] = value;
  };
  set("accept", accept);
  if (contentType !== undefined) set("content-type", contentType);
  if (cookie !== undefined) set("cookie", written(operation, "cookie", cookieFormStyle, cookie).join("; "));
  for (const name of Object.keys(given)) set(name, given[name]);
  for (const [name, value] of membersOf(header ?? {})) set(name, styled(operation, "header", headerStyle, name, value));
  return headers;
}

/** The documented media types of all answers, JSON first. */
export function acceptOf({ responses }: OperationFacts): string {
  const types: string[] = [];
  for (const list of Object.values(responses)) {
    if (list === "" || types.includes(list)) continue;
    // A documented type with `q=0` is understood where it comes, but not asked for.
    for (const type of list.split(", ")) if (!type.endsWith(";q=0") && !types.includes(type)) types.push(type);
  }
  if (types.length < 2) return types[0] ?? "";
  const isJson = (type: string): boolean => type.includes("json");
  return [...types.filter(isJson), ...types.filter((type) => !isJson(type))].join(", ");
}

/**
 * A base URL as paths are put behind it. They are joined as text: `new URL('/pets', 'https://host/v1')` would drop `/v1`.
 *
 * @throws InvalidInput
 */
export function checkedBase(baseUrl: string): string {
  if (/^\w+:\/\/[^/?#]*@/.test(baseUrl)) {
    throw new InvalidInput("baseUrl", "must not have a user name or password in it: use `auth` or `headers`");
  }
  if (!/^https?:\/\/[^/?#@\\\s]+(\/[^?#\s]*)?$/i.test(baseUrl) || urlOf(baseUrl) === undefined) {
    throw new InvalidInput("baseUrl", "must be an absolute http(s) URL without query and fragment");
  }
  return baseUrl.replace(/\/+$/, "");
}
