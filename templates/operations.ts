import {
  callOperation,
  paginate,
  type Operation as RuntimeOperation,
  type Pagination as RuntimePagination,
} from "resil-gen-runtime";
import type { CallOptions, Client } from "./client.js";
import type { $Call, $Input, $Pages } from "./stand-ins.js";

declare const $literal: RuntimeOperation;
declare const $pagination: RuntimePagination;

const $constant: RuntimeOperation = { ...$literal };

/** $docs */
export function $operation(client: Client, input: $Input, options?: CallOptions): $Call {
  return callOperation(client, $constant, input, options);
}

const $pagesConstant: RuntimePagination = { ...$pagination };

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
