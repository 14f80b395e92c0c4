import type { ReportData, ReportOperation } from "../data.js";
import { detail } from "./detail.js";
import { h } from "./dom.js";
import { smallBar } from "./timeline.js";
import { timeText } from "./words.js";

/** An operation of the list, and what a search looks at. */
export interface Row {
  readonly operation: ReportOperation;
  readonly element: HTMLElement;
  readonly text: string;
}

/** One operation in one line; its details are made when it is opened. */
export function rowOf(operation: ReportOperation, data: ReportData, scaleMs: number): Row {
  const { name, method, path, summary, tags, isDeprecated } = operation;
  const { slowest, quickest, repeat } = data.policies[operation.policies] as ReportData["policies"][number];
  const time = slowest.endsAt === null ? "no end" : timeText(slowest.endsAt);
  const warnings = operation.warnings.map((place) => data.warnings[place]);
  const isHigh = warnings.some((warning) => warning?.level === "high");
  const element: HTMLDetailsElement = h(
    "details",
    { class: `row ${operation.risk}`, id: `operation-${data.operations.indexOf(operation)}` },
    h(
      "summary",
      {},
      h("span", { class: "method" }, method),
      h(
        "span",
        { class: "who" },
        h("bdi", { class: "name" }, name),
        isDeprecated && h("span", { class: "tag" }, "deprecated"),
        h("bdi", { class: "path" }, path),
        summary !== "" && h("bdi", { class: "says" }, summary),
      ),
      h(
        "span",
        { class: "worst", title: "The longest that a call can take" },
        smallBar(slowest, scaleMs),
        h("span", { class: "time" }, time),
        h("span", { class: "attempts" }, attemptsText(repeat, quickest.attempts)),
      ),
      h(
        "span",
        { class: "mark", title: warnings.map((warning) => warning?.text).join("\n") },
        warnings.length > 0 && (isHigh ? "▲" : "△"),
      ),
    ),
  );
  element.addEventListener("toggle", () => {
    if (element.open && element.childElementCount === 1) element.append(detail(operation, data));
  });
  const told = warnings.map((warning) => warning?.text ?? "");
  return { operation, element, text: [name, method, path, summary, ...tags, ...told].join("\n").toLowerCase() };
}

/** The exception, a request that cannot have been processed, stands in the details. */
function attemptsText(repeat: string, most: number): string {
  return repeat === "unprocessed" || most === 1 ? "1 attempt" : `up to ${most} attempts`;
}
