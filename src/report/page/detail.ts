import type { PolicyFacts, ReportData, ReportOperation } from "../data.js";
import { warningBox } from "./decisions.js";
import { type Child, h } from "./dom.js";
import { docsLink, settingDocs, sourceLink } from "./links.js";
import { sharedBy } from "./shared.js";
import { largeTimeline, legend } from "./timeline.js";
import { countText, timeText, trim } from "./words.js";

/** Everything about one operation. */
export function detail(operation: ReportOperation, data: ReportData): HTMLElement {
  const facts = data.policies[operation.policies] as PolicyFacts;
  const warnings = operation.warnings.flatMap((index) => data.warnings[index] ?? []);
  return h(
    "div",
    { class: "detail" },
    h("p", { class: "why" }, data.why[operation.why] ?? "", " Defined in ", sourceLink(data, operation), "."),
    ...warnings.map((warning) => warningBox(warning, [operation], data)),
    h("h4", {}, "Worst case: the server never responds"),
    largeTimeline(facts.slowest, operation.name, window.innerWidth < 720 ? 340 : 760),
    legend([facts.slowest], facts.slowest.deadline !== null),
    h("p", {}, timelineText(facts)),
    h("div", { class: "columns" }, load(facts), throughput(facts), sharedBy(operation, data)),
    valuesTable(facts, data),
  );
}

function timelineText({ slowest, quickest, repeat }: PolicyFacts): string {
  const { endsAt, attempts, idle, deadline, isRateLimited } = slowest;
  const by = endsAt !== null && endsAt === deadline ? " (deadline)" : "";
  const whole =
    endsAt === null
      ? "Nothing ends the call."
      : `The call ends after ${timeText(endsAt)}${by} and ${countText(attempts, "attempt")}.`;
  const when = repeat === "unprocessed" ? "If connections are refused" : "If the server fails immediately";
  const quick =
    quickest.attempts === 1
      ? ""
      : ` ${when}, the call makes ${quickest.attempts} attempts with at most ${timeText(quickest.endsAt)} of backoff.`;
  const turn = isRateLimited ? " Each attempt may also wait for the rate limit." : "";
  const silence = idle === false ? "there is no idle timeout" : `the idle timeout is ${timeText(idle ?? 0)}`;
  const stream =
    idle === undefined
      ? ""
      : ` These limits end with the response headers. The transfer has no time limit; ${silence}.`;
  return `${whole}${turn}${quick}${stream}`;
}

function load({ amplification, repeat }: PolicyFacts): HTMLElement {
  const rows = amplification.map(({ calls, attempts }) => [
    String(calls),
    trim(attempts),
    `×${trim(attempts / calls)}`,
  ]);
  const note =
    repeat === "unprocessed"
      ? "Only if connections are refused. Otherwise one attempt per call."
      : "Before the circuit breaker opens.";
  return h(
    "section",
    {},
    h("h4", {}, "Server load if every attempt fails"),
    table("numbers", ["calls/s", "attempts/s", ""], rows),
    h("p", { class: "small" }, `Per process. ${note}`),
  );
}

function throughput({ throughput: rows }: PolicyFacts): Child {
  if (rows.length === 0) return false;
  const cells = rows.map(({ attemptMs, callsPerSecond }) => [timeText(attemptMs), trim(callsPerSecond)]);
  return h(
    "section",
    {},
    h("h4", {}, "Bulkhead throughput"),
    table("numbers", ["if an attempt takes", "calls/s"], cells),
    h("p", { class: "small" }, "Per process. Calls above this rate wait in the queue and are then rejected."),
  );
}

function valuesTable({ values }: PolicyFacts, data: ReportData): HTMLElement {
  const rows = values.map(({ name, text, from, line, isWritten }) => {
    const docs = settingDocs(name);
    const setting = h("code", {}, docs === undefined ? name : docsLink(data, docs, name));
    const origin = line === undefined ? h("bdi", {}, from) : sourceLink(data, { line });
    return h(
      "tr",
      { class: isWritten && "written" },
      h("td", {}, setting),
      h("td", {}, h("bdi", {}, text)),
      h("td", {}, origin),
    );
  });
  const head = ["Setting", "Value", "Origin"].map((name) => h("th", {}, name));
  return h(
    "details",
    { class: "values" },
    h("summary", {}, `All ${rows.length} values and their origin`),
    h("div", { class: "scroll" }, h("table", {}, h("thead", {}, h("tr", {}, ...head)), h("tbody", {}, ...rows))),
  );
}

function table(name: string, head: readonly string[], rows: readonly (readonly string[])[]): HTMLElement {
  return h(
    "table",
    { class: name },
    h("thead", {}, h("tr", {}, ...head.map((cell) => h("th", {}, cell)))),
    h("tbody", {}, ...rows.map((cells) => h("tr", {}, ...cells.map((cell) => h("td", {}, cell))))),
  );
}
