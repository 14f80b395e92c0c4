// What an application ships of a client: bundled and minified, without ky.
import { gzipSync } from "node:zlib";
import { build } from "esbuild";

/** The minified bundle of a module whose text is given, as if it stood in `folder`. */
export async function bundle(text, folder) {
  const { outputFiles } = await build({
    stdin: { contents: text, resolveDir: folder, loader: "ts" },
    bundle: true,
    minify: true,
    format: "esm",
    target: "es2022",
    external: ["ky"],
    legalComments: "none",
    write: false,
  });
  return outputFiles[0].text;
}

/** Kilobytes (1,000 bytes) of a text after gzip. */
export function gzipKilobytes(text) {
  return gzipSync(text, { level: 9 }).length / 1000;
}
