/** The parts of a server of Node's `http`, `https`, or `http2` that a shutdown needs. */
export interface DrainableServer {
  /** Listens for new connections. */
  on(event: string, listener: (...args: never[]) => void): unknown;
  /** Listens for requests, before the program does. */
  prependListener(event: string, listener: (...args: never[]) => void): unknown;
  /** Accepts no more connections; `closed` is called when the last one has ended. */
  close(closed?: (error?: Error) => void): unknown;
  /** Closes connections without a request; absent from `http2`. */
  closeIdleConnections?(): void;
  /** Closes all connections; absent from `http2`. */
  closeAllConnections?(): void;
}

interface Socket {
  on(event: "close", listener: () => void): unknown;
  destroy(): unknown;
}

interface ServerRequest {
  readonly httpVersionMajor?: number;
}

interface ServerResponse {
  readonly headersSent: boolean;
  readonly writableEnded: boolean;
  getHeader(name: string): unknown;
  writeHead(...parts: unknown[]): unknown;
  setHeader(name: string, value: string): unknown;
  on(event: "close" | "error", listener: () => void): unknown;
  end(): unknown;
}

/** The connections of a server, and the responses under way on them. */
export class Connections {
  readonly #server: DrainableServer;
  readonly #sockets = new Set<Socket>();
  readonly #responses = new Set<ServerResponse>();
  /** Responses whose headers were given to `writeHead`, which Node does not keep. */
  readonly #streams = new WeakSet<ServerResponse>();
  #isStopping = false;
  #isClosing = false;

  constructor(server: DrainableServer) {
    this.#server = server;
    const track = (socket: Socket): void => {
      this.#sockets.add(socket);
      socket.on("close", () => this.#sockets.delete(socket));
    };
    server.on("connection", track);
    // Before the program's own listener, which may answer at once.
    server.prependListener("request", (request: ServerRequest, response: ServerResponse) => {
      this.#responses.add(response);
      const { writeHead } = response;
      response.writeHead = (...parts) => {
        if (isEventStream(headerIn(parts.at(-1)))) this.#streams.add(response);
        return writeHead.apply(response, parts);
      };
      response.on("close", () => {
        this.#responses.delete(response);
        // Node closes idle connections once, when the server closes; this one has become idle since.
        if (this.#isClosing) setImmediate(() => this.closeIdle());
      });
      if (this.#isStopping) refuseReuse(request, response);
    });
  }

  /** Number of requests that were not answered yet. */
  get requests(): number {
    return this.#responses.size;
  }

  /** From now on, each response tells the peer not to send more requests on its connection. */
  refuseReuse(): void {
    this.#isStopping = true;
  }

  /** Ends responses that would not end by themselves: event streams. Their readers reconnect to another process. */
  endStreams(): void {
    for (const response of this.#responses) {
      const isStream = this.#streams.has(response) || isEventStream(response.getHeader("content-type"));
      if (!isStream || !response.headersSent || response.writableEnded) continue;
      // The program may still write to it, which is an error that must not end the process.
      response.on("error", () => {});
      response.end();
    }
  }

  closeIdle(): void {
    this.#isClosing = true;
    this.#server.closeIdleConnections?.();
  }

  closeAll(): void {
    this.#server.closeAllConnections?.();
    // Upgraded connections are none of `closeAllConnections`.
    for (const socket of this.#sockets) socket.destroy();
  }
}

function refuseReuse({ httpVersionMajor = 1 }: ServerRequest, response: ServerResponse): void {
  if (httpVersionMajor === 1 && !response.headersSent) response.setHeader("connection", "close");
}

function isEventStream(type: unknown): boolean {
  return /^\s*text\/event-stream/i.test(String(type ?? ""));
}

/** The content type among what `writeHead` was given: an object, or a flat list of names and values. */
function headerIn(headers: unknown): unknown {
  if (typeof headers !== "object" || headers === null) return undefined;
  const pairs = Array.isArray(headers)
    ? headers.map((name, index) => [name, headers[index + 1]] as const)
    : Object.entries(headers);
  return pairs.find(([name]) => String(name).toLowerCase() === "content-type")?.[1];
}
