// npm run reference [-- --check]
//
// The reference pages of docs/, printed from the table of settings and from the runtime's types: a name that is added or
// removed there changes the page. --check compares instead of writing: exit code 1 if a page is out of date.
import { readFileSync, writeFileSync } from "node:fs";
import { errorsPage } from "./reference/errors.js";
import { eventsPage } from "./reference/events.js";
import { optionsPage } from "./reference/options.js";
import { resiliencePage } from "./reference/x-resilience.js";

const pages = {
  "x-resilience.md": resiliencePage,
  "options.md": optionsPage,
  "errors.md": errorsPage,
  "events.md": eventsPage,
};

const isCheck = process.argv.includes("--check");
for (const [name, pageOf] of Object.entries(pages)) {
  const path = new URL(`../../docs/${name}`, import.meta.url);
  const text = await pageOf();
  if (!isCheck) writeFileSync(path, text);
  else if (readFileSync(path, "utf8") !== text) {
    console.error(`docs/${name} is out of date. Run npm run reference.`);
    process.exitCode = 1;
  }
}
