import type { Authorization } from "./auth.js";
import { keyProblem, wireKey } from "./idempotency.js";
import { InvalidInput, orInvalid } from "./invalid-input.js";
import type { EncodedBody, Operation, OperationInput, ParameterStyle } from "./operation.js";
import type { Failure } from "./outcome.js";
import { encodePlain } from "./serialize/body.js";
import { formStyle, headerStyle, simpleStyle } from "./serialize/styles.js";
import { isPresent, membersOf } from "./serialize/text.js";

/** Header values by name; `undefined` takes a header away. */
export type HeaderValues = Readonly<Record<string, string | undefined>>;

/** Everything of a request that stays the same over all attempts of a call. */
export interface PreparedRequest {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly cookies: readonly string[];
  readonly content: EncodedBody["content"] | undefined;
  readonly isReplayable: boolean;
}

/** Builds the request of a call, once: the same bytes go out on every attempt, whatever the caller's objects become. */
export function prepareRequest(
  operation: Operation,
  input: OperationInput,
  baseUrl: string,
  headers: readonly (HeaderValues | undefined)[],
): PreparedRequest | Failure {
  return orInvalid(() => {
    const { body, query, headers: keyHeaders } = placeKey(operation, input);
    const encoded = encodeBody(operation, body, input.contentType);
    return {
      url: joinUrl(baseUrl, pathOf(operation, input.path), queryOf(operation, query)),
      headers: headersOf(operation, input, encoded?.contentType, headers, keyHeaders),
      cookies: membersOf(input.cookie ?? {}).map(([name, value]) =>
        styled(operation.styles?.cookie, formStyle, name, value),
      ),
      content: encoded?.content,
      isReplayable: !(encoded?.content instanceof ReadableStream),
    };
  });
}

/** The parts of the input with the idempotency key in its place. */
function placeKey({ idempotencyKey: carrier }: Operation, { idempotencyKey: key, body, query }: OperationInput) {
  const headers: Record<string, string> = {};
  if (carrier === undefined) return { body, query, headers };
  const problem = keyProblem(key, carrier);
  if (problem !== undefined) throw new InvalidInput("idempotencyKey", problem);
  if (key === undefined) return { body, query, headers };
  if (carrier.in === "body") return { body: { ...(body as object), [carrier.name]: key }, query, headers };
  if (carrier.in === "query") return { body, query: { ...query, [carrier.name]: key }, headers };
  headers[carrier.name.toLowerCase()] = wireKey(key, carrier);
  return { body, query, headers };
}

function encodeBody(operation: Operation, body: unknown, chosen: string | undefined): EncodedBody | undefined {
  const contentType = chosen ?? operation.body?.[0];
  if (body === undefined || contentType === undefined) return undefined;
  const encode = operation.encoders?.[contentType] ?? encodePlain;
  try {
    return encode(body, contentType, operation.encoding ?? {});
  } catch {
    throw new InvalidInput("body", "cannot be written as its content type");
  }
}

function pathOf(operation: Operation, values: object | undefined): string {
  const given = new Map(membersOf(values ?? {}));
  return operation.path.replace(/\{([^}]*)\}/g, (_match, name: string) => {
    const value = given.get(name);
    const text = isPresent(value) ? styled(operation.styles?.path, simpleStyle, name, value) : "";
    if (text === "") throw new InvalidInput(name, "must not be empty: it is a part of the path");
    if (text === "." || text === "..")
      throw new InvalidInput(name, "must not be '.' or '..': that would change the path");
    return text;
  });
}

function queryOf(operation: Operation, values: object | undefined): string {
  return membersOf(values ?? {})
    .map(([name, value]) => styled(operation.styles?.query, formStyle, name, value))
    .filter((pair) => pair !== "")
    .join("&");
}

function styled(
  styles: Readonly<Record<string, ParameterStyle>> | undefined,
  usual: ParameterStyle,
  name: string,
  value: unknown,
): string {
  const style = styles !== undefined && Object.hasOwn(styles, name) ? styles[name] : undefined;
  try {
    return (style ?? usual)(name, value);
  } catch {
    throw new InvalidInput(name, "cannot be written as text");
  }
}

function headersOf(
  operation: Operation,
  input: OperationInput,
  contentType: string | undefined,
  given: readonly (HeaderValues | undefined)[],
  keyHeaders: Record<string, string>,
): Record<string, string> {
  const accept = acceptOf(operation);
  const headers = new Map<string, string>();
  if (accept !== "") headers.set("accept", accept);
  if (contentType !== undefined) headers.set("content-type", contentType);
  const [ofClient, ofCall] = given;
  setAll(headers, ofClient);
  for (const [name, value] of membersOf(input.header ?? {})) {
    headers.set(name.toLowerCase(), styled(operation.styles?.header, headerStyle, name, value));
  }
  setAll(headers, ofCall);
  setAll(headers, keyHeaders);
  for (const [name, value] of headers) checkHeader(name, value);
  return Object.fromEntries(headers);
}

function setAll(headers: Map<string, string>, values: HeaderValues = {}): void {
  for (const [name, value] of Object.entries(values)) {
    if (value === undefined) headers.delete(name.toLowerCase());
    else headers.set(name.toLowerCase(), value);
  }
}

/** Fetch would throw on these too, but with the value in its message. */
function checkHeader(name: string, value: string): void {
  if (!/^[!#$%&'*+.^_`|~0-9a-z-]+$/.test(name)) throw new InvalidInput(name, "is no name of a header");
  if (!/^[\t\x20-\x7e\x80-\xff]*$/.test(value))
    throw new InvalidInput(name, "has characters that a header cannot hold");
}

/** The documented media types of all answers, JSON first. */
function acceptOf({ responses }: Operation): string {
  const types = new Set(Object.values(responses).flatMap((list) => (list === "" ? [] : list.split(", "))));
  return [...types].sort((a, b) => Number(b.includes("json")) - Number(a.includes("json"))).join(", ");
}

/** Joined as text: `new URL('/pets', 'https://host/v1')` would drop the `/v1`. */
function joinUrl(baseUrl: string, path: string, query: string): string {
  const base = /^(https?:\/\/)([^/?#@\\\s]+)((?:\/[^?#\s]*)?)$/i.exec(baseUrl);
  if (base === null || !URL.canParse(baseUrl)) {
    throw new InvalidInput("baseUrl", "must be an absolute http(s) URL without user, password, query and fragment");
  }
  const separator = path.includes("?") ? "&" : "?";
  return `${baseUrl.replace(/\/+$/, "")}${path}${query === "" ? "" : separator + query}`;
}

/** The request of one attempt: with the credentials of this moment. */
export function authorized(
  { url, headers, cookies }: PreparedRequest,
  by: Authorization,
): { url: string; headers: Record<string, string> } {
  const query = by.query.map(([name, value]) => formStyle(name, value)).join("&");
  const cookie = [...cookies, ...by.cookies.map(([name, value]) => formStyle(name, value))].join("; ");
  return {
    url: query === "" ? url : `${url}${url.includes("?") ? "&" : "?"}${query}`,
    headers: {
      ...by.headers,
      ...headers,
      ...(cookie === "" ? {} : { cookie: joinCookies(headers["cookie"], cookie) }),
    },
  };
}

function joinCookies(given: string | undefined, cookie: string): string {
  return given === undefined ? cookie : `${given}; ${cookie}`;
}
