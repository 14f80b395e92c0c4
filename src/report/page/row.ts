import type { ReportData, ReportOperation } from "../data.js";
import { detail } from "./detail.js";
import { type Child, h } from "./dom.js";

/** One operation on one line. Its details are built when it is opened. */
export function rowOf(operation: ReportOperation, data: ReportData): HTMLElement {
  const { name, method, path, summary, isDeprecated } = operation;
  const warnings = operation.warnings.flatMap((index) => data.warnings[index] ?? []);
  const isHigh = warnings.some(({ level }) => level === "high");
  const element = h(
    "details",
    { class: "row" },
    h(
      "summary",
      {},
      h("span", { class: "method" }, method),
      h(
        "span",
        { class: "who" },
        h("bdi", { class: "name" }, name),
        isDeprecated && h("span", { class: "tag" }, "deprecated"),
        summary !== "" && h("bdi", { class: "says" }, summary),
      ),
      h("bdi", { class: "path" }, ...breakable(path)),
      h(
        "span",
        { class: isHigh ? "mark high" : "mark", title: warnings.map(({ text }) => text).join("\n") },
        warnings.length > 0 && (isHigh ? "▲" : "△"),
      ),
    ),
  );
  element.addEventListener("toggle", () => {
    if (element.open && element.childElementCount === 1) element.append(detail(operation, data));
  });
  return element;
}

/** A path that breaks after a slash. */
function breakable(path: string): Child[] {
  return path.split(/(?<=\/)/).flatMap((part) => [h("wbr"), part]);
}
