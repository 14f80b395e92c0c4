import type { Group } from "../../explain/index.js";
import type { PolicyFacts, ReportData, ReportOperation } from "../data.js";
import { h } from "./dom.js";
import { filters } from "./filters.js";
import { rowOf } from "./row.js";
import { lastMoment, legend, smallBar } from "./timeline.js";
import { countText, groups, thousands, timeText } from "./words.js";

export interface List {
  readonly element: HTMLElement;
  /** Shows only the operations with a warning, by its index, and scrolls to them. */
  showWarning(warning: number): void;
}

/** Operations with one policy set. */
interface PolicySet {
  readonly group: Group;
  readonly name: string;
  readonly operations: readonly ReportOperation[];
}

/** Up to this many operations, all rows are in the page. */
const fewOperations = 60;
/** Above that, rows of one policy set, and of the whole list, until the reader asks for more. */
const rowsPerSet = 20;
const rowsAtOnce = 200;

/** The operations by group and policy set, with filters. Only a part of a long list is in the page at once. */
export function list(data: ReportData): List {
  const rows = new Map<ReportOperation, HTMLElement>();
  const row = (operation: ReportOperation): HTMLElement => {
    const element = rows.get(operation) ?? rowOf(operation, data);
    rows.set(operation, element);
    return element;
  };
  const scaleMs = Math.max(1, ...data.policies.map(({ slowest }) => lastMoment(slowest)));
  const found = h("p", { class: "found", role: "status" });
  const content = h("div", { class: "groups" });
  const expanded = new Set<string>();
  let rowLimit = rowsAtOnce;

  const render = (): void => {
    const matching = data.operations.filter(filter.matches);
    const isLong = matching.length > fewOperations;
    let left = isLong ? rowLimit : Number.POSITIVE_INFINITY;
    const shownSets = setsOf(matching).map((set) => {
      const key = `${set.group} ${set.name}`;
      const limit = isLong && !expanded.has(key) ? rowsPerSet : Number.POSITIVE_INFINITY;
      const shown = set.operations.slice(0, Math.min(left, limit));
      left -= shown.length;
      const hidden = shown.length === 0 ? 0 : set.operations.length - shown.length;
      const expand = (): void => {
        expanded.add(key);
        rowLimit += set.operations.length;
        render();
      };
      const more = hidden > 0 && h("button", { type: "button", class: "more", onclick: expand }, `Show ${hidden} more`);
      const element = h("section", { class: "set" }, setHead(set, data, scaleMs), ...shown.map(row), more);
      return { set, element, isShown: shown.length > 0 };
    });
    const visible = shownSets.filter(({ isShown }) => isShown);
    content.replaceChildren(
      ...groups.flatMap(({ group, name, meaning }) => {
        const sets = visible.filter(({ set }) => set.group === group).map(({ element }) => element);
        if (sets.length === 0) return [];
        const count = matching.filter((operation) => operation.group === group).length;
        const heading = h("h2", {}, name, " ", h("span", { class: "count" }, thousands(count)));
        return [h("section", { class: `group ${group}` }, heading, h("p", { class: "meaning" }, meaning), ...sets)];
      }),
    );
    if (visible.length < shownSets.length) content.append(moreSets(shownSets.length - visible.length));
    found.textContent =
      matching.length === data.operations.length
        ? ""
        : `${thousands(matching.length)} of ${countText(data.operations.length, "operation")}`;
  };
  const moreSets = (count: number): HTMLElement => {
    const showMore = (): void => {
      rowLimit += rowsAtOnce;
      render();
    };
    return h(
      "button",
      { type: "button", class: "more", onclick: showMore },
      `Show ${countText(count, "more policy set")}`,
    );
  };

  const filter = filters(data, render);
  const hint = h(
    "p",
    { class: "small hint" },
    "Bars show the worst-case duration of one call, on a common scale. Click a row for details.",
  );
  const timelines = data.policies.map(({ slowest }) => slowest);
  const element = h("section", { class: "operations" }, filter.element, found, content, hint, legend(timelines, false));
  render();
  const showWarning = (warning: number): void => {
    filter.showWarning(warning);
    element.scrollIntoView();
  };
  return { element, showWarning };
}

function setsOf(operations: readonly ReportOperation[]): PolicySet[] {
  const sets = new Map<string, PolicySet & { readonly operations: ReportOperation[] }>();
  for (const operation of operations) {
    const { group, policySet: name } = operation;
    const key = `${group} ${name}`;
    const set = sets.get(key) ?? { group, name, operations: [] };
    set.operations.push(operation);
    sets.set(key, set);
  }
  return [...sets.values()];
}

/** What the operations of a policy set have in common. */
function setHead({ name, operations }: PolicySet, data: ReportData, scaleMs: number): HTMLElement {
  const { slowest, quickest, repeat } = data.policies[operations[0]?.policies ?? 0] as PolicyFacts;
  const time = slowest.endsAt === null ? "no time limit" : `at most ${timeText(slowest.endsAt)}`;
  const attempts =
    repeat === "unprocessed" || quickest.attempts === 1 ? "1 attempt" : `up to ${quickest.attempts} attempts`;
  return h(
    "header",
    { class: "set-head" },
    h("code", {}, h("bdi", {}, name)),
    h("span", { class: "small" }, countText(operations.length, "operation")),
    smallBar(slowest, scaleMs),
    h("span", { class: "time" }, `${time}, ${attempts}`),
  );
}
