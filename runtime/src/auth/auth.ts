import { InvalidInput } from "../base/invalid-input.js";
import { checkHeader } from "../serialize/check-header.js";
import type { TokenSource } from "./token-source.js";

/** How one security scheme of the description wants its credentials. */
export type SecurityScheme =
  | { readonly type: "apiKey"; readonly in: "header" | "query" | "cookie"; readonly name: string }
  | { readonly type: "basic" }
  | { readonly type: "bearer" }
  /** Another scheme of the Authorization header: the credential is what stands behind its name. */
  | { readonly type: "http"; readonly scheme: string };

/**
 * A value, or a function that returns it. The function is asked before each attempt of each call, in the async context of
 * that call, and its answer is used for that attempt alone. To share a token among calls, use a token source such as
 * {@link refreshableToken}.
 */
export type Credential<T> = T | (() => T | Promise<T>);

/** User name and password of HTTP basic authentication. */
export interface BasicCredentials {
  /** Without a colon (RFC 7617 §2). */
  readonly username: string;
  /** Sent as UTF-8. */
  readonly password: string;
}

/** Credentials by the name of their security scheme. */
export type AuthValues = Readonly<Record<string, Credential<string | BasicCredentials> | undefined>>;

/** What the credentials of a call depend on. */
export interface AuthorizedCall {
  readonly operation: { readonly security?: readonly (readonly string[])[] };
  readonly auth: AuthValues;
  readonly core: {
    readonly api: { readonly securitySchemes?: Readonly<Record<string, SecurityScheme>> };
    /** Calls that wait for an asynchronous credential. */
    credentialsAsked: number;
  };
  /** What the caller's own input and headers have made of the request. */
  readonly request: { readonly url: string; readonly headers: Readonly<Record<string, string>> };
  /** What may add credentials that the client cannot see; `undefined`: nothing. */
  hiddenCredentials(): string | undefined;
  warnOnce(message: string): void;
}

/** What the credentials add to a request. */
export interface Authorization {
  readonly headers: Record<string, string>;
  readonly query: [name: string, value: string][];
  readonly cookies: [name: string, value: string][];
  /** The server has refused them: whether some of them can be had anew. */
  refused(): boolean;
}

/**
 * Asks for the credentials that a call needs, and puts each where its scheme wants it. Those that are there already take
 * no turn of the event loop.
 */
export function authorize(call: AuthorizedCall): Authorization | Promise<Authorization> {
  const { auth } = call;
  const names = chosenSchemes(call);
  const values = names.map((name) => named(name, () => ask(call, auth[name])));
  const put = (given: readonly unknown[]): Authorization => authorizationOf(call, names, given);
  return values.some(isPromise) ? Promise.all(values).then(put) : put(values);
}

/** Of whichever realm. */
function isPromise(value: unknown): boolean {
  return typeof (value as Partial<Promise<unknown>> | null | undefined)?.then === "function";
}

function authorizationOf(
  { core, auth }: AuthorizedCall,
  names: readonly string[],
  values: readonly unknown[],
): Authorization {
  const headers: Record<string, string> = {};
  const query: [string, string][] = [];
  const cookies: [string, string][] = [];
  const renewable: [TokenSource, token: string][] = [];
  for (const [index, name] of names.entries()) {
    const scheme = core.api.securitySchemes?.[name];
    const credential = auth[name];
    const value = values[index];
    if (scheme === undefined) continue;
    // A function that returns nothing must not become a "Bearer undefined".
    if (isMissing(value))
      throw new InvalidInput(name, `${typeof credential === "function" ? "returned" : "is"} ${what(value)}`, "auth");
    const text = String(value);
    if (isTokenSource(credential)) renewable.push([credential, text]);
    if (scheme.type === "bearer") headers["authorization"] = `Bearer ${text}`;
    else if (scheme.type === "basic") headers["authorization"] = `Basic ${basic(value as BasicCredentials)}`;
    else if (scheme.type === "http") headers["authorization"] = `${scheme.scheme} ${text}`;
    else if (scheme.in === "header") headers[scheme.name.toLowerCase()] = text;
    else (scheme.in === "query" ? query : cookies).push([scheme.name, text]);
  }
  for (const [name, value] of Object.entries(headers)) checkHeader(name, value);
  const refused = (): boolean => renewable.map(([source, token]) => source.invalidate(token)).includes(true);
  return { headers, query, cookies, refused };
}

