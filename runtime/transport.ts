import ky, { type KyInstance } from "ky";

/** Sends one request and comes back with the response: the shape of `fetch`. */
export type Transport = (input: URL | Request, init?: RequestInit) => Promise<Response>;

/**
 * Sends by ky. Its own retry, timeout and throwing are off: attempts must not multiply (RFC 9110 §9.2.2).
 *
 * @param instance an instance of your own, for its hooks and its `fetch`. @default ky itself
 */
export function kyTransport(instance: KyInstance = ky): Transport {
  return (input, init) => instance(input, { ...init, retry: 0, timeout: false, throwHttpErrors: false });
}
