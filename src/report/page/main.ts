import type { ReportData } from "../data.js";
import { h } from "./dom.js";
import { list } from "./list.js";
import { footer, header, problems, shared, warnings } from "./overview.js";

const data = JSON.parse(document.getElementById("data")?.textContent ?? "") as ReportData;

const operations = list(data);
const parts = [
  header(data),
  warnings(data, operations.only),
  operations.element,
  shared(data),
  problems(data),
  footer(data),
];
document
  .getElementById("page")
  ?.append(themeButton(), ...parts.filter((part): part is HTMLElement => part instanceof HTMLElement));

/** Light or dark, whatever the system says. */
function themeButton(): HTMLElement {
  const root = document.documentElement;
  const isDark = (): boolean =>
    root.dataset["theme"] === undefined
      ? matchMedia("(prefers-color-scheme: dark)").matches
      : root.dataset["theme"] === "dark";
  const turn = (): void => {
    root.dataset["theme"] = isDark() ? "light" : "dark";
  };
  return h(
    "button",
    { type: "button", class: "theme", title: "Light or dark", "aria-label": "Light or dark", onclick: turn },
    "◐",
  );
}
