import { describe, expect, test } from "vitest";
import { networkFailure } from "./network-failure.js";

interface Told {
  readonly code?: string;
  readonly syscall?: string;
}

const told = (message: string, facts: Told = {}): Error => Object.assign(new Error(message), facts);

/** As `fetch` of Node throws: what happened is in the cause. */
const node = (message: string, facts: Told = {}): TypeError =>
  new TypeError("fetch failed", { cause: told(message, facts) });

/** An error of a system call in Node. */
const system = (syscall: string, code: string): TypeError => node(`${syscall} ${code} 10.0.0.7:443`, { code, syscall });

/** As Node tells that it tried several addresses: the code of the first stands on top. */
function tried(...members: readonly [syscall: string, code: string][]): TypeError {
  const errors = members.map(([syscall, code]) => told(`${syscall} ${code} ::1:443`, { code, syscall }));
  return new TypeError("fetch failed", { cause: Object.assign(new AggregateError(errors), { code: members[0]?.[1] }) });
}

/** As OpenSSL tells it through Node. */
const ssl = (code: string, reason: string): TypeError =>
  node(`40FD666C9D7F0000:error:0A00010B:SSL routines:ssl3_read_bytes:${reason}:../rec_layer_s3.c:918:`, { code });

/** Bun tells the code on top, and no system call. */
const bun = (code: string, message: string): TypeError => Object.assign(new TypeError(message), { code });

/** Deno tells all in the message, of the cause or (before 2.9) on top. */
const deno = (what: string): TypeError =>
  new TypeError("fetch failed", { cause: new Error(`error sending request for url (https://x.example/): ${what}`) });

const bunTls = "EPROTO: The TLS handshake failed. Does the server speak TLS on this port?";
const bunOpen = "Was there a typo in the url or port?";

