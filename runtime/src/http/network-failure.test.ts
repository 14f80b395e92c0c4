import { expect, test } from "vitest";
import { networkFailure } from "./network-failure.js";

/** As `fetch` of Node throws: the code is in the cause. */
function fetchFailed(code: string, message: string): TypeError {
  return new TypeError("fetch failed", { cause: Object.assign(new Error(message), { code }) });
}

test.each([
  fetchFailed("ECONNREFUSED", "connect ECONNREFUSED 127.0.0.1:1"),
  fetchFailed("ENOTFOUND", "getaddrinfo ENOTFOUND concert.example"),
  Object.assign(new Error("Unable to connect."), { code: "ConnectionRefused" }),
  new TypeError(
    "error sending request for url (http://x.example/): tcp connect error: Connection refused (os error 111)",
  ),
])("nothing was sent, and another try may help: $cause $message", (cause) => {
  expect(networkFailure(cause)).toMatchObject({ sent: "no" });
  expect(networkFailure(cause)).not.toHaveProperty("permanent");
});

test.each([
  fetchFailed("DEPTH_ZERO_SELF_SIGNED_CERT", "self-signed certificate"),
  fetchFailed("CERT_HAS_EXPIRED", "certificate has expired"),
  fetchFailed("ERR_SSL_WRONG_VERSION_NUMBER", "wrong version number"),
  new TypeError("error sending request for url (https://x.example/): invalid peer certificate: UnknownIssuer"),
  new TypeError("fetch failed", { cause: new Error("bad port") }),
])("the next try would fail the same way: $cause $message", (cause) => {
  expect(networkFailure(cause)).toMatchObject({ sent: "no", permanent: true });
});

test.each([
  [fetchFailed("ECONNREFUSED", "connect ECONNREFUSED 127.0.0.1:1"), "ECONNREFUSED"],
  [fetchFailed("UND_ERR_SOCKET", "other side closed"), "UND_ERR_SOCKET"],
  [fetchFailed("ERR_SSL_WRONG_VERSION_NUMBER", "wrong version number"), "ERR_SSL_WRONG_VERSION_NUMBER"],
  [fetchFailed("CERT_HAS_EXPIRED", "certificate has expired"), "CERT_HAS_EXPIRED"],
  [new TypeError("fetch failed", { cause: new Error("bad port") }), "bad port"],
  [new TypeError("Failed to fetch https://x.example/?token=ERR_SECRET"), undefined],
])("what the platform calls it is told: %s", (cause, reason) => {
  expect(networkFailure(cause).reason).toBe(reason);
});

test.each([
  fetchFailed("ECONNRESET", "read ECONNRESET"),
  new TypeError("error sending request for url (https://concerts.example/CERTS): connection reset"),
])("the request may have arrived, and another try may help: $cause $message", (cause) => {
  expect(networkFailure(cause)).toMatchObject({ sent: "maybe" });
  expect(networkFailure(cause)).not.toHaveProperty("permanent");
});
