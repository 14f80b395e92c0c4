// Bundles the script and the style of each page that the package writes: pages/<name>/main.ts and <name>.css.
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const root = fileURLToPath(new URL("../../", import.meta.url));
const names = readdirSync(join(root, "pages"), { withFileTypes: true }).filter((entry) => entry.isDirectory());

await build({
  entryPoints: names.flatMap(({ name }) =>
    [`${name}/main.ts`, `${name}/${name}.css`]
      .filter((path) => existsSync(join(root, "pages", path)))
      .map((path) => ({ in: join(root, "pages", path), out: name })),
  ),
  outdir: join(root, "dist/pages"),
  bundle: true,
  format: "iife",
  // Texts are embedded in a page as they are: nothing in them may end its element.
  charset: "ascii",
  minify: true,
  target: ["chrome123", "firefox120", "safari17.5"],
  logLevel: "warning",
});
