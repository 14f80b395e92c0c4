import { callOperation, type Operation } from "resil-gen/runtime";
import type { CallOptions, Client } from "./client.js";
import type { $Call, $Input } from "./stand-ins.js";

declare const $literal: Operation;

const $constant = { ...$literal } as const;

/** $docs */
export function $operation(client: Client, input: $Input, options?: CallOptions): $Call {
  return callOperation(client, $constant, input, options);
}

/** $docs */
export function $operationWithOptionalInput(client: Client, input?: $Input, options?: CallOptions): $Call {
  return callOperation(client, $constant, input, options);
}
