import type { Policies } from "../../runtime/src/policies/types.js";
import type { InspectedOperation } from "../inspect.js";
import type { warningDocs } from "./docs.js";
import { slowestCall } from "./timeline.js";
import { timeText } from "./words.js";

/** A decision for the owner of the document: what the problem is, and how to fix it. */
export interface Warning {
  /** Stable. Warnings of one kind are grouped by it. */
  readonly id: keyof typeof warningDocs;
  /** `high`: calls can hang, or retries can overload the server. `note`: a default that may not fit. */
  readonly level: "high" | "note";
  readonly text: string;
  /** The fix, in the imperative. */
  readonly fix: string;
  /** The setting that fixes it, as YAML for the operation, path, or document. */
  readonly yaml?: string;
}

type Check = (operation: InspectedOperation) => Warning | false;

const checks: readonly Check[] = [
  endless,
  unboundedRetries,
  unprotected,
  looksLikeRead,
  inDoubt,
  longWait,
  retriesThatDoNotFit,
  retriesWithoutTimeout,
  longQueue,
];

export function warningsOf(operation: InspectedOperation): Warning[] {
  return checks.flatMap((check) => check(operation) || []);
}

function endless({ api: { policies } }: InspectedOperation): Warning | false {
  if (slowestCall(policies).endsAt !== null) return policies.streaming && policies.timeout.idle === false && silence();
  return {
    id: "no-deadline",
    level: "high",
    text: "A call can hang forever: nothing ends it if the server doesn't respond.",
    fix: "Set a total timeout.",
    yaml: settings("timeout: { total: 30s }"),
  };
}

function silence(): Warning {
  return {
    id: "no-idle-timeout",
    level: "high",
    text: "A stream can hang forever: nothing ends it if the server goes silent.",
    fix: "Set an idle timeout above the longest normal silence.",
    yaml: settings("timeout: { idle: 60s }"),
  };
}

function unboundedRetries({ api: { policies } }: InspectedOperation): Warning | false {
  const { retry, breaker, repeat } = policies;
  if (!retry || retry.budget || breaker || repeat === "unprocessed") return false;
  return {
    id: "retry-storm",
    level: "high",
    text: `In an outage, each call becomes ${1 + retry.maxRetries} requests: no retry budget or circuit breaker limits the retries.`,
    fix: "Enable the retry budget or the circuit breaker.",
    yaml: settings("retry: { budget: true }"),
  };
}

function unprotected({ api: { policies } }: InspectedOperation): Warning | false {
  const { timeout, retry, breaker, bulkhead } = policies;
  if (timeout.total !== false || retry || breaker || bulkhead) return false;
  return {
    id: "no-policies",
    level: "high",
    text: "No policy applies: this is a plain request.",
    fix: "Use a preset other than 'off'.",
    yaml: settings("preset: standard"),
  };
}

function looksLikeRead({ decided }: InspectedOperation): Warning | false {
  if (!decided.looksLikeRead) return false;
  return {
    id: "looks-like-read",
    level: "note",
    text: "The name suggests a read-only operation, but a POST is treated as a write and is rarely retried.",
    fix: "If the operation is read-only, mark it as safe.",
    yaml: settings("safe: true"),
  };
}

function inDoubt({ api: { policies, idempotencyKey }, decided }: InspectedOperation): Warning | false {
  if (decided.kind === "safe" || policies.repeat !== "unprocessed" || decided.looksLikeRead) return false;
  const problem = {
    id: "in-doubt",
    level: "note",
    text: "If the response is lost, the client can't tell whether the change was applied, so it doesn't retry.",
  } as const;
  if (idempotencyKey === undefined)
    return { ...problem, fix: "If the server can deduplicate requests, let the operation take an idempotency key." };
  return {
    ...problem,
    fix: "If the server deduplicates requests by idempotency key, declare it.",
    yaml: settings("idempotency: { supported: true }"),
  };
}

function longWait({ api: { policies } }: InspectedOperation): Warning | false {
  const { endsAt } = slowestCall(policies);
  if (endsAt === null || endsAt <= 60_000) return false;
  return {
    id: "long-wait",
    level: "note",
    text: `A caller may wait ${timeText(endsAt)}, which is longer than most users and proxies wait.`,
    fix: "Lower timeout.total.",
    yaml: settings("timeout: { total: 30s }"),
  };
}

function retriesThatDoNotFit({ api: { policies } }: InspectedOperation): Warning | false {
  const { attempts, allowed, deadline } = slowestCall({ ...policies, bulkhead: false });
  if (allowed === 1 || attempts > 1 || deadline === null) return false;
  return {
    id: "no-room-for-retries",
    level: "note",
    text: `If the server hangs, no retry fits before the deadline of ${timeText(deadline)}.`,
    fix: "Lower timeout.attempt or raise timeout.total.",
  };
}

function retriesWithoutTimeout({ api: { policies } }: InspectedOperation): Warning | false {
  const { retry, timeout, repeat } = policies;
  if (!retry || timeout.attempt !== false || repeat === "unprocessed") return false;
  return {
    id: "no-attempt-timeout",
    level: "note",
    text: "Without an attempt timeout, a server that hangs uses up the whole deadline and no retry happens.",
    fix: "Set timeout.attempt.",
    yaml: settings("timeout: { attempt: 5s }"),
  };
}

/** A call that waits in the queue until its deadline gets a slot and has no time left to use it. */
function longQueue({ api: { policies } }: InspectedOperation): Warning | false {
  const { bulkhead, timeout } = policies;
  if (!bulkhead || bulkhead.queue === 0 || !isLongQueue(bulkhead, timeout)) return false;
  return {
    id: "long-queue",
    level: "note",
    text: "A call may wait for a bulkhead slot until its deadline, so no time is left for the request.",
    fix: "Set bulkhead.queueTimeout well below timeout.total.",
    yaml: settings("bulkhead: { queueTimeout: 2s }"),
  };
}

function isLongQueue({ queueTimeout }: Exclude<Policies["bulkhead"], false>, { total }: Policies["timeout"]): boolean {
  return queueTimeout === false || (total !== false && queueTimeout >= total);
}

function settings(yaml: string): string {
  return `x-resilience:\n  ${yaml}\n`;
}
