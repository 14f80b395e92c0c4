/** Codes of a connection that ended: the server closed it, or answered on it by a reset. */
const ended = /ECONNRESET|EPIPE|UND_ERR_SOCKET|other side closed/;

/**
 * Whether a request failed because the server ended a connection that had carried a response before. The usual cause is
 * a server, or a proxy, that closes idle connections before the client does. Only undici reports it.
 */
export function failedOnReuse(error: unknown, depth = 0): boolean {
  if (typeof error !== "object" || error === null || depth > 4) return false;
  const { code, message, socket, cause } = error as {
    code?: unknown;
    message?: unknown;
    socket?: { bytesRead?: number };
    cause?: unknown;
  };
  if (ended.test(`${String(code)} ${String(message)}`) && (socket?.bytesRead ?? 0) > 0) return true;
  return failedOnReuse(cause, depth + 1);
}
