// npm run reference [-- --check]
//
// The reference pages of docs/, printed from the table of settings and from the runtime's types, and the figures of README.md
// from docs/benchmarks.md. A name that is added or removed in the code changes the page. --check compares instead of writing: exit code 1 if a page is out of date.
import { readFileSync, writeFileSync } from "node:fs";
import { errorsPage } from "./reference/errors.js";
import { eventsPage } from "./reference/events.js";
import { readmePage } from "./reference/figures.js";
import { optionsPage } from "./reference/options.js";
import { resiliencePage } from "./reference/x-resilience.js";

const pages = {
  "docs/x-resilience.md": resiliencePage,
  "docs/options.md": optionsPage,
  "docs/errors.md": errorsPage,
  "docs/events.md": eventsPage,
  "README.md": readmePage,
};

const isCheck = process.argv.includes("--check");
for (const [name, pageOf] of Object.entries(pages)) {
  const path = new URL(`../../${name}`, import.meta.url);
  const text = await pageOf();
  if (!isCheck) writeFileSync(path, text);
  else if (readFileSync(path, "utf8") !== text) {
    console.error(`${name} is out of date. Run npm run reference.`);
    process.exitCode = 1;
  }
}
