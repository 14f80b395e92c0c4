import { readFileSync } from "node:fs";
import type { Facts } from "../explain/index.js";
import { docsUrl, packageFile, packageVersion } from "../package-file.js";
import { escapeHtml, webPage } from "../web-page.js";
import { reportData } from "./data.js";
import { documentUrl } from "./document-url.js";

export interface ReportOptions {
  /** File that the page is written to; `-` is standard output. */
  readonly output: string;
  readonly date: Date;
}

/** The report as one page that loads nothing. */
export function reportPage(facts: Facts, { output, date }: ReportOptions): string {
  const url = documentUrl(facts.source, output);
  const data = reportData(facts, {
    docsUrl: docsUrl(""),
    toolVersion: packageVersion(),
    date: date.toISOString().slice(0, 10),
    ...(url === undefined ? {} : { documentUrl: url }),
  });
  const { headline, facts: verdict } = data.verdict;
  return webPage({
    title: `${data.title}: resilience report`,
    style: readFileSync(packageFile("dist/pages/report.css"), "utf8"),
    script: readFileSync(packageFile("dist/pages/report.js"), "utf8"),
    data,
    body: [
      '<div id="page"></div>',
      `<noscript><h1>${escapeHtml(data.title)}</h1><p>${escapeHtml(headline)} ${escapeHtml(verdict.join(", "))}.</p>`,
      "<p>Enable JavaScript to see the operations. This page loads nothing and sends nothing.</p></noscript>",
    ].join("\n"),
  });
}
