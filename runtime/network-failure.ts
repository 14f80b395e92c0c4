import type { Failure } from "./outcome.js";

/** The host was not found or did not take the connection: nothing was sent. */
const notConnected =
  /ECONNREFUSED|ConnectionRefused|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|UND_ERR_CONNECT_TIMEOUT|connection refused|dns error|failed to lookup/i;

/** The two sides do not agree on how to talk securely, or fetch refuses the URL: the next try would fail the same way. */
const hopeless =
  /CERT|ERR_TLS|ERR_SSL|EPROTO|SELF_SIGNED|UNABLE_TO_(VERIFY|GET)|invalid peer certificate|[Uu]nknown ?[Ii]ssuer|bad port/;

/** What a fetch that threw says: whether anything was sent, and whether trying again can help. */
export function networkFailure(cause: unknown): Failure {
  const text = tellTale(cause);
  if (hopeless.test(text)) return { ok: false, code: "network", sent: "no", permanent: true, cause };
  return { ok: false, code: "network", sent: notConnected.test(text) ? "no" : "maybe", cause };
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
