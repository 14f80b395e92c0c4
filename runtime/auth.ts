/** How one security scheme of the description wants its credentials. */
export type SecurityScheme =
  | { readonly type: "apiKey"; readonly in: "header" | "query" | "cookie"; readonly name: string }
  | { readonly type: "basic" }
  | { readonly type: "bearer" };

/** A value, or a function that gives it. It is asked before each attempt, by all calls in flight together. */
export type Credential<T> = T | (() => T | Promise<T>);

/** User name and password of HTTP basic authentication. */
export interface BasicCredentials {
  readonly username: string;
  readonly password: string;
}

/** Credentials by the name of their security scheme. */
export type AuthValues = Readonly<Record<string, Credential<string | BasicCredentials> | undefined>>;

/** What the credentials add to a request. */
export interface Authorization {
  readonly headers: Record<string, string>;
  readonly query: [string, string][];
  readonly cookies: [string, string][];
}

/**
 * Asks the functions that give credentials. One question to a function is in flight at a time, and every call that
 * needs its answer meanwhile waits for the same one: a refresh happens once.
 */
export class CredentialSource {
  private readonly inFlight = new Map<unknown, Promise<unknown>>();

  ask<T>(credential: Credential<T>): T | Promise<T> {
    if (typeof credential !== "function") return credential;
    const running = this.inFlight.get(credential);
    if (running !== undefined) return running as Promise<T>;
    const answer = (credential as () => T | Promise<T>)();
    if (!(answer instanceof Promise)) return answer;
    const forget = (): void => {
      this.inFlight.delete(credential);
    };
    this.inFlight.set(credential, answer);
    answer.then(forget, forget);
    return answer;
  }
}

/**
 * The first alternative for which all credentials are there (OpenAPI: the list means "or", the members of one object
 * "and"); none where nothing fits, for then the caller may have put them into a header.
 */
export function chosenSchemes(security: readonly (readonly string[])[], auth: AuthValues): readonly string[] {
  return security.find((names) => names.every((name) => auth[name] !== undefined)) ?? [];
}

/** Puts one credential where its scheme wants it. */
export function applyCredential(scheme: SecurityScheme, value: unknown, to: Authorization): void {
  if (scheme.type === "basic") {
    const { username, password } = value as BasicCredentials;
    to.headers["authorization"] = `Basic ${base64(`${username}:${password}`)}`;
  } else if (scheme.type === "bearer") to.headers["authorization"] = `Bearer ${String(value)}`;
  else if (scheme.in === "header") to.headers[scheme.name.toLowerCase()] = String(value);
  else (scheme.in === "query" ? to.query : to.cookies).push([scheme.name, String(value)]);
}

/** Base64 of the UTF-8 bytes (RFC 7617 §2.1). */
function base64(text: string): string {
  return btoa(Array.from(new TextEncoder().encode(text), (byte) => String.fromCharCode(byte)).join(""));
}
