import type { Policies } from "../../runtime/src/policies/types.js";
import type { SpecOperation } from "../load/index.js";
import type { OperationPolicies } from "../policies/index.js";
import type { Prepared } from "../prepare.js";

/** An operation with its policies. */
type Decided = readonly [SpecOperation, OperationPolicies];

/**
 * An OpenAPI Overlay with an entry for each class of operations, to be edited by hand. Unedited it changes nothing: the
 * current settings are in comments.
 */
export function overlayText(prepared: Prepared, specName: string, overlayName: string): string {
  const { document } = prepared;
  const title = inline(document.root.get("info")?.text("title") ?? "the API");
  const operations = [...prepared.policies];
  const entries = [
    rootEntry(operations),
    ...classEntries(operations.filter(([operation]) => isReachable(operation))),
    ...readCandidates(operations),
  ];
  return `# Resilience policies for clients of ${title}. Created by resil-gen init; edit it and pass it with:
#   resil-gen ${inline(specName)} -o client/ --overlay ${inline(overlayName)}
# Unedited it changes nothing. The comment below each x-resilience shows the current settings. To change one, write it in
# place of the {}.
overlay: 1.0.0
info:
  title: ${JSON.stringify(`Resilience of ${title}`)}
  version: 1.0.0
actions:
${entries.join("\n")}`;
}

function rootEntry(operations: readonly Decided[]): string {
  const preset = operations[0]?.[1].preset ?? "standard";
  const names = "standard, internal, high-traffic, serverless, microservices, off";
  return entry(`All operations (${operations.length})`, "$", [`preset: ${preset} # one of ${names}`]);
}

/** Whether an overlay can address the operation by its method: it must be in the document itself, in a path. */
function isReachable({ at }: SpecOperation): boolean {
  return at.path.length === 3 && at.path[0] === "paths";
}

function classEntries(operations: readonly Decided[]): string[] {
  const transfers = operations.filter(([{ id }, { policies }]) => policies.streaming && id !== undefined);
  const others = operations.filter(([, { policies }]) => !policies.streaming);
  const ofMethods = (...methods: string[]): Decided[] => others.filter(([{ method }]) => methods.includes(method));
  const byMethod = (members: readonly Decided[], what: string, lines: string[]): string[] =>
    members.length === 0 ? [] : [entry(sized(what, members), methodTarget(members), [...lines, ...numbersOf(members)])];
  const keyed = "POST and PATCH, retried if the server deduplicates requests by idempotency key";
  return [
    ...byMethod(ofMethods("GET", "HEAD", "OPTIONS", "QUERY"), "Read-only operations, retried", []),
    ...byMethod(ofMethods("PUT", "DELETE"), "PUT and DELETE, retried with the same idempotency key", []),
    ...byMethod(ofMethods("POST", "PATCH"), keyed, keyLines(ofMethods("POST", "PATCH"))),
    ...(transfers.length === 0 ? [] : [transferEntry(transfers)]),
  ];
}

function keyLines(members: readonly Decided[]): string[] {
  const declared = members.filter(([, { declaredKey }]) => declaredKey !== undefined).map(([{ key }]) => inline(key));
  return [
    "# idempotency: { supported: true } # if the server deduplicates by key: then they are retried",
    ...(declared.length === 0
      ? []
      : [`# Already supported, because the document declares a key: ${declared.join(", ")}`]),
  ];
}

function transferEntry(members: readonly Decided[]): string {
  const target = `$.paths[*][?${members.map(([{ id }]) => `@.operationId == ${quoted(id ?? "")}`).join(" || ")}]`;
  const what = "Streams, uploads, and downloads: timeouts apply up to the response headers, then only the idle timeout";
  return entry(sized(what, members), target, [`timeout: { idle: ${time(members[0]?.[1].policies.timeout.idle)} }`]);
}

/** `$.paths[*]['get','head']` */
function methodTarget(members: readonly Decided[]): string {
  const methods = [...new Set(members.map(([{ method }]) => method.toLowerCase()))];
  return `$.paths[*][${methods.map(quoted).join(", ")}]`;
}

function entry(what: string, target: string, lines: readonly string[]): string {
  const shown = ["x-resilience:", ...lines.map((line) => `  ${line}`)].map((line) => `      # ${line}\n`).join("");
  return `  # ${what}.\n  - target: ${JSON.stringify(target)}\n    update:\n      x-resilience: {}\n${shown}`;
}

/** The settings of a class: those of its first operation without settings of its own. */
function numbersOf(members: readonly Decided[]): string[] {
  const policies = (members.find(([, { isOwn }]) => !isOwn) ?? members[0])?.[1].policies;
  return policies === undefined
    ? []
    : [timeoutLine(policies), retryLine(policies), breakerLine(policies), bulkheadLine(policies)];
}

function timeoutLine({ timeout: { attempt, total } }: Policies): string {
  return `timeout: { attempt: ${time(attempt)}, total: ${time(total)} }`;
}

function retryLine({ retry }: Policies): string {
  if (retry === false) return "retry: false";
  const { initial, factor, max, jitter } = retry.backoff;
  return `retry: { maxRetries: ${retry.maxRetries}, backoff: { initial: ${time(initial)}, factor: ${factor}, max: ${time(max)}, jitter: ${jitter} } }`;
}

function breakerLine({ breaker }: Policies): string {
  if (breaker === false) return "breaker: false";
  const { window, failureRate, minimumCalls, cooldown } = breaker;
  const span = typeof window === "number" ? time(window) : `{ calls: ${window.calls} }`;
  return `breaker: { window: ${span}, failureRate: ${failureRate}, minimumCalls: ${minimumCalls}, cooldown: ${time(cooldown)} }`;
}

function bulkheadLine({ bulkhead }: Policies): string {
  if (bulkhead === false) return "bulkhead: false";
  return `bulkhead: { concurrency: ${bulkhead.concurrency}, queue: ${bulkhead.queue}, queueTimeout: ${time(bulkhead.queueTimeout)} }`;
}

/** A whole entry for each POST that appears to be read-only, in comments. */
function readCandidates(operations: readonly Decided[]): string[] {
  const members = operations.filter(([operation, { looksLikeRead }]) => looksLikeRead && isReachable(operation));
  if (members.length === 0) return [];
  const entries = members.map(([{ path }]) => {
    const target = JSON.stringify(`$.paths[${quoted(path)}].post`);
    return `  # - target: ${target}\n  #   update: { x-resilience: { safe: true } }\n`;
  });
  const what = sized("POST operations that appear to be read-only", members);
  return [
    `  # ${what}.\n  # Uncomment those that are: they are then retried like a GET and need no key.\n${entries.join("")}`,
  ];
}

/** `PUT and DELETE, retried (2)` */
function sized(what: string, { length }: readonly unknown[]): string {
  return `${what} (${length})`;
}

/** A string literal of JSONPath (RFC 9535 §2.3.1.1). */
function quoted(text: string): string {
  return `'${JSON.stringify(text).slice(1, -1).replace(/\\"/g, '"').replace(/'/g, "\\'")}'`;
}

/** `5s`, `250ms` */
function time(ms: number | false | undefined): string {
  if (ms === false || ms === undefined) return "false";
  if (ms % 60_000 === 0 && ms > 0) return `${ms / 60_000}m`;
  return ms % 1_000 === 0 && ms > 0 ? `${ms / 1_000}s` : `${ms}ms`;
}

/** Text of the document in a comment: one line of printable characters. */
function inline(text: string): string {
  return text.replace(/[\p{C}\p{Z}]+/gu, " ").trim();
}
