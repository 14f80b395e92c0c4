import { isFailure, type Outcome } from "../base/outcome.js";
import { decodeText, readChunks } from "../call/answer.js";
import type { ClientHandle } from "../client/client.js";
import type { CallOptions } from "../contract/call-options.js";
import type { AnswerReader } from "../contract/extension.js";
import type { Call, Succeeded } from "../contract/results.js";
import type { ByteStream } from "../serialize/body.js";
import { bytesAnswer } from "./stream.js";

/** Any generated operation. */
// biome-ignore lint/suspicious/noExplicitAny: its own types are what is asked for
export type AnyOperation = (client: any, input: any, options?: any) => Call<unknown, unknown, any>;

/** A call of an operation that comes to other data; its errors stay. */
export type ReadAs<Op extends AnyOperation, Data> =
  ReturnType<Op> extends Call<unknown, infer CallError, infer Success>
    ? Call<Data, CallError, Succeeded<number, Data, Success["headers"]>>
    : never;

/**
 * Calls an operation for the text of its answer, whatever its media type: `asText(getOrder, client, input)`. Not shared
 * with other calls, and no fallback: those have the operation's own data.
 */
export function asText<Op extends AnyOperation>(operation: Op, ...args: Parameters<Op>): ReadAs<Op, string> {
  return readBy(operation, args, async (call, attempt, response) => {
    const chunks = await readChunks(call, attempt, response);
    if (isFailure(chunks)) return chunks;
    return answer(response, decodeText(chunks, response.headers.get("content-type") ?? "", call.core.utf8));
  });
}

/** Calls an operation for the bytes of its answer: `asBytes(getOrder, client, input)`. */
export function asBytes<Op extends AnyOperation>(
  operation: Op,
  ...args: Parameters<Op>
): ReadAs<Op, Uint8Array<ArrayBuffer>> {
  return readBy(operation, args, async (call, attempt, response) => {
    const chunks = await readChunks(call, attempt, response);
    if (isFailure(chunks)) return chunks;
    return answer(response, new Uint8Array(await new Blob(chunks).arrayBuffer()));
  });
}

/**
 * Calls an operation for the bytes of its answer as they come: `asStream(getReport, client, input)`. Only silence ends
 * it then (`timeout.idle`), and its size has no limit.
 */
export function asStream<Op extends AnyOperation>(operation: Op, ...args: Parameters<Op>): ReadAs<Op, ByteStream> {
  return readBy(operation, args, async (call, _attempt, response) => bytesAnswer(call, response));
}

function readBy<Op extends AnyOperation, Data>(
  operation: Op,
  [client, input, options]: Parameters<Op>,
  reader: AnswerReader,
): ReadAs<Op, Data> {
  const handle = client as ClientHandle;
  const context = { ...handle["~context"], reader };
  const { resilience, ...rest } = (options ?? {}) as CallOptions;
  // What others get, and what a fallback gives, is the operation's own data.
  const alone = { ...rest, resilience: { ...resilience, coalesce: false, fallback: false } };
  return operation({ ...handle, "~context": context }, input, alone) as ReadAs<Op, Data>;
}

function answer(response: Response, data: unknown): Outcome<unknown> {
  return { ok: true, data, status: response.status, response, source: "network" };
}
