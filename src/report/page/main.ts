import type { ReportData } from "../data.js";
import { decisions } from "./decisions.js";
import { h } from "./dom.js";
import { footer, problems } from "./footer.js";
import { header } from "./header.js";
import { list } from "./list.js";
import { shared } from "./shared.js";

const data = JSON.parse(document.getElementById("data")?.textContent ?? "") as ReportData;

const operations = list(data);
const parts = [
  themeButton(),
  header(data),
  decisions(data, operations.showWarning),
  operations.element,
  shared(data),
  problems(data),
  footer(data),
];
document.getElementById("page")?.append(...parts.filter((part): part is HTMLElement => part instanceof HTMLElement));

/** Switches between light and dark, starting from the setting of the system. */
function themeButton(): HTMLElement {
  const root = document.documentElement;
  const isDark = (): boolean =>
    root.dataset["theme"] === undefined
      ? matchMedia("(prefers-color-scheme: dark)").matches
      : root.dataset["theme"] === "dark";
  const toggle = (): void => {
    root.dataset["theme"] = isDark() ? "light" : "dark";
  };
  return h(
    "button",
    {
      type: "button",
      class: "theme",
      title: "Switch between light and dark",
      "aria-label": "Switch between light and dark",
      onclick: toggle,
    },
    "◐",
  );
}