/** Each as the platform was seen to throw it, or as its source says. */
const table: Record<"unsent" | "hopeless" | "rejected" | "nothing", readonly [where: string, cause: unknown][]> = {
  unsent: [
    ["Node: refused", system("connect", "ECONNREFUSED")],
    ["Node: no route", system("connect", "EHOSTUNREACH")],
    ["Node: no network", system("connect", "ENETUNREACH")],
    ["Node: connect timed out", system("connect", "ETIMEDOUT")],
    ["Node: no local port", system("connect", "EADDRNOTAVAIL")],
    ["Node: reset while it connects", system("connect", "ECONNRESET")],
    ["Node: refused by a firewall", system("connect", "EACCES")],
    ["Node: connect timed out, in the message alone", node("connect ETIMEDOUT 10.0.0.7:443", { code: "ETIMEDOUT" })],
    ["undici: connect timed out", node("Connect Timeout Error", { code: "UND_ERR_CONNECT_TIMEOUT" })],
    ["Node: no such host", system("getaddrinfo", "ENOTFOUND")],
    ["Node: DNS fails for now", system("getaddrinfo", "EAI_AGAIN")],
    ["Node: c-ares", system("queryA", "ESERVFAIL")],
    ["Node: every address refuses", tried(["connect", "ECONNREFUSED"], ["connect", "ECONNREFUSED"])],
    ["Node: one has no route, one is silent", tried(["connect", "ENETUNREACH"], ["connect", "ETIMEDOUT"])],
    [
      "Node: closed in the handshake",
      node("Client network socket disconnected before secure TLS connection was established", { code: "ECONNRESET" }),
    ],
    ["Bun: refused", bun("ECONNREFUSED", "ECONNREFUSED: Unable to connect. Is the computer able to access the url?")],
    ["Bun 1.2: refused", bun("ConnectionRefused", "Unable to connect. Is the computer able to access the url?")],
    ["Bun 1.2: no such host", bun("FailedToOpenSocket", bunOpen)],
    ["Bun: no network", bun("ENETUNREACH", `ENETUNREACH: ${bunOpen}`)],
    ["Deno: refused", deno("client error (Connect): tcp connect error: Connection refused (os error 111)")],
    ["Deno 1: refused", deno("error trying to connect: tcp connect error: Connection refused (os error 111)")],
    ["Deno: no such host", deno("client error (Connect): dns error: failed to lookup address information: unknown")],
    ["Deno: reset in the handshake", deno("client error (Connect): Connection reset by peer (os error 104)")],
  ],
  hopeless: [
    ["Node: self-signed", node("self-signed certificate", { code: "DEPTH_ZERO_SELF_SIGNED_CERT" })],
    ["Node: expired", node("certificate has expired", { code: "CERT_HAS_EXPIRED" })],
    ["Node: another host's", node("Hostname does not match", { code: "ERR_TLS_CERT_ALTNAME_INVALID" })],
    ["Node: unknown issuer", node("unable to verify", { code: "UNABLE_TO_VERIFY_LEAF_SIGNATURE" })],
    ["Node: no TLS at that port", ssl("ERR_SSL_WRONG_VERSION_NUMBER", "wrong version number")],
    ["Node 20: handshake refused", ssl("ERR_SSL_SSLV3_ALERT_HANDSHAKE_FAILURE", "sslv3 alert handshake failure")],
    ["Node 24: handshake refused", ssl("ERR_SSL_SSL/TLS_ALERT_HANDSHAKE_FAILURE", "ssl/tls alert handshake failure")],
    ["Node: TLS too old", ssl("ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION", "tlsv1 alert protocol version")],
    ["Node: unknown name", ssl("ERR_SSL_TLSV1_UNRECOGNIZED_NAME", "tlsv1 unrecognized name")],
    ["Node: EPROTO of a handshake", ssl("EPROTO", "wrong version number")],
    ["Node: a port that fetch does not use", node("bad port")],
    ["Bun: self-signed", bun("DEPTH_ZERO_SELF_SIGNED_CERT", "self signed certificate")],
    ["Deno: certificate", deno("client error (Connect): invalid peer certificate: UnknownIssuer")],
    ["Deno 1: certificate", deno("error trying to connect: invalid peer certificate: UnknownIssuer")],
    ["Deno: handshake refused", deno("client error (Connect): received fatal alert: HandshakeFailure")],
    ["Deno: no TLS at that port", deno("client error (Connect): received corrupt message of type InvalidContentType")],
    ["Deno: a port that fetch does not use", new TypeError("Fetch failed: Requests to port 6000 are blocked")],
  ],
  rejected: [
    ["Node: our certificate is missing", ssl("ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED", "certificate required")],
    ["Node: our certificate is unknown", ssl("ERR_SSL_SSLV3_ALERT_CERTIFICATE_UNKNOWN", "certificate unknown")],
    ["Bun: any fault of TLS", bun("EPROTO", bunTls)],
  ],
  nothing: [
    ["Node: reset", system("read", "ECONNRESET")],
    ["Node: route lost while it reads", system("read", "EHOSTUNREACH")],
    ["Node: network lost while it reads", system("read", "ENETUNREACH")],
    ["Node: refused by ICMP on a connection", system("read", "ECONNREFUSED")],
    ["Node: silent connection", system("read", "ETIMEDOUT")],
    ["Node: route lost while it writes", system("write", "EHOSTUNREACH")],
    ["Node: broken pipe", system("write", "EPIPE")],
    ["a code without a system call", node("EHOSTUNREACH", { code: "EHOSTUNREACH" })],
    ["Node: one address refuses, another is lost later", tried(["connect", "ECONNREFUSED"], ["read", "ECONNRESET"])],
    ["Node: no address is named", new TypeError("fetch failed", { cause: new AggregateError([]) })],
    ["undici: closed", node("other side closed", { code: "UND_ERR_SOCKET" })],
    ["undici: no headers", node("Headers Timeout Error", { code: "UND_ERR_HEADERS_TIMEOUT" })],
    ["undici: no HTTP", node("Response does not match the HTTP/1.1 protocol", { code: "HPE_INVALID_CONSTANT" })],
    ["Node: bad record", ssl("ERR_SSL_DECRYPTION_FAILED_OR_BAD_RECORD_MAC", "decryption failed or bad record mac")],
    ["Node: alert on a connection", ssl("ERR_SSL_SSLV3_ALERT_BAD_RECORD_MAC", "sslv3 alert bad record mac")],
    ["Node: server's own fault", ssl("ERR_SSL_TLSV1_ALERT_INTERNAL_ERROR", "tlsv1 alert internal error")],
    ["Node: EPROTO on a connection", ssl("EPROTO", "bad record type")],
    ["Bun: reset", bun("ECONNRESET", "ECONNRESET: The socket connection was closed unexpectedly.")],
    ["Bun: timed out", bun("ETIMEDOUT", "ETIMEDOUT: The operation timed out")],
    ["Deno: reset", deno("Connection reset by peer (os error 104)")],
    ["Deno: closed", deno("client error (SendRequest): connection closed before message completed")],
    ["Deno: bad record", new TypeError("fetch failed", { cause: new Error("cannot decrypt peer's message") })],
    ["Deno: alert", new TypeError("fetch failed", { cause: new Error("received fatal alert: CertificateRequired") })],
    ["workerd", new Error("Network connection lost.")],
    ["Chrome", new TypeError("Failed to fetch")],
    ["Firefox", new TypeError("NetworkError when attempting to fetch resource.")],
    ["Safari", new TypeError("Load failed")],
    ["words in a URL", new TypeError("error for url (https://CERT.example/tcp%20connect%20error?dns error)")],
    ["a connection that was refused after one that was lost", lostThenRefused()],
    ["no error at all", undefined],
    ["a text", "ECONNREFUSED"],
    ["causes in a circle", circle()],
  ],
};

