import { policyDocs } from "../../explain/docs.js";
import type { ReportData } from "../data.js";
import { h } from "./dom.js";

/** A line of the document, as a link if the page knows where the document is. */
export function sourceLink(
  { source, documentUrl }: ReportData,
  { line, file }: { readonly line: number; readonly file?: string },
): HTMLElement {
  const text = `${file ?? source}:${line}`;
  if (documentUrl === undefined || file !== undefined) return h("bdi", { class: "source" }, text);
  return h("a", { class: "source", href: `${documentUrl}#L${line}` }, h("bdi", {}, text));
}

/** A link to a page of the documentation. */
export function docsLink({ docsUrl }: ReportData, page: string, text: string, label?: string): HTMLElement {
  return h("a", { href: `${docsUrl}${page}`, "aria-label": label }, text);
}

/** The documentation of a setting, e.g. `retry.budget.ratio`. */
export function settingDocs(name: string): string | undefined {
  const [policy = "", member = ""] = name.split(".");
  return policyDocs[member] ?? policyDocs[policy];
}
