import type { Policies } from "../../runtime/src/policies/types.js";
import type { InspectedOperation } from "../inspect.js";
import { slowestCall } from "./timeline.js";
import { timeText } from "./words.js";

/** Something worth a decision: what it is, and the way out. */
export interface Warning {
  /** Stable; alike ones are grouped by it. */
  readonly id: string;
  /** `high`: look at it first. `note`: good to know. */
  readonly level: "high" | "note";
  readonly text: string;
  readonly wayOut: string;
}

type Check = (operation: InspectedOperation) => Warning | false;

const high = (id: string, text: string, wayOut: string): Warning => ({ id, level: "high", text, wayOut });
const note = (id: string, text: string, wayOut: string): Warning => ({ id, level: "note", text, wayOut });

const checks: readonly Check[] = [
  endless,
  unboundedRetries,
  unprotected,
  looksLikeRead,
  inDoubt,
  patience,
  retriesThatDoNotFit,
  retriesWithoutTimeout,
  longQueue,
];

export function warningsOf(operation: InspectedOperation): Warning[] {
  return checks.flatMap((check) => check(operation) || []);
}

function endless({ api: { policies } }: InspectedOperation): Warning | false {
  if (slowestCall(policies).endsAt !== null) return policies.streaming && policies.timeout.idle === false && silence();
  return high(
    "no-deadline",
    "Nothing ends a call that the server does not answer: it can wait for ever.",
    "Set timeout.total.",
  );
}

function silence(): Warning {
  return high(
    "no-idle-timeout",
    "Nothing ends a stream that has fallen silent: it can hang for ever.",
    "Set timeout.idle to the longest silence that is normal.",
  );
}

function unboundedRetries({ api: { policies } }: InspectedOperation): Warning | false {
  const { retry, breaker, repeat } = policies;
  if (!retry || retry.budget || breaker || repeat === "unprocessed") return false;
  return high(
    "retry-storm",
    `In an outage every call is sent ${1 + retry.maxRetries} times: neither a retry budget nor a breaker stops that.`,
    "Switch on retry.budget or breaker.",
  );
}

function unprotected({ api: { policies } }: InspectedOperation): Warning | false {
  const { timeout, retry, breaker, bulkhead } = policies;
  if (timeout.total !== false || retry || breaker || bulkhead) return false;
  return high("no-policies", "No policy holds for it: it is a plain request.", "Take another preset than 'off'.");
}

function looksLikeRead({ decided }: InspectedOperation): Warning | false {
  if (!decided.looksLikeRead) return false;
  return note(
    "looks-like-read",
    "By its name it only reads, but a POST is treated as a change: it is hardly ever repeated.",
    "If it only reads, write x-resilience: { safe: true } on it.",
  );
}

function inDoubt({ api: { policies, idempotencyKey }, decided }: InspectedOperation): Warning | false {
  if (decided.kind === "safe" || policies.repeat !== "unprocessed" || decided.looksLikeRead) return false;
  const text = "When the answer is lost, nobody knows whether the change was made; the client does not try again.";
  return idempotencyKey === undefined
    ? note("in-doubt", text, "If the server can recognise a repeated request, let the operation take a key.")
    : note(
        "in-doubt",
        text,
        "If the server executes one key once, write x-resilience: { idempotency: { supported: true } } on it.",
      );
}

function patience({ api: { policies } }: InspectedOperation): Warning | false {
  const { endsAt } = slowestCall(policies);
  if (endsAt === null || endsAt <= 60_000) return false;
  return note(
    "long-wait",
    `A caller may wait ${timeText(endsAt)} for an answer: longer than people and most proxies do.`,
    "Lower timeout.total.",
  );
}

function retriesThatDoNotFit({ api: { policies } }: InspectedOperation): Warning | false {
  const { attempts, allowed, deadline } = slowestCall({ ...policies, bulkhead: false });
  if (allowed === 1 || attempts > 1 || deadline === null) return false;
  return note(
    "no-room-for-retries",
    `When the server hangs, no retry fits before the deadline of ${timeText(deadline)}.`,
    "Lower timeout.attempt or raise timeout.total.",
  );
}

function retriesWithoutTimeout({ api: { policies } }: InspectedOperation): Warning | false {
  const { retry, timeout, repeat } = policies;
  if (!retry || timeout.attempt !== false || repeat === "unprocessed") return false;
  return note(
    "no-attempt-timeout",
    "Without a timeout for one attempt, a server that hangs uses up the whole deadline: no retry happens.",
    "Set timeout.attempt.",
  );
}

/** A queue that is longer than the deadline lets in calls that cannot be answered any more. */
function longQueue({ api: { policies } }: InspectedOperation): Warning | false {
  const { bulkhead, timeout } = policies;
  if (!bulkhead || bulkhead.queue === 0 || !isLongQueue(bulkhead, timeout)) return false;
  return note(
    "long-queue",
    "Waiting for a place may take as long as the whole call may: a call that gets one then has no time left.",
    "Set bulkhead.queueTimeout well below timeout.total.",
  );
}

function isLongQueue({ queueTimeout }: Exclude<Policies["bulkhead"], false>, { total }: Policies["timeout"]): boolean {
  return queueTimeout === false || (total !== false && queueTimeout >= total);
}
