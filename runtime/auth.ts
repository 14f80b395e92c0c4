import type { HttpCall } from "./http-call.js";
import { checkHeader } from "./request.js";

/** How one security scheme of the description wants its credentials. */
export type SecurityScheme =
  | { readonly type: "apiKey"; readonly in: "header" | "query" | "cookie"; readonly name: string }
  | { readonly type: "basic" }
  | { readonly type: "bearer" };

/** A value, or a function that gives it. It is asked before each attempt, by all calls in flight together. */
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

/** What the credentials add to a request. */
export interface Authorization {
  readonly headers: Record<string, string>;
  readonly query: [name: string, value: string][];
  readonly cookies: [name: string, value: string][];
}

/** Asks for the credentials that a call needs, and puts each where its scheme wants it. */
export async function authorize({ core, operation, auth }: HttpCall): Promise<Authorization> {
  const authorization: Authorization = { headers: {}, query: [], cookies: [] };
  const { headers, query, cookies } = authorization;
  for (const name of chosenSchemes(operation.security ?? [], auth)) {
    const scheme = core.api.securitySchemes?.[name];
    const value = await ask(core.credentials, auth[name]);
    if (scheme === undefined) continue;
    if (scheme.type === "bearer") headers["authorization"] = `Bearer ${String(value)}`;
    else if (scheme.type === "basic") headers["authorization"] = `Basic ${basic(value as BasicCredentials)}`;
    else if (scheme.in === "header") headers[scheme.name.toLowerCase()] = String(value);
    else (scheme.in === "query" ? query : cookies).push([scheme.name, String(value)]);
  }
  for (const [name, value] of Object.entries(headers)) checkHeader(name, value);
  return authorization;
}

/**
 * The first alternative for which all credentials are there (OpenAPI: the list means "or", the members of one object
 * "and"); none where nothing fits, for then the caller may have put them into a header.
 */
function chosenSchemes(security: readonly (readonly string[])[], auth: AuthValues): readonly string[] {
  return security.find((names) => names.every((name) => auth[name] !== undefined)) ?? [];
}

/**
 * One question to a function is in flight at a time, and every call that needs its answer meanwhile waits for the same
 * one: a refresh happens once.
 */
function ask(inFlight: Map<unknown, Promise<unknown>>, credential: unknown): unknown {
  if (typeof credential !== "function") return credential;
  const running = inFlight.get(credential);
  if (running !== undefined) return running;
  const answer = (async () => credential() as unknown)().finally(() => inFlight.delete(credential));
  inFlight.set(credential, answer);
  return answer;
}

/** Base64 of the UTF-8 bytes (RFC 7617 §2.1). */
function basic({ username, password }: BasicCredentials): string {
  return btoa(String.fromCharCode(...new TextEncoder().encode(`${username}:${password}`)));
}
