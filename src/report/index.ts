import { readFileSync } from "node:fs";
import type { Facts } from "../explain/index.js";
import { packageFile, packageVersion } from "../package-file.js";
import { escapeHtml, webPage } from "../web-page.js";
import { reportData } from "./data.js";

/** The report as one page: nothing is loaded when it is opened. */
export function reportPage(facts: Facts): string {
  const data = reportData(facts, packageVersion());
  return webPage({
    title: `${data.title}: resilience report`,
    style: readFileSync(packageFile("dist/pages/report.css"), "utf8"),
    script: readFileSync(packageFile("dist/pages/report.js"), "utf8"),
    data,
    body: `<div id="page"></div>\n<noscript><h1>${escapeHtml(data.title)}</h1><p>This page needs scripts to be shown. It loads nothing and sends nothing.</p></noscript>`,
  });
}
