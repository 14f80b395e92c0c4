import type { Failure } from "../base/outcome.js";

/**
 * What an error shows, the weakest first: nothing; that the next try would fail alike; that the connection was never
 * there; both of these.
 */
const proofs = ["nothing", "rejected", "unsent", "hopeless"] as const;
type Proof = (typeof proofs)[number];

/** System calls that come before a connection. */
const beforeConnection = /^(connect|getaddrinfo|query\w*)$/;

/** Codes that only the search for a host, or an attempt to connect, has. */
const unsentCode = /^(ENOTFOUND|EAI_\w+|ECONNREFUSED|UND_ERR_CONNECT_TIMEOUT|ConnectionRefused|FailedToOpenSocket)$/;

/** Codes that a connection can also end with: they count only where the message says that there was none. */
const ambiguousCode = /^(E(HOSTUNREACH|NETUNREACH|HOSTDOWN|NETDOWN|TIMEDOUT|ADDRNOTAVAIL|CONNRESET))$/;

/** Node, Bun (which tells no system call), and Deno (hyper), whose messages are all that there is. */
const unsentMessage =
  /^connect E|before secure TLS connection was established|Unable to connect|typo in the url|client error \(Connect\)|tcp connect error|dns error|failed to lookup address/;

/** The certificate is looked at before anything else is sent. */
const certificateCode =
  /CERT(?!IFICATE)|^(INVALID_(CA|PURPOSE)|HOSTNAME_MISMATCH|PATH_LENGTH_EXCEEDED|UNABLE_TO_\w+|ERR_TLS_DH_PARAM_SIZE)$/;

/** OpenSSL's reasons that only a handshake has. An alert or a bad record may also come after a request. */
const handshakeReason =
  /handshake.failure|(wrong|bad|unsupported).(ssl.|protocol.)?version|protocol.version|unsupported.protocol|no.protocols|no.application.protocol|unrecognized.name|insufficient.security|no.shared.cipher|no.ciphers|inappropriate.fallback|legacy.renegotiation|key.too.small|md.too.weak|certificate.verify.failed/i;

/** The server refused our certificate, which TLS 1.3 can tell only after the request may have gone out. */
const certificateAlert = /ALERT_(CERTIFICATE|BAD_CERTIFICATE|UNSUPPORTED_CERTIFICATE|UNKNOWN_CA|ACCESS_DENIED)/;

/** Deno's words for a handshake that failed, and every platform's for a URL that it does not fetch. */
const hopelessMessage =
  /invalid peer certificate|client error \(Connect\): (received (fatal alert|corrupt message)|peer (is incompatible|sent no certificates)|no (server|cipher))|bad port|port \d+ (is|are) blocked|unknown scheme/i;

/** What Node, Bun and undici call a failure: `ECONNREFUSED`, `UND_ERR_SOCKET`. */
const platformCode = /\b(UND_ERR_\w+|ERR_[\w/]+|E[A-Z]{4,}|CERT_\w+|\w+_CERT|ConnectionRefused|bad port)\b/;

/**
 * What a fetch that threw proves: `sent` is `no` only where the connection was never there. Anything else may have
 * reached the server.
 */
export function networkFailure(cause: unknown): Failure {
  const proof = proofOf(cause);
  const reason = platformCode.exec(textOf(cause))?.[0];
  const sent = proof === "unsent" || proof === "hopeless" ? "no" : "maybe";
  const isPermanent = proof === "hopeless" || proof === "rejected";
  const named = reason === undefined ? {} : { reason };
  return { ok: false, code: "network", cause, ...named, sent, ...(isPermanent ? { permanent: true } : {}) };
}

/**
 * An error and all its causes must agree. An `AggregateError` (one error for each address that was tried) proves what
 * each of its members does.
 */
function proofOf(error: unknown, depth = 0): Proof | undefined {
  if (typeof error !== "object" || error === null || depth > 4) return undefined;
  const { errors, cause } = error as { errors?: unknown; cause?: unknown };
  if (Array.isArray(errors) && errors.length > 0) {
    return errors.map((member) => proofOf(member, depth + 1) ?? "nothing").reduce(agreed);
  }
  const own = ownProof(error);
  const inner = proofOf(cause, depth + 1);
  return own === undefined || inner === undefined ? (own ?? inner) : agreed(own, inner);
}

function agreed(one: Proof, other: Proof): Proof {
  return proofs.indexOf(one) < proofs.indexOf(other) ? one : other;
}

/** What an error shows by itself; `undefined`: it says nothing of the network, as the `fetch failed` around it. */
function ownProof(error: object): Proof | undefined {
  const { code, syscall } = error as { code?: unknown; syscall?: unknown };
  const message = messageOf(error);
  if (typeof code === "string" && code !== "") {
    if (code === "EPROTO" || code.startsWith("ERR_SSL_")) return tlsProof(`${code} ${message}`);
    if (certificateCode.test(code)) return "hopeless";
    if (typeof syscall === "string") return beforeConnection.test(syscall) ? "unsent" : "nothing";
    if (unsentCode.test(code)) return "unsent";
    return ambiguousCode.test(code) && unsentMessage.test(message) ? "unsent" : "nothing";
  }
  if (hopelessMessage.test(message)) return "hopeless";
  return unsentMessage.test(message) ? "unsent" : undefined;
}

/** Bun has one message for every fault of TLS, before a request and after it. */
function tlsProof(text: string): Proof {
  if (text.startsWith("EPROTO") && !text.includes("SSL routines")) return "rejected";
  if (certificateAlert.test(text)) return "rejected";
  return handshakeReason.test(text) ? "hopeless" : "nothing";
}

/** URLs are taken out, for they may hold any word. */
function messageOf(error: object): string {
  return String((error as { message?: unknown }).message ?? "").replace(/\w+:\/\/\S+/g, "");
}

/** Codes and messages of an error and its causes: Node tells the code in `cause`, Bun on top, Deno in the message. */
function textOf(error: unknown, depth = 0): string {
  if (typeof error !== "object" || error === null || depth > 4) return "";
  const { code, cause } = error as { code?: unknown; cause?: unknown };
  return `${String(code ?? "")} ${messageOf(error)} ${textOf(cause, depth + 1)}`;
}
