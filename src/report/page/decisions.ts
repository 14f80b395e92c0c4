import { warningDocs } from "../../explain/docs.js";
import type { ReportData, ReportOperation } from "../data.js";
import { codeBlock } from "./code.js";
import { type Child, h } from "./dom.js";
import { docsLink, sourceLink } from "./links.js";
import { countText } from "./words.js";

type Warning = ReportData["warnings"][number];

/** Settings that describe one endpoint of the server. Everything else can also be set for the whole document. */
const perOperation: readonly Warning["id"][] = ["looks-like-read", "in-doubt"];
const namedOperations = 3;

/** Open decisions, the most urgent first. `show` filters the list by a warning. */
export function decisions(data: ReportData, show: (warning: number) => void): Child {
  const counted = data.warnings.map((warning, index) => ({
    warning,
    index,
    affected: data.operations.filter(({ warnings }) => warnings.includes(index)),
  }));
  if (counted.length === 0) return false;
  const rank = ({ warning: { level } }: (typeof counted)[number]): number => (level === "high" ? 0 : 1);
  const boxes = counted
    .sort((a, b) => rank(a) - rank(b) || b.affected.length - a.affected.length)
    .map(({ warning, index, affected }) =>
      warningBox(warning, affected, data, () => {
        show(index);
      }),
    );
  // On a phone the list of operations must not start below the first screen.
  const isOpen = window.innerWidth > 720 && boxes.length <= 3;
  return h(
    "details",
    { class: "decisions", open: isOpen },
    h("summary", {}, h("h2", {}, `Open decisions (${boxes.length})`)),
    ...boxes,
  );
}

/** A warning with its fix: the YAML to copy, and where to write it. */
export function warningBox(
  { id, level, text, fix, yaml }: Warning,
  affected: readonly ReportOperation[],
  data: ReportData,
  show?: () => void,
): HTMLElement {
  const [first] = affected;
  return h(
    "section",
    { class: `warning ${level}` },
    h(
      "p",
      {},
      h("span", { class: "mark", "aria-hidden": "true" }, level === "high" ? "▲" : "△"),
      ` ${text} `,
      h("strong", {}, fix),
    ),
    yaml !== undefined && first !== undefined && h("p", { class: "small" }, ...where(id, affected, data)),
    yaml !== undefined && codeBlock(yaml),
    h(
      "p",
      { class: "small actions" },
      show !== undefined &&
        h(
          "button",
          { type: "button", class: "link", onclick: show },
          `Show ${countText(affected.length, "operation")}`,
        ),
      docsLink(data, warningDocs[id], "Documentation"),
    ),
  );
}

/** Where to write a setting. */
function where(id: Warning["id"], affected: readonly ReportOperation[], data: ReportData): Child[] {
  const named = affected
    .slice(0, namedOperations)
    .flatMap((operation, index) => [
      index > 0 && ", ",
      h("bdi", {}, `${operation.method} ${operation.path}`),
      " (",
      sourceLink(data, operation),
      ")",
    ]);
  const more = affected.length > namedOperations && `, and ${affected.length - namedOperations} more`;
  if (affected.length === 1) return ["Add to ", ...named, ":"];
  if (perOperation.includes(id)) return ["Add to each operation where this is true: ", ...named, more, "."];
  return ["Add at the top level of ", h("bdi", {}, data.source), ", or to single operations: ", ...named, more, "."];
}
