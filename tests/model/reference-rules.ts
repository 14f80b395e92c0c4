// What an attempt's end means, by the contract.
import type { Policies } from "../../runtime/src/policies/types.js";
import { dateFor, type RetryAfterPlan, startDate } from "./scenario.js";

/** What the client itself says no with. */
export type RefusalCode = "deadline" | "breaker-open" | "bulkhead-full" | "rate-limited";

/** How an attempt ended, or a call. */
export interface Ending {
  readonly code:
    | "ok"
    | "http"
    | "unexpected-response"
    | "network"
    | "timeout"
    | "deadline"
    | "aborted"
    | "closed"
    | RefusalCode;
  readonly status?: number;
  readonly sent: "no" | "maybe" | "yes";
  /** The wait that the server asked for, in ms, and when it did. */
  readonly asked?: number;
  readonly askedAt?: number;
  /** The same request would fail again in the same way. */
  readonly isHopeless?: boolean;
  /** Something else than the operation's own attempt timeout ended it early. */
  readonly isCutShort?: boolean;
}

/** What it says about the server: a failure, none, or (`undefined`) nothing. */
export function isServerFailure({ code, status = 0, asked, sent, isCutShort }: Ending): boolean | undefined {
  switch (code) {
    case "ok":
      return false;
    case "network":
      return true;
    case "timeout":
    case "deadline":
      return isCutShort || sent === "no" ? undefined : true;
    case "http":
    case "unexpected-response":
      if (status === 503 && asked !== undefined) return undefined;
      return status >= 500 && status !== 501 && status !== 505;
    default:
      return undefined;
  }
}

/** Whether the request was surely not executed. */
export function wasSurelyNotDone({ sent, status, asked }: Ending): boolean {
  if (sent === "no") return true;
  return status === 421 || status === 425 || (status === 429 && asked !== undefined);
}

/** Whether the same request may be sent again for it. */
export function mayRepeat(ending: Ending, { retry, repeat }: Policies): boolean {
  if (retry === false || ending.isHopeless) return false;
  const { code, status = 0, asked } = ending;
  if (code === "network" || code === "timeout") {
    return retry.on.includes(code) && (repeat !== "unprocessed" || wasSurelyNotDone(ending));
  }
  if ((code !== "http" && code !== "unexpected-response") || status === 400 || status === 422) return false;
  if (status === 409) return retry.on.includes(409) || (repeat === "keyed" && asked !== undefined);
  const isListed = retry.on.includes(status) || (status >= 500 && retry.on.includes("5XX"));
  return isListed && (repeat !== "unprocessed" || wasSurelyNotDone(ending));
}

/** The wait before retry number `n`, without what the server asks for. */
export function backoff(n: number, { retry }: Policies, chance: number): number {
  if (retry === false) return 0;
  const { initial, factor, max, jitter } = retry.backoff;
  let wait = initial;
  for (let i = 1; i < n && wait < max; i++) wait *= factor;
  wait = Math.min(wait, max);
  if (jitter === "none") return wait;
  return jitter === "full" ? chance * wait : wait / 2 + chance * (wait / 2);
}

/** The wait that an answer asks for, in ms, for who has read it `now`. */
export function askedFor(plan: RetryAfterPlan | undefined, sentAt: number, now: number): number | undefined {
  if (plan === undefined || plan.form === "nonsense") return undefined;
  if (plan.form === "ms") return plan.value;
  if (plan.form === "seconds") return plan.value * 1_000;
  return Math.max(0, dateFor(plan.value, sentAt) - (startDate + now));
}
