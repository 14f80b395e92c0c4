import type { ReportData } from "../data.js";
import { h } from "./dom.js";

/** The verdict, and what the page is about. */
export function header({
  title,
  apiVersion,
  source,
  documentUrl,
  toolVersion,
  date,
  verdict,
}: ReportData): HTMLElement {
  const file = h("bdi", {}, source);
  return h(
    "header",
    {},
    h("p", { class: "kicker" }, "Resilience report"),
    h("h1", {}, h("bdi", {}, title)),
    h(
      "div",
      { class: `verdict ${verdict.level}` },
      h("p", { class: "headline" }, verdict.headline),
      h("p", { class: "facts" }, verdict.facts.join(" · ")),
    ),
    h(
      "p",
      { class: "small about" },
      documentUrl === undefined ? file : h("a", { href: documentUrl }, file),
      h("bdi", {}, apiVersion === "" ? "" : ` · API version ${apiVersion}`),
      ` · resil-gen ${toolVersion} · ${date}`,
    ),
  );
}
