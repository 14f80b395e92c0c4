import type { Clock } from "../base/clock.js";
import type { Duration } from "../base/duration.js";
import type { KeyCarrier } from "../http/operation-facts.js";

/** The part of msw's `http` that mocks need; of msw 2 or 3, for Node or browsers. */
export interface MockHttp {
  /** Makes a handler for every method. The resolver returns `undefined` for requests of other operations. */
  all(path: RegExp, resolver: (info: { readonly request: Request }) => Promise<Response | undefined>): unknown;
}

/** What a documented answer is: its media type and data that fits; empty where it has no body. */
export type MockAnswer = readonly [contentType: string, data: () => unknown] | readonly [];

/** An operation as its mock knows it. */
export interface MockOperation {
  /** What the runtime calls it, where that is not its key. */
  readonly id?: string;
  /** In upper case. */
  readonly method: string;
  /** The template, as in the description: `/orders/{orderId}`. */
  readonly path: string;
  /** Its own server, where the description gives it one. */
  readonly server?: string;
  /** By status: `200`, `4XX` or `default`. */
  readonly answers: Readonly<Record<string, MockAnswer>>;
  /** It only reads. */
  readonly safe?: true;
  /** Where the idempotency key travels. */
  readonly key?: KeyCarrier;
  /** Present where the answer is one page of a list. */
  readonly pages?: MockPages;
}

/** How the last page of a list looks, so that whoever reads page after page comes to an end. */
export interface MockPages {
  /** The query parameters that ask for a later page; without any, every page is the last. */
  readonly by: readonly string[];
  /** Their value for the first page. @default 0, and 1 of a page's number */
  readonly first?: string;
  /** What is other in the last page: members of the answer, or the whole of it. */
  readonly last: unknown;
}

/** The operations of an API by the names of their functions: what the generated `mocks.ts` hands to {@link buildMocks}. */
export type MockOperations = Readonly<Record<string, MockOperation>>;

/** What all mocks of one set have in common. */
export interface MockOptions {
  /**
   * Answers only requests below this URL, so that two APIs with similar paths can be mocked side by side. Pass the
   * client's `baseUrl`, or its path alone (`/shop`).
   * @default every host and base path
   */
  readonly baseUrl?: string | undefined;
  /** Keeps what is POSTed to a collection: its list and its items then answer with that. @default false */
  readonly stateful?: boolean | undefined;
  /** Decides what `flaky` does; the same seed, the same failures. @default 1 */
  readonly seed?: number | undefined;
  /** Where `delay` and `outage` take their time from: the client's virtual clock. @default the system's clock */
  readonly clock?: Clock | undefined;
}

/** A request that a mock got. */
export interface MockRequest<Id extends string = string> {
  /** The operation's id. */
  readonly operation: Id;
  /** In upper case. */
  readonly method: string;
  /** The whole URL, query included. */
  readonly url: string;
  /** By names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  /** Parsed where it is JSON, else the text; `undefined` where there is none. */
  readonly body: unknown;
  /** Taken from where the operation carries it: a header, the query or the body. `undefined`: none was sent. */
  readonly idempotencyKey: string | undefined;
  /** Status of the answer; `undefined` while there is none, and for a connection that was dropped. */
  readonly status: number | undefined;
}

/** What a mock does with one request. */
export interface MockReply {
  /** @default the first documented 2xx */
  readonly status?: number | undefined;
  /** @default what the description says of the status */
  readonly body?: unknown;
  /** Added to those of the answer, or put in their place. @default none */
  readonly headers?: Readonly<Record<string, string>> | undefined;
  /** `Retry-After`, in seconds. */
  readonly retryAfter?: number | undefined;
  /** Passes before the answer. */
  readonly delay?: Duration | undefined;
  /** `connect`: nothing is executed and there is no answer; `answer`: it is executed and the answer is lost. */
  readonly drop?: "connect" | "answer" | undefined;
}

/**
 * One step of a sequence: a status; an object with nothing but members of {@link MockReply}, its `status` being a number
 * or its `drop` or `delay` being given; the data of a usual answer; `undefined` for the usual answer itself. Where data
 * could be taken for something else, write `{ status: 200, body: data }`.
 */
export type MockStep<Data> = number | MockReply | Data | undefined;

/** What an operation comes to, as far as its mock must know. */
interface AnySuccess {
  readonly status: number;
  readonly data: unknown;
}

/** A documented error answer, among the ways in which an operation can fail. */
type ErrorAnswer<Failure> = Failure extends {
  readonly code: "http";
  readonly status: infer Status;
  readonly body: infer Body;
}
  ? { readonly status: Status; readonly data: Body }
  : never;

type StatusIn<Answer> = Answer extends { readonly status: infer Status } ? Status : never;

type DataOf<Answer, Status> = Answer extends { readonly status: infer Known; readonly data: infer Data }
  ? Status extends Known
    ? Data
    : never
  : never;

/** What msw's `server.use` takes, with the ways to change it; each gives a new handler. */
export type MockHandler<Http extends MockHttp, Success extends AnySuccess, Failure> = ReturnType<Http["all"]> &
  MockMoves<Http, Success, Failure>;

/** Ways to have an operation answered. Each gives a handler for `server.use`, which can be changed further. */
export interface MockMoves<Http extends MockHttp, Success extends AnySuccess, Failure> {
  /** Answers one request after the other; the last step is repeated. */
  sequence(steps: readonly MockStep<Success["data"]>[]): MockHandler<Http, Success, Failure>;
  /** Answers with a documented status. @param body what the description says of it, unless given */
  status<Status extends StatusIn<Success | ErrorAnswer<Failure>> & number>(
    status: Status,
    body?: DataOf<Success | ErrorAnswer<Failure>, Status>,
  ): MockHandler<Http, Success, Failure>;
  /** Answers after a while. */
  delay(duration: Duration): MockHandler<Http, Success, Failure>;
  /** Gives no answer: `connect` executes nothing, `answer` loses it after the execution. @default "answer" */
  drop(what?: "connect" | "answer"): MockHandler<Http, Success, Failure>;
  /** Answers a share of the requests, 0 to 1, with 503. */
  flaky(share: number, seed?: number): MockHandler<Http, Success, Failure>;
  /** Drops connections from then to then, counted from now. */
  outage(from: Duration, to: Duration): MockHandler<Http, Success, Failure>;
}

/** The mock of one operation: called, it gives a handler that answers with data, or with a sample. */
export interface MockOf<Http extends MockHttp, Success extends AnySuccess, Failure>
  extends MockMoves<Http, Success, Failure> {
  (data?: Success["data"]): MockHandler<Http, Success, Failure>;
}

/** What the mocks of every API have. */
export interface MockSet<Http extends MockHttp, Id extends string> {
  /** For `setupServer` or `setupWorker`: every operation answers with an example or made-up data. */
  readonly handlers: ReturnType<Http["all"]>[];
  /** Every request so far, in order. */
  readonly requests: readonly MockRequest<Id>[];
  /** Those that changed something: of requests under one idempotency key there is one. */
  readonly executions: readonly MockRequest<Id>[];
  /** Forgets requests, keys and what was kept. */
  $reset(): void;
}
