import {
  type MockHandler,
  type MockHttp,
  type MockOperations,
  mockHandlers,
  type SampleOverrides,
  sample,
} from "resil-gen/runtime/mocks";
import type { OperationId } from "./errors.js";
import type { $Schema } from "./stand-ins.js";

declare const $operations: MockOperations<OperationId>;
declare const $bound: { readonly $members: never };
declare const $value: object;

/** $docs */
export function $sample(overrides?: SampleOverrides<$Schema>): $Schema {
  return sample<$Schema>($value, overrides);
}

const operations: MockOperations<OperationId> = { ...$operations };

/** A handler for every operation of $title, and one for each alone. */
export interface Mocks<Http extends MockHttp> {
  /** For `setupServer` or `setupWorker`: every operation answers with an example or made-up data. */
  readonly handlers: MockHandler<Http>[];
  $members: never;
}

/** Makes the mocks, with `http` of msw 2 or 3. */
export function createMocks<Http extends MockHttp>(http: Http): Mocks<Http> {
  return {
    handlers: mockHandlers(http, operations),
    ...$bound,
  };
}
