// Answers every request on loopback with the same small JSON; tells its port to the process that forked it.
import { createServer } from "node:http";
import { body } from "./order.js";

const headers = { "content-type": "application/json", "content-length": Buffer.byteLength(body) };
const server = createServer({ keepAlive: true }, (request, response) => {
  request.resume();
  response.writeHead(200, headers).end(body);
});
server.keepAliveTimeout = 60_000;
server.listen(0, "127.0.0.1", () => process.send(server.address().port));
process.on("disconnect", () => process.exit(0));
