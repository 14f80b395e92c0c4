import type { ReportData } from "../../src/report/data.js";
import { h } from "./dom.js";
import { type Row, rowOf } from "./row.js";
import { lastMoment } from "./timeline.js";
import { countText, groups } from "./words.js";

export interface List {
  readonly element: HTMLElement;
  /** Shows only the operations that have a warning, by its place, and comes into view. */
  only(warning: number): void;
}

/** All operations by risk, with a search and filters. */
export function list(data: ReportData): List {
  const scaleMs = Math.max(1, ...data.policies.map(({ slowest }) => lastMoment(slowest)));
  const rows = data.operations.map((operation) => rowOf(operation, data, scaleMs));
  const sections = groups.map(({ risk, name, meaning }) => ({
    risk,
    count: h("span", { class: "count" }),
    name,
    meaning,
    rows: rows.filter(({ operation }) => operation.risk === risk),
  }));
  const found = h("p", { class: "found", role: "status" });
  const input = h("input", {
    type: "search",
    placeholder: "Search name, path, summary, tag …",
    "aria-label": "Search",
  });
  const off = new Set<string>();
  let warning: number | undefined;
  const everything = h("button", { type: "button", class: "chip", hidden: true }, "△ only those with this warning ✕");
  const tag = tagChoice(data);
  const elements = sections.map(({ risk, name, meaning, count, rows: own }) =>
    h(
      "section",
      { class: `group ${risk}` },
      h("h3", {}, name, " ", count),
      h("p", { class: "meaning" }, meaning),
      ...own.map(({ element }) => element),
    ),
  );
  const update = (): void => {
    const words = input.value.toLowerCase().split(/\s+/).filter(Boolean);
    const isShown = ({ operation, text }: Row): boolean =>
      !off.has(operation.risk) &&
      (warning === undefined || operation.warnings.includes(warning)) &&
      (tag.value === "" || operation.tags.includes(tag.value)) &&
      words.every((word) => text.includes(word));
    let shown = 0;
    sections.forEach(({ rows: own, count }, index) => {
      let visible = 0;
      for (const row of own) {
        row.element.hidden = !isShown(row);
        if (!row.element.hidden) visible++;
      }
      (elements[index] as HTMLElement).hidden = visible === 0;
      count.textContent = String(visible);
      shown += visible;
    });
    everything.hidden = warning === undefined;
    found.textContent = shown === rows.length ? "" : `${countText(shown, "operation")} of ${rows.length}`;
  };
  const chips = sections
    .filter((section) => section.rows.length > 0)
    .map(({ risk, name, rows: own }) => {
      const chip = h(
        "button",
        { type: "button", class: `chip ${risk}`, "aria-pressed": "true" },
        `${name} `,
        h("b", {}, String(own.length)),
      );
      chip.addEventListener("click", () => {
        if (!off.delete(risk)) off.add(risk);
        chip.setAttribute("aria-pressed", String(!off.has(risk)));
        update();
      });
      return chip;
    });
  everything.addEventListener("click", () => {
    warning = undefined;
    update();
  });
  input.addEventListener("input", update);
  tag.addEventListener("change", update);
  update();
  const element = h(
    "section",
    { class: "operations" },
    h("h2", {}, "Operations"),
    h(
      "div",
      { class: "tools" },
      input,
      tag.options.length > 2 && tag,
      h("div", { class: "chips" }, ...chips),
      everything,
      found,
    ),
    h(
      "p",
      { class: "small hint" },
      "Each bar shows the longest that one call can take, all on one scale. Open a line for the details.",
    ),
    ...elements,
  );
  const only = (wanted: number): void => {
    warning = wanted;
    update();
    element.scrollIntoView();
  };
  return { element, only };
}

function tagChoice({ operations }: ReportData): HTMLSelectElement {
  const tags = [...new Set(operations.flatMap((operation) => operation.tags))].sort();
  return h(
    "select",
    { "aria-label": "Tag" },
    h("option", { value: "" }, "all tags"),
    ...tags.map((name) => h("option", { value: name }, name)),
  );
}
