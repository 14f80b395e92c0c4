import type { KeyCarrier } from "../http/operation-facts.js";

/** What a server knows of a key. */
interface Known {
  readonly fingerprint: string;
  /** The answer, when it is there. */
  response?: Response;
}

/** What a good server makes of a key before it does anything (draft-ietf-httpapi-idempotency-key-header-07 §2.7). */
export type KeyState = "new" | "missing" | "running" | "reused" | { readonly replay: Response };

/** Keys that mocks have seen, each within its operation. */
export class SeenKeys {
  readonly #known = new Map<string, Known>();

  /** Where the key is new, it is running from now on. */
  begin(operation: string, { optional }: KeyCarrier, key: string | undefined, fingerprint: string): KeyState {
    if (key === undefined || key === "") return optional ? "new" : "missing";
    const name = `${operation} ${key}`;
    const known = this.#known.get(name);
    if (known === undefined) {
      this.#known.set(name, { fingerprint });
      return "new";
    }
    if (known.fingerprint !== fingerprint) return "reused";
    return known.response === undefined ? "running" : { replay: known.response.clone() };
  }

  /** It was executed; the answer is kept. Without one nothing was done, and the key is free again. */
  end(operation: string, key: string | undefined, response?: Response): void {
    const name = `${operation} ${key}`;
    const known = this.#known.get(name);
    if (known === undefined) return;
    if (response === undefined) this.#known.delete(name);
    else known.response = response.clone();
  }

  clear(): void {
    this.#known.clear();
  }
}

/** The key of a request; without the quotes of a Structured Field string. */
export function keyOf(
  { in: place, name, structured }: KeyCarrier,
  request: Request,
  body: unknown,
): string | undefined {
  const value = place === "header" ? request.headers.get(name) : fromContent(place, name, request, body);
  if (typeof value !== "string") return undefined;
  return structured ? value.replace(/^"|"$/g, "").replace(/\\(.)/g, "$1") : value;
}

function fromContent(place: "query" | "body", name: string, request: Request, body: unknown): unknown {
  if (place === "query") return new URL(request.url).searchParams.get(name);
  if (typeof body === "string") return new URLSearchParams(body).get(name);
  return (body as Readonly<Record<string, unknown>> | undefined)?.[name];
}

/** What must be the same when a key is used again: address and body. A multipart body has another boundary each time. */
export function fingerprintOf({ url, headers }: Request, text: string): string {
  const [, quoted, plain] = /boundary=(?:"([^"]+)"|([^;\s]+))/i.exec(headers.get("content-type") ?? "") ?? [];
  const boundary = quoted ?? plain;
  return `${url}\n${boundary === undefined ? text : text.replaceAll(boundary, "")}`;
}
