import type { BreakerState } from "../../runtime/src/policies/circuit-breaker.js";
import type { Policies } from "../../runtime/src/policies/types.js";

/** What happens in one run: everything that chance decides, as plain data. Times are ms of the virtual clock. */
export interface Scenario {
  /** Where jitter comes from: the same at the same moment, however often it is asked. */
  readonly seed: number;
  readonly operations: readonly OperationPlan[];
  readonly calls: readonly CallPlan[];
  /** While one lasts, every request gets its reply. */
  readonly outages: readonly { readonly from: number; readonly to: number; readonly reply: ReplyPlan }[];
  readonly acts: readonly Act[];
}

export interface OperationPlan {
  readonly method: "GET" | "PUT" | "POST";
  readonly policies: Policies;
  readonly isReplayable: boolean;
}

export interface CallPlan {
  readonly operation: number;
  readonly at: number;
  /** The caller gives up so long after the start. */
  readonly abortAfter: number | undefined;
  /** Set for this call alone. */
  readonly timeout: { readonly attempt: number; readonly total: number } | undefined;
  readonly maxRetries: number | undefined;
  /** What its requests come to, in turn; the last one for all further ones. */
  readonly replies: readonly ReplyPlan[];
}

/** What the server does with one request. */
export type ReplyPlan = {
  /** Until the headers, or the failure. */
  readonly after: number;
  /** How long an aborted request goes on. */
  readonly lingers: number;
} & (
  | { readonly kind: "fails"; readonly code: "ECONNREFUSED" | "ECONNRESET" | "CERT_HAS_EXPIRED" }
  | { readonly kind: "hangs" }
  | {
      readonly kind: "answers";
      readonly status: number;
      readonly retryAfter: RetryAfterPlan | undefined;
      /** How the body comes, and how long after the headers. */
      readonly body: "whole" | "cut" | "hangs";
      readonly bodyAfter: number;
    }
);

export type RetryAfterPlan =
  | { readonly form: "seconds"; readonly value: number }
  | { readonly form: "ms"; readonly value: number }
  /** So many whole seconds after the next whole second. */
  | { readonly form: "date"; readonly value: number }
  | { readonly form: "nonsense" };

/** What is done by hand. */
export type Act =
  | { readonly at: number; readonly does: "open" | "close" | "auto"; readonly operation: number }
  | { readonly at: number; readonly does: "shut"; readonly drain: number };

/** What can be seen of a run from outside: the same of the reference and of the runtime. */
export interface Trace {
  readonly calls: readonly CallTrace[];
  readonly breakers: readonly { readonly at: number; readonly scope: string; readonly state: BreakerState }[];
  /** How each operation's breaker stands at the end. */
  readonly states: readonly (BreakerState | undefined)[];
}

export interface CallTrace {
  /** `ok`, or the error's code. */
  code: string;
  status: number | undefined;
  gaveUp: string | undefined;
  attempts: number;
  /** When each request reached the server. */
  requests: number[];
  endedAt: number;
  sent: string | undefined;
  maybeDone: boolean;
  /** On the virtual clock. */
  retryAt: number | undefined;
}

/** When the virtual wall clock begins. */
export const startDate: number = Date.UTC(2026, 0, 1);

/** The moment in ms that a `Retry-After` date names: so many seconds after the next whole one. */
export function dateFor(seconds: number, now: number): number {
  return (Math.ceil((startDate + now) / 1_000) + seconds) * 1_000;
}

/** When a run is over: longer than anything in it takes. */
export const horizonMs = 3_600_000;

/** A number from 0 to below 1 for a moment: chance that does not depend on who asks first. */
export function chanceAt(seed: number, now: number): number {
  let mixed = Math.imul((seed ^ Math.floor(now * 1_024)) | 1, 0x9e37_79b1);
  mixed = Math.imul(mixed ^ (mixed >>> 15), 0x85eb_ca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2_ae35);
  // Few digits, so that sums and halves of it are exact.
  return (((mixed ^ (mixed >>> 16)) >>> 0) % 1_024) / 1_024;
}
