// What this Node's own fetch throws on loopback, and what that proves.
import { spawnSync } from "node:child_process";
import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Server, type Socket } from "node:net";
import { createServer as createTlsServer, type TLSSocket } from "node:tls";
import { beforeEach, describe, expect, onTestFinished, test } from "vitest";
import { certificate, privateKey } from "../../../tests/clients/self-signed.js";
import { networkFailure } from "./network-failure.js";

const keys = { key: privateKey, cert: certificate };

/** The port of a server that is closed when the test has finished, and its connections with it. */
async function listening(server: Server): Promise<number> {
  const sockets = new Set<Socket>();
  server.on("connection", (socket) => {
    sockets.add(socket);
    socket.on("error", () => {});
  });
  server.on("tlsClientError", () => {});
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => {
    server.close();
    for (const socket of sockets) socket.destroy();
  });
  return (server.address() as AddressInfo).port;
}

/** A server over TLS that does something when a whole request has come. */
const secure = (talk: (socket: TLSSocket) => void): Promise<number> =>
  listening(
    createTlsServer(keys, (socket) => {
      socket.on("error", () => {});
      socket.once("data", () => talk(socket));
    }),
  );

/** Passes bytes between a client and a server over TLS, until it does something to the client after the request. */
async function tampered(talk: (client: Socket) => void): Promise<number> {
  const target = await secure((socket) => socket.once("data", () => {}));
  return listening(
    createServer((client) => {
      const server = connect(target, "127.0.0.1");
      let pieces = 0;
      server.on("error", () => {}).pipe(client);
      client.on("data", (chunk) => {
        server.write(chunk);
        // The first piece begins the handshake, the second ends it; a request may come with that or after it.
        if (++pieces >= 2) setTimeout(talk, 50, client);
      });
    }),
  );
}

async function failureOf(url: string) {
  try {
    await fetch(url, { method: "POST", body: "x", signal: AbortSignal.timeout(20_000) });
  } catch (cause) {
    return networkFailure(cause);
  }
  throw new Error("fetch was answered");
}

async function portOfNobody(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}

describe("before a connection", () => {
  test.each(["127.0.0.1", "localhost"])("a refused port proves that nothing was sent: %s", async (host) => {
    expect(await failureOf(`http://${host}:${await portOfNobody()}`)).toMatchObject({
      sent: "no",
      reason: "ECONNREFUSED",
    });
  });

  test("a host that there is not proves that nothing was sent", async () => {
    expect(await failureOf("http://nobody.invalid")).toMatchObject({ sent: "no" });
  });

  test("a certificate that nobody trusts proves that nothing was sent, and is not tried again", async () => {
    const port = await secure((socket) => socket.end("HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n"));
    expect(await failureOf(`https://127.0.0.1:${port}`)).toMatchObject({ sent: "no", permanent: true });
  });

  test("a server that speaks no TLS proves that nothing was sent, and is not tried again", async () => {
    const port = await listening(
      createServer((socket) => socket.once("data", () => socket.end("HTTP/1.1 400 Bad Request\r\n\r\n"))),
    );
    expect(await failureOf(`https://127.0.0.1:${port}`)).toMatchObject({ sent: "no", permanent: true });
  });

  test("a connection that is closed in the middle of the handshake proves that nothing was sent", async () => {
    const port = await listening(createServer((socket) => socket.once("data", () => socket.end())));
    const failure = await failureOf(`https://127.0.0.1:${port}`);
    expect(failure).toMatchObject({ sent: "no" });
    expect(failure).not.toHaveProperty("permanent");
  });
});

describe("after a request has gone out over TLS, nothing is proved", () => {
  beforeEach(() => {
    const before = process.env["NODE_TLS_REJECT_UNAUTHORIZED"];
    process.env["NODE_TLS_REJECT_UNAUTHORIZED"] = "0";
    return () => {
      if (before === undefined) delete process.env["NODE_TLS_REJECT_UNAUTHORIZED"];
      else process.env["NODE_TLS_REJECT_UNAUTHORIZED"] = before;
    };
  });

  test.each([
    ["resets the connection", () => secure((socket) => socket.destroy())],
    ["ends it", () => secure((socket) => socket.end())],
    ["resets the connection beneath TLS", () => tampered((client) => client.resetAndDestroy())],
    ["ends it beneath TLS", () => tampered((client) => client.end())],
  ])("a server that %s", async (_, serve) => {
    const failure = await failureOf(`https://127.0.0.1:${await serve()}`);
    expect(failure).toMatchObject({ code: "network", sent: "maybe" });
    expect(failure).not.toHaveProperty("permanent");
  });
});

/** Routes of a network namespace: one that refuses at once, one that the firewall refuses, one where packets get lost. */
const routes = [
  "ip link set lo up",
  "ip route add unreachable 10.1.0.0/16",
  "ip route add prohibit 10.2.0.0/16",
  "ip route add 10.3.0.0/16 dev lo",
  "sysctl -qw net.ipv4.tcp_syn_retries=1",
].join(" && ");
const program = `
const facts = ({ code, syscall, message, cause, errors }) => ({ code, syscall, message, cause: cause && facts(cause), errors: errors?.map(facts) });
const failed = (host) => fetch("http://" + host).then(() => "answered", facts);
Promise.all(["10.1.0.9", "10.2.0.9", "10.3.0.9"].map(failed)).then((all) => console.log(JSON.stringify(all)));
`;

test("addresses that cannot be reached, in a network namespace, prove that nothing was sent", ({ skip }) => {
  const command = `${routes} && exec "${process.execPath}" -e '${program}'`;
  const { stdout } = spawnSync("unshare", ["-rn", "sh", "-c", command], { encoding: "utf8", timeout: 30_000 });
  skip(!stdout, "no network namespace can be made here");
  const failures = (JSON.parse(stdout) as unknown[]).map((cause) => networkFailure(cause));
  expect(failures).toMatchObject([
    { sent: "no", reason: "EHOSTUNREACH" },
    { sent: "no", reason: "EACCES" },
    { sent: "no", reason: "ETIMEDOUT" },
  ]);
});
