import type { Risk } from "../../explain/index.js";
import type { ReportData } from "../data.js";
import { legend } from "./detail.js";
import { h } from "./dom.js";
import { type Row, rowOf } from "./row.js";
import { lastMoment } from "./timeline.js";
import { countText, groups } from "./words.js";

export interface List {
  readonly element: HTMLElement;
  /** Shows only the operations that have a warning, by its place, and comes into view. */
  only(warning: number): void;
}

/** What narrows the list. */
interface Filters {
  readonly input: HTMLInputElement;
  readonly tag: HTMLSelectElement;
  /** Groups that are not shown. */
  readonly off: Set<Risk>;
  warning: number | undefined;
}

/** Operations of one risk. */
interface Group {
  readonly risk: Risk;
  readonly name: string;
  readonly rows: readonly Row[];
  readonly count: HTMLElement;
  readonly element: HTMLElement;
}

/** All operations by risk, with a search and filters. */
export function list(data: ReportData): List {
  const all = groupsOf(data).filter(({ rows }) => rows.length > 0);
  const input = h("input", {
    type: "search",
    placeholder: "Name, path, summary …",
    "aria-label": "Search",
  });
  const filters: Filters = { input, tag: tagChoice(data), off: new Set(), warning: undefined };
  const found = h("p", { class: "found", role: "status" });
  const everything = h("button", { type: "button", class: "chip" }, "△ only those with this warning ✕");
  const update = (): void => {
    const shown = all.reduce((sum, group) => sum + narrow(group, filters), 0);
    const { length } = data.operations;
    found.textContent = shown === length ? "" : `${countText(shown, "operation")} of ${length}`;
    everything.hidden = filters.warning === undefined;
  };
  const onlyWith = (warning: number | undefined): void => {
    filters.warning = warning;
    update();
  };
  everything.addEventListener("click", () => onlyWith(undefined));
  input.addEventListener("input", update);
  filters.tag.addEventListener("change", update);
  const chips = h("div", { class: "chips" }, ...all.map((group) => chipOf(group, filters, update)));
  const tags = filters.tag.options.length > 2 && filters.tag;
  const hint = "Each bar shows the longest that one call can take, all on one scale. Open a line for the details.";
  const element = h(
    "section",
    { class: "operations" },
    h("h2", {}, "Operations"),
    h("div", { class: "tools" }, input, tags, chips, everything, found),
    h("p", { class: "small hint" }, hint),
    legend(
      data.policies.map(({ slowest }) => slowest),
      false,
    ),
    ...all.map((group) => group.element),
  );
  update();
  const only = (warning: number): void => {
    onlyWith(warning);
    element.scrollIntoView();
  };
  return { element, only };
}

function groupsOf(data: ReportData): Group[] {
  const scaleMs = Math.max(1, ...data.policies.map(({ slowest }) => lastMoment(slowest)));
  const rows = data.operations.map((operation) => rowOf(operation, data, scaleMs));
  return groups.map(({ risk, name, meaning }) => {
    const own = rows.filter(({ operation }) => operation.risk === risk);
    const count = h("span", { class: "count" });
    const element = h(
      "section",
      { class: `group ${risk}` },
      h("h3", {}, name, " ", count),
      h("p", { class: "meaning" }, meaning),
      ...own.map((row) => row.element),
    );
    return { risk, name, rows: own, count, element };
  });
}

/** Shows the rows of a group that the filters let through; gives their number. */
function narrow({ risk, rows, count, element }: Group, { input, tag, off, warning }: Filters): number {
  const words = input.value.toLowerCase().split(/\s+/).filter(Boolean);
  let shown = 0;
  for (const { operation, text, element: row } of rows) {
    const isShown =
      !off.has(risk) &&
      (warning === undefined || operation.warnings.includes(warning)) &&
      (tag.value === "" || operation.tags.includes(tag.value)) &&
      words.every((word) => text.includes(word));
    row.hidden = !isShown;
    if (isShown) shown++;
  }
  count.textContent = String(shown);
  element.hidden = shown === 0;
  return shown;
}

/** Shows a group, or not. */
function chipOf({ risk, name, rows }: Group, { off }: Filters, update: () => void): HTMLElement {
  const content = [`${name} `, h("b", {}, String(rows.length))];
  const chip = h("button", { type: "button", class: `chip ${risk}`, "aria-pressed": "true" }, ...content);
  chip.addEventListener("click", () => {
    if (!off.delete(risk)) off.add(risk);
    chip.setAttribute("aria-pressed", String(!off.has(risk)));
    update();
  });
  return chip;
}

function tagChoice({ operations }: ReportData): HTMLSelectElement {
  const tags = [...new Set(operations.flatMap((operation) => operation.tags))].sort();
  const options = tags.map((name) => h("option", { value: name }, name));
  return h("select", { "aria-label": "Tag" }, h("option", { value: "" }, "all tags"), ...options);
}
