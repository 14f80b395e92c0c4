// A server whose behavior an incident changes while it runs.
import { createServer } from "node:http";

/**
 * Answers each request by `answer`, which gives `{ status, delayMs, headers, destroy }`. `down()` refuses connections
 * until `up()`.
 */
export async function faultyServer() {
  let answer = () => ({ status: 200 });
  const server = createServer((request, response) => {
    const { status = 200, delayMs = 0, headers = {}, destroy = false } = answer(request);
    if (destroy) return request.socket.destroy();
    setTimeout(() => {
      response.writeHead(status, { "content-type": "application/json", ...headers });
      response.end("{}");
    }, delayMs);
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address();
  return {
    url: `http://127.0.0.1:${port}`,
    behave: (next) => {
      answer = next;
    },
    down: () => {
      server.close();
      server.closeAllConnections();
    },
    up: () => new Promise((resolve) => (server.listening ? resolve() : server.listen(port, "127.0.0.1", resolve))),
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}
