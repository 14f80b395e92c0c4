import {
  buildMocks,
  type MockHttp,
  type MockOperations,
  type MockOptions,
  type MockSet,
  type SampleOverrides,
  sample,
} from "resil-gen-runtime/mocks";
import type { OperationId } from "./errors.js";
import type { $Schema } from "./stand-ins.js";

declare const $operations: MockOperations;
declare const $servers: readonly string[];
declare const $value: object;

/** $docs */
export function $sample(overrides?: SampleOverrides<$Schema>): $Schema {
  return sample<$Schema>($value, overrides);
}

const operations: MockOperations = { ...$operations };

const servers: readonly string[] = $servers;

/** The mocks of $title: all handlers, and for each operation a function that makes another. */
export interface Mocks<Http extends MockHttp> extends MockSet<Http, OperationId> {
  $members: never;
}

/** Makes the mocks, with `http` of msw 2 or 3. */
export function createMocks<Http extends MockHttp>(http: Http, options?: MockOptions): Mocks<Http> {
  return buildMocks<Http, Mocks<Http>>(http, operations, options, servers);
}
