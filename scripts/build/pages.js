// Bundles what the pages that the package writes show and run in a browser: src/<page>/page/main.ts and <page>.css.
import { existsSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const root = fileURLToPath(new URL("../../", import.meta.url));
const pages = ["report", "simulate"];

await build({
  entryPoints: pages.flatMap((page) =>
    ["main.ts", `${page}.css`]
      .map((file) => join(root, "src", page, "page", file))
      .filter((path) => existsSync(path))
      .map((path) => ({ in: path, out: page })),
  ),
  outdir: join(root, "dist/pages"),
  bundle: true,
  format: "iife",
  // The text is embedded in a page as it is: nothing in it may end its element.
  charset: "ascii",
  minify: true,
  target: ["chrome123", "firefox120", "safari17.5"],
  logLevel: "warning",
});
