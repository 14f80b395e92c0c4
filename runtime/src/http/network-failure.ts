import type { Failure } from "../base/outcome.js";

/** The host was not found or did not take the connection: nothing was sent. */
const notConnected =
  /ECONNREFUSED|ConnectionRefused|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|UND_ERR_CONNECT_TIMEOUT|connection refused|dns error|failed to lookup/i;

/** The two sides do not agree on how to talk securely, or fetch refuses the URL: the next try would fail the same way. */
const hopeless =
  /CERT|ERR_TLS|ERR_SSL|EPROTO|SELF_SIGNED|UNABLE_TO_(VERIFY|GET)|invalid peer certificate|[Uu]nknown ?[Ii]ssuer|bad port/;

/** What Node, Bun and undici call a failure: `ECONNREFUSED`, `UND_ERR_SOCKET`. */
const platformCode = /\b(UND_ERR_\w+|ERR_\w+|E[A-Z]{4,}|CERT_\w+|\w+_CERT|ConnectionRefused|bad port)\b/;

/** What a fetch that threw says: whether anything was sent, and whether trying again can help. */
export function networkFailure(cause: unknown): Failure {
  const text = tellTale(cause);
  const reason = platformCode.exec(text)?.[0];
  const failure = { ok: false, code: "network", cause, ...(reason === undefined ? {} : { reason }) } as const;
  if (hopeless.test(text)) return { ...failure, sent: "no", permanent: true };
  return { ...failure, sent: notConnected.test(text) ? "no" : "maybe" };
}

/**
 * Codes and messages of an error and its causes: Node tells the code in `cause`, Bun on top, Deno in the message. URLs
 * are taken out, for they may hold any word.
 */
function tellTale(error: unknown, depth = 0): string {
  if (typeof error !== "object" || error === null || depth > 4) return "";
  const { code, message, cause } = error as { code?: unknown; message?: unknown; cause?: unknown };
  const text = `${String(code ?? "")} ${String(message ?? "")}`.replace(/\w+:\/\/\S+/g, "");
  return `${text} ${tellTale(cause, depth + 1)}`;
}
