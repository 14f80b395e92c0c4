import type { Policies } from "../../runtime/src/policies/types.js";
import type { SpecOperation } from "../load/index.js";
import type { OperationPolicies } from "../policies/index.js";
import type { Prepared } from "../prepare.js";

/** An operation with what was decided for it. */
type Decided = readonly [SpecOperation, OperationPolicies];

/**
 * An OpenAPI Overlay with one entry for each class of operations, as text for people to edit. As it stands it changes
 * nothing: what holds now stands in comments.
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
  return `# How clients of ${title} bear a bad network. Begun by resil-gen init; from here on it is yours:
#   resil-gen ${inline(specName)} -o client/ --overlay ${inline(overlayName)}
# As it stands it changes nothing: beneath each x-resilience stands in comments what holds now. To change something, put
# it in place of the {}.
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
  return entry(count(operations, "operation, whatever it does", "operations, whatever they do"), "$", [
    `preset: ${preset} # one of ${names}`,
  ]);
}

/** Whether an overlay can address the operation by its method: it stands in the document itself, in a path. */
function isReachable({ at }: SpecOperation): boolean {
  return at.path.length === 3 && at.path[0] === "paths";
}

function classEntries(operations: readonly Decided[]): string[] {
  const transfers = operations.filter(([{ id }, { policies }]) => policies.streaming && id !== undefined);
  const others = operations.filter(([, { policies }]) => !policies.streaming);
  const ofMethods = (...methods: string[]): Decided[] => others.filter(([{ method }]) => methods.includes(method));
  const byMethod = (members: readonly Decided[], what: [string, string], lines: string[]): string[] =>
    members.length === 0
      ? []
      : [entry(count(members, ...what), methodTarget(members), [...lines, ...numbersOf(members)])];
  const keyed = "is POST or PATCH: repeated only where the server executes one key once";
  const keyedMany = "are POST or PATCH: repeated only where the server executes one key once";
  return [
    ...byMethod(ofMethods("GET", "HEAD", "OPTIONS", "QUERY"), ["only reads: retried", "only read: retried"], []),
    ...byMethod(
      ofMethods("PUT", "DELETE"),
      ["is PUT or DELETE: retried under one key", "are PUT or DELETE: retried under one key"],
      [],
    ),
    ...byMethod(ofMethods("POST", "PATCH"), [keyed, keyedMany], keyLines(ofMethods("POST", "PATCH"))),
    ...(transfers.length === 0 ? [] : [transferEntry(transfers)]),
  ];
}

function keyLines(members: readonly Decided[]): string[] {
  const declared = members.filter(([, { declaredKey }]) => declaredKey !== undefined).map(([{ key }]) => inline(key));
  return [
    "# idempotency: { supported: true } # if the server executes one key once: then they are retried",
    ...(declared.length === 0
      ? []
      : [`# The document declares a key, which counts as supported, on ${declared.join(", ")}`]),
  ];
}

function transferEntry(members: readonly Decided[]): string {
  const target = `$.paths[*][?${members.map(([{ id }]) => `@.operationId == ${quoted(id ?? "")}`).join(" || ")}]`;
  const what: [string, string] = [
    "is a stream, upload or download: its limits end with the headers, then only silence counts",
    "are streams, uploads or downloads: their limits end with the headers, then only silence counts",
  ];
  return entry(count(members, ...what), target, [`timeout: { idle: ${time(members[0]?.[1].policies.timeout.idle)} }`]);
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

/** What holds for a class: the numbers of its first operation that has no settings of its own. */
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

/** A whole entry for each POST that looks like a read, in comments. */
function readCandidates(operations: readonly Decided[]): string[] {
  const members = operations.filter(([operation, { looksLikeRead }]) => looksLikeRead && isReachable(operation));
  if (members.length === 0) return [];
  const entries = members.map(([{ path }]) => {
    const target = JSON.stringify(`$.paths[${quoted(path)}].post`);
    return `  # - target: ${target}\n  #   update: { x-resilience: { safe: true } }\n`;
  });
  const what = count(members, "POST looks as if it only read", "POSTs look as if they only read");
  return [
    `  # ${what}. Uncomment those that do: they are retried like a GET, and ask for no key.\n${entries.join("")}`,
  ];
}

function count(members: readonly unknown[], one: string, many: string): string {
  return `${members.length} ${members.length === 1 ? one : many}`;
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

/** Text of the document within a comment: on one line, and printable. */
function inline(text: string): string {
  return text.replace(/[\p{C}\p{Z}]+/gu, " ").trim();
}
