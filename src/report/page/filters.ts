import type { Group } from "../../explain/index.js";
import type { ReportData, ReportOperation } from "../data.js";
import { h } from "./dom.js";
import { groups, thousands } from "./words.js";

/** What the list shows. */
export interface Filters {
  readonly element: HTMLElement;
  matches(operation: ReportOperation): boolean;
  /** Shows only operations with a warning, by its index; `undefined` shows all. */
  showWarning(warning: number | undefined): void;
}

/** The numbers of the groups, which are buttons; a search field; the tags. */
export function filters(data: ReportData, onChange: () => void): Filters {
  let group: Group | undefined;
  let warning: number | undefined;
  const input = h("input", { type: "search", placeholder: "Search by name, path, or summary", "aria-label": "Search" });
  const tag = tagChoice(data);
  const texts = new Map(data.operations.map((operation) => [operation, searchText(operation, data)]));
  const warningFilter = h("button", { type: "button", class: "chip" }, "△ With this warning only ✕");
  const buttons = groups.map(({ group: own, name }) => {
    const count = data.operations.filter((operation) => operation.group === own).length;
    const content = [h("b", {}, thousands(count)), h("span", {}, name)];
    return { own, button: h("button", { type: "button", class: `number ${own}`, disabled: count === 0 }, ...content) };
  });
  const change = (): void => {
    for (const { own, button } of buttons) button.setAttribute("aria-pressed", String(group === own));
    warningFilter.hidden = warning === undefined;
    onChange();
  };
  for (const { own, button } of buttons) {
    button.addEventListener("click", () => {
      group = group === own ? undefined : own;
      change();
    });
  }
  const showWarning = (wanted: number | undefined): void => {
    warning = wanted;
    change();
  };
  warningFilter.hidden = true;
  warningFilter.addEventListener("click", () => showWarning(undefined));
  input.addEventListener("input", change);
  tag.addEventListener("change", change);
  const matches = (operation: ReportOperation): boolean => {
    const words = input.value.toLowerCase().split(/\s+/).filter(Boolean);
    return (
      (group === undefined || operation.group === group) &&
      (warning === undefined || operation.warnings.includes(warning)) &&
      (tag.value === "" || operation.tags.includes(tag.value)) &&
      words.every((word) => texts.get(operation)?.includes(word))
    );
  };
  const numbers = h("div", { class: "numbers-filter", role: "group", "aria-label": "Filter" });
  numbers.append(...buttons.map(({ button }) => button));
  const tools = h("div", { class: "tools" }, input, tag.options.length > 2 && tag, warningFilter);
  return { element: h("div", { class: "filters" }, numbers, tools), matches, showWarning };
}

function searchText(
  { name, method, path, summary, tags, policySet, warnings }: ReportOperation,
  data: ReportData,
): string {
  const texts = warnings.map((index) => data.warnings[index]?.text ?? "");
  return [name, method, path, summary, policySet, ...tags, ...texts].join("\n").toLowerCase();
}

function tagChoice({ operations }: ReportData): HTMLSelectElement {
  const tags = [...new Set(operations.flatMap((operation) => operation.tags))].sort();
  const options = tags.map((name) => h("option", { value: name }, name));
  return h("select", { "aria-label": "Tag" }, h("option", { value: "" }, "All tags"), ...options);
}