/**
 * The first alternative for which all credentials are there (OpenAPI: the list means "or", the members of one object
 * "and"). Nobody is anonymous who has credentials. Where none can be met, nothing is sent, unless credentials may come
 * from elsewhere: the caller's headers, or something that the client cannot see.
 */
function chosenSchemes(call: AuthorizedCall): readonly string[] {
  const { operation, auth } = call;
  const { security = [] } = operation;
  const has = (name: string): boolean => Object.hasOwn(auth, name);
  const isGiven = (name: string): boolean => has(name) && !isMissing(auth[name]);
  const chosen = security.find((names) => names.length > 0 && names.every(isGiven));
  if (chosen !== undefined || security.length === 0 || security.some((names) => names.length === 0))
    return chosen ?? [];
  const sent = security.find((names) => names.every((name) => isGiven(name) || isSentBy(call, name)));
  if (sent !== undefined) return sent.filter((name) => !isSentBy(call, name));
  const unmet = security.flat().filter((name) => !isGiven(name) && !isSentBy(call, name));
  // The caller meant to give this one: an environment variable that is not set, for example.
  const empty = unmet.find(has);
  if (empty !== undefined) throw new InvalidInput(empty, `is ${what(auth[empty])}`, "auth");
  if (call.hiddenCredentials() !== undefined) return [];
  const [first = ""] = unmet;
  throw new InvalidInput(
    first,
    `'${first}' is missing: set auth: { ${first}: … } on the client or on the call`,
    "auth",
  );
}

/** Whether the caller has put the credential of a scheme into the request, or the connection brings it. */
function isSentBy({ core, request }: AuthorizedCall, name: string): boolean {
  const scheme = core.api.securitySchemes?.[name];
  if (scheme === undefined) return true;
  if (scheme.type !== "apiKey") return request.headers["authorization"] !== undefined;
  if (scheme.in === "query") return new URL(request.url).searchParams.has(scheme.name);
  if (scheme.in === "header") return request.headers[scheme.name.toLowerCase()] !== undefined;
  return `; ${request.headers["cookie"] ?? ""}`.includes(`; ${scheme.name}=`);
}

function isMissing(value: unknown): boolean {
  return value === undefined || value === null || value === "";
}

function what(value: unknown): string {
  return value === "" ? "empty" : String(value);
}

/** What is thrown while a scheme's credential is asked for names the scheme. */
function named(name: string, ask: () => unknown): unknown {
  const failed = (cause: unknown): InvalidInput =>
    new InvalidInput(name, "could not be had: its function failed", "auth", cause);
  try {
    const answer = ask();
    return isPromise(answer)
      ? Promise.resolve(answer).catch((cause: unknown) => Promise.reject(failed(cause)))
      : answer;
  } catch (cause) {
    throw failed(cause);
  }
}

function isTokenSource(credential: unknown): credential is TokenSource {
  return typeof credential === "function" && "invalidate" in credential;
}

/** So many calls that wait for a credential at once look as if each fetched a token of its own. */
const manyAnswers = 10;

/** Asks for this call alone: a function may answer for the user who makes the call. Token sources share by themselves. */
function ask(call: AuthorizedCall, credential: unknown): unknown {
  if (typeof credential !== "function") return credential;
  const answer = credential() as unknown;
  if (!isTokenSource(credential) && isPromise(answer)) countAnswer(call, answer as Promise<unknown>);
  return answer;
}

/** Says once that many calls wait for a credential: a token that is fetched for each of them could be shared. */
function countAnswer(call: AuthorizedCall, answer: Promise<unknown>): void {
  const { core } = call;
  const over = (): void => {
    core.credentialsAsked--;
  };
  if (++core.credentialsAsked === manyAnswers) {
    call.warnOnce(
      `${manyAnswers} calls are waiting for an asynchronous credential, which is not shared between calls: if it fetches a token, use refreshableToken or clientCredentials`,
    );
  }
  answer.then(over, over);
}

/** Base64 of the UTF-8 bytes (RFC 7617 §2.1). */
function basic({ username, password }: BasicCredentials): string {
  return btoa(String.fromCharCode(...new TextEncoder().encode(`${username}:${password}`)));
}
