import { callOperation, type Operation, type Pagination, paginate } from "resil-gen/runtime";
import type { CallOptions, Client } from "./client.js";
import type { $Call, $Input, $Pages } from "./stand-ins.js";

declare const $literal: Operation;
declare const $pagination: Pagination;

const $constant = { ...$literal } as const;

/** $docs */
export function $operation(client: Client, input: $Input, options?: CallOptions): $Call {
  return callOperation(client, $constant, input, options);
}

const $pagesConstant = { ...$pagination } as const;

/** $docs */
export function $paginate(client: Client, input: $Input, options?: CallOptions): $Pages {
  return paginate(client, $constant, $pagesConstant, input, options);
}

/** $docs */
export function $paginateWithOptionalInput(client: Client, input?: $Input, options?: CallOptions): $Pages {
  return paginate(client, $constant, $pagesConstant, input, options);
}

/** $docs */
export function $operationWithOptionalInput(client: Client, input?: $Input, options?: CallOptions): $Call {
  return callOperation(client, $constant, input, options);
}
