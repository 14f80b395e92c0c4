// Everything that a generated file may import, and that a user may want a name for.
export {
  type AuthValues,
  authorize,
  type BasicCredentials,
  type Credential,
  type SecurityScheme,
} from "./auth/auth.js";
export {
  clientCredentials,
  type RefreshableTokenOptions,
  refreshableToken,
  type TokenSource,
  type TokenSourceOptions,
} from "./auth/token-source.js";
export { type Clock, systemClock } from "./base/clock.js";
export type { Duration } from "./base/duration.js";
export { newIdempotencyKey } from "./base/new-idempotency-key.js";
export type { ErrorCode, GaveUp, Sent, Source } from "./base/outcome.js";
export { callOperation } from "./call/call.js";
export {
  byCursor,
  byLink,
  byOffset,
  byPage,
  type PagedItems,
  type Pagination,
  paginate,
} from "./call/paginate.js";
export { type BoundOperations, bindOperations } from "./client/bind-operations.js";
export { buildClient, type Client } from "./client/client.js";
export type { ResilienceControl, ScopeControl, ScopeSnapshot } from "./client/control.js";
export type { ApiDescription } from "./contract/api.js";
export type { CallOptions, FetchOptions, Progress } from "./contract/call-options.js";
export {
  type AbortedError,
  type AuthError,
  type BreakerOpenError,
  type BulkheadFullError,
  type CallError,
  type ClosedError,
  type DeadlineError,
  type DecodeError,
  type HttpError,
  type InvalidRequestError,
  isHttpError,
  isResilienceError,
  mayRetry,
  type NetworkError,
  outcomeOf,
  type RateLimitedError,
  type RedirectError,
  ResilienceError,
  type TimeoutError,
  type TooLargeError,
  type UnexpectedResponseError,
} from "./contract/errors.js";
export type { Extension } from "./contract/extension.js";
export type { Operation } from "./contract/operation.js";
export type { BaseClientOptions, ClientContext, ServerChoice } from "./contract/options.js";
export type { Call, Failed, Succeeded, WithResponse } from "./contract/results.js";
export type { Status2XX, Status3XX, Status4XX, Status5XX, StatusBut, StatusDefault } from "./contract/status.js";
export type { OpenUnion, UnlistedValue, Without, WithRequired } from "./contract/type-helpers.js";
export { coalesce } from "./extensions/coalesce.js";
export { type EventStream, eventStream, textEventStream } from "./extensions/event-stream.js";
export { fallback } from "./extensions/fallback.js";
export { generatedKeys } from "./extensions/generated-keys.js";
export { hedge } from "./extensions/hedge.js";
export { keys } from "./extensions/idempotency-key.js";
export { type JsonLines, jsonLines } from "./extensions/json-lines.js";
export { progress } from "./extensions/progress.js";
export { propagate } from "./extensions/propagate.js";
export { rateLimit } from "./extensions/rate-limit.js";
export { type AnyOperation, asBytes, asStream, asText, type ReadAs } from "./extensions/read-as.js";
export { staleFallback } from "./extensions/stale-fallback.js";
export { byteStream } from "./extensions/stream.js";
export { valueFallback } from "./extensions/value-fallback.js";
export type { NoInput } from "./http/operation-facts.js";
export type { HeaderValues } from "./http/request.js";
export type { ServerSentEvent } from "./http/server-sent-events.js";
export { fetchTransport, type Transport } from "./http/transport.js";
export type { Observer, ResilienceEvent } from "./observe/events.js";
export type { Middleware, MiddlewareContext } from "./observe/middleware.js";
export type { Watcher } from "./observe/watchers.js";
export type { CallResilience, ClientResilience } from "./policies/overrides.js";
export type { SharedStore } from "./policies/shared-store.js";
export type { Policies } from "./policies/types.js";
export {
  type BinaryBody,
  type BinaryValue,
  type BlobData,
  type ByteStream,
  formBody,
  jsonBody,
  multipart,
  plainBody,
} from "./serialize/body.js";
export {
  booleanHeader,
  jsonHeader,
  listHeader,
  numberHeader,
  numberListHeader,
  readHeaders,
  textHeader,
} from "./serialize/headers.js";
export {
  cookieListStyle,
  cookieStyle,
  deepObjectStyle,
  formQuerystring,
  headerExplodeStyle,
  jsonHeaderStyle,
  jsonSegmentStyle,
  jsonStyle,
  labelExplodeStyle,
  labelStyle,
  listStyle,
  matrixExplodeStyle,
  matrixStyle,
  pipeDelimitedStyle,
  reservedListStyle,
  reservedStyle,
  simpleExplodeStyle,
  simpleStyle,
  spaceDelimitedStyle,
} from "./serialize/styles.js";
export {
  type Webhook,
  type WebhookDispatcher,
  type WebhookHandlers,
  type WebhookMessage,
  type WebhookOptions,
  webhookDispatcher,
} from "./webhooks.js";
