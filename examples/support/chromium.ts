import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";

/** The browser of the system, if there is one on PATH. */
export const chromium: string | undefined = (process.env["PATH"] ?? "")
  .split(delimiter)
  .flatMap((folder) => ["chromium", "chromium-browser", "google-chrome"].map((name) => join(folder, name)))
  .find((path) => existsSync(path));

/** Headless, and without any traffic of its own. */
export const chromiumArgs: readonly string[] = [
  "--headless",
  "--no-sandbox",
  "--disable-gpu",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

if (chromium === undefined) console.warn("There is no chromium on PATH: tests in a browser are skipped.");
