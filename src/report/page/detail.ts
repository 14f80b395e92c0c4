import type { Timeline } from "../../explain/timeline.js";
import type { PolicyFacts, ReportData, ReportOperation } from "../data.js";
import { type Child, h } from "./dom.js";
import { largeTimeline } from "./timeline.js";
import { countText, policyNames, timeText, trim } from "./words.js";

/** Everything about one operation. */
export function detail(operation: ReportOperation, data: ReportData): HTMLElement {
  const facts = data.policies[operation.policies] as PolicyFacts;
  return h(
    "div",
    { class: "detail" },
    ...operation.warnings.map((place) => warningBox(data.warnings[place] as ReportData["warnings"][number])),
    h("p", { class: "why" }, data.why[operation.why] ?? ""),
    h("h4", {}, "The worst case: the server never answers"),
    largeTimeline(facts.slowest, operation.name, window.innerWidth < 720 ? 340 : 760),
    legend([facts.slowest], facts.slowest.deadline !== null),
    ...inWords(facts),
    h("div", { class: "columns" }, load(facts), throughput(facts), sharing(operation, data)),
    valuesTable(facts),
  );
}

export function warningBox({ level, text, wayOut }: ReportData["warnings"][number]): HTMLElement {
  const mark = level === "high" ? "▲ " : "△ ";
  return h("p", { class: `warning ${level}` }, `${mark}${text} `, h("strong", {}, wayOut));
}

/** What the colours of some time lines mean. */
export function legend(timelines: readonly Timeline[], hasDeadline: boolean): HTMLElement {
  const kinds = new Set(timelines.flatMap(({ segments }) => segments.map(({ kind }) => kind)));
  const entry = (kind: "queue" | "attempt" | "wait", text: string): Child =>
    kinds.has(kind) && h("span", {}, h("i", { class: `swatch ${kind}` }), text);
  return h(
    "p",
    { class: "legend" },
    entry("attempt", "attempt"),
    entry("wait", "pause"),
    entry("queue", "waits for a place"),
    hasDeadline && h("span", {}, h("i", { class: "swatch deadline" }), "deadline"),
  );
}

function inWords({ slowest, quickest, repeat }: PolicyFacts): HTMLElement[] {
  const { endsAt, attempts, idle, deadline, isRateLimited } = slowest;
  const whole =
    endsAt === null
      ? "Nothing ends such a call."
      : `The call ends after ${timeText(endsAt)} at the latest${endsAt === deadline ? ", at its deadline" : ""}: ${countText(attempts, "attempt")}.`;
  const when = repeat === "unprocessed" ? "If connections are refused" : "If the server fails at once";
  const quick =
    quickest.attempts === 1
      ? ""
      : ` ${when}, it makes ${countText(quickest.attempts, "attempt")}, with pauses of ${timeText(quickest.endsAt)} in all at most.`;
  const turn = isRateLimited ? " Each attempt may also wait for its turn: the rate limit." : "";
  const silence = idle === false ? "and nothing ends a silence" : `until it is silent for ${timeText(idle ?? 0)}`;
  const stream =
    idle === undefined ? "" : ` This holds up to the headers; then the transfer takes as long as it takes, ${silence}.`;
  return [h("p", {}, `${whole}${turn}${quick}${stream}`)];
}

function load({ amplification, repeat }: PolicyFacts): HTMLElement {
  const rows = amplification.map(({ calls, attempts }) =>
    h("tr", {}, h("td", {}, String(calls)), h("td", {}, trim(attempts)), h("td", {}, `×${trim(attempts / calls)}`)),
  );
  const note =
    repeat === "unprocessed"
      ? "Only if connections are refused; else one attempt a call."
      : "Before the breaker opens.";
  return h(
    "section",
    {},
    h("h4", {}, "Load when everything fails"),
    h(
      "table",
      { class: "numbers" },
      h("thead", {}, h("tr", {}, h("th", {}, "calls/s"), h("th", {}, "attempts/s"), h("th", {}, ""))),
      h("tbody", {}, ...rows),
    ),
    h("p", { class: "small" }, `For one process. ${note}`),
  );
}

function throughput({ throughput: rows }: PolicyFacts): Child {
  if (rows.length === 0) return false;
  return h(
    "section",
    {},
    h("h4", {}, "What the bulkhead lets through"),
    h(
      "table",
      { class: "numbers" },
      h("thead", {}, h("tr", {}, h("th", {}, "if an attempt takes"), h("th", {}, "calls/s"))),
      h(
        "tbody",
        {},
        ...rows.map(({ attemptMs, callsPerSecond }) =>
          h("tr", {}, h("td", {}, timeText(attemptMs)), h("td", {}, trim(callsPerSecond))),
        ),
      ),
    ),
    h("p", { class: "small" }, "For one process. More calls than that wait, and then are refused."),
  );
}

function sharing({ scopes }: ReportOperation, data: ReportData): HTMLElement {
  const items = scopes.map((place) => {
    const scope = data.scopes[place] as ReportData["scopes"][number];
    const others = scope.members.length - 1;
    const whom = others === 0 ? "its own" : `${scopeLabel(scope)}, shared with ${countText(others, "operation")}`;
    return h(
      "li",
      {},
      h("strong", {}, policyNames[scope.policy]),
      `: ${whom}`,
      others > 0 && h("br"),
      others > 0 && members(scope, data),
    );
  });
  return h(
    "section",
    {},
    h("h4", {}, "Who shares what"),
    items.length === 0 ? h("p", {}, "Nothing is shared.") : h("ul", { class: "plain" }, ...items),
  );
}

export function scopeLabel({ scope, service }: ReportData["scopes"][number]): string {
  return scope === "service" ? `the service ${service ?? "at the client’s address"}` : `‘${scope}’`;
}

/** The first few members; all of them on demand. */
export function members({ members: all }: ReportData["scopes"][number], data: ReportData): HTMLElement {
  const names = (places: readonly number[]): string => places.map((place) => data.operations[place]?.name).join(", ");
  if (all.length <= 6) return h("bdi", { class: "small" }, names(all));
  return h(
    "details",
    { class: "small" },
    h("summary", {}, h("bdi", {}, `${names(all.slice(0, 4))} and ${all.length - 4} more`)),
    h("bdi", {}, names(all.slice(4))),
  );
}

function valuesTable({ values }: PolicyFacts): HTMLElement {
  const rows = values.map(({ name, text, from, isWritten }) =>
    h(
      "tr",
      { class: isWritten && "written" },
      h("td", {}, h("code", {}, name)),
      h("td", {}, h("bdi", {}, text)),
      h("td", {}, h("bdi", {}, from)),
    ),
  );
  return h(
    "details",
    { class: "values" },
    h("summary", {}, `All ${rows.length} values and where they come from`),
    h(
      "div",
      { class: "scroll" },
      h(
        "table",
        {},
        h("thead", {}, h("tr", {}, h("th", {}, "setting"), h("th", {}, "value"), h("th", {}, "from"))),
        h("tbody", {}, ...rows),
      ),
    ),
  );
}