/** A transport that tries twice by itself. */
function lostThenRefused(): Error {
  const refused = told("connect ECONNREFUSED", { code: "ECONNREFUSED", syscall: "connect" });
  return Object.assign(new Error("read ECONNRESET", { cause: refused }), { code: "ECONNRESET", syscall: "read" });
}

function circle(): Error {
  const error = new Error("fetch failed");
  error.cause = error;
  return error;
}

describe("an error proves that nothing was sent, and another try may help", () => {
  test.each(table.unsent)("%s", (_, cause) => {
    expect(networkFailure(cause)).toMatchObject({ code: "network", sent: "no" });
    expect(networkFailure(cause)).not.toHaveProperty("permanent");
  });
});

describe("an error proves that nothing was sent, and the next try would fail the same way", () => {
  test.each(table.hopeless)("%s", (_, cause) => {
    expect(networkFailure(cause)).toMatchObject({ code: "network", sent: "no", permanent: true });
  });
});

describe("a request may have arrived, and the next try would fail the same way", () => {
  test.each(table.rejected)("%s", (_, cause) => {
    expect(networkFailure(cause)).toMatchObject({ code: "network", sent: "maybe", permanent: true });
  });
});

describe("a request may have arrived, and another try may help", () => {
  test.each(table.nothing)("%s", (_, cause) => {
    expect(networkFailure(cause)).toMatchObject({ code: "network", sent: "maybe" });
    expect(networkFailure(cause)).not.toHaveProperty("permanent");
  });
});

test.each([
  [system("connect", "ECONNREFUSED"), "ECONNREFUSED"],
  [node("other side closed", { code: "UND_ERR_SOCKET" }), "UND_ERR_SOCKET"],
  [ssl("ERR_SSL_WRONG_VERSION_NUMBER", "wrong version number"), "ERR_SSL_WRONG_VERSION_NUMBER"],
  [node("certificate has expired", { code: "CERT_HAS_EXPIRED" }), "CERT_HAS_EXPIRED"],
  [node("bad port"), "bad port"],
  [new TypeError("Failed to fetch https://x.example/?token=ERR_SECRET"), undefined],
])("the reason is what the platform calls the failure: %s", (cause, reason) => {
  expect(networkFailure(cause).reason).toBe(reason);
});
