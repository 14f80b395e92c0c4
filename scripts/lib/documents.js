// OpenAPI documents in a folder: JSON, YAML, also gzipped; a folder counts as a document of several files when it holds
// one that begins like OpenAPI.
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";

export function textOf(file) {
  const bytes = readFileSync(file);
  return (file.endsWith(".gz") ? gunzipSync(bytes) : bytes).toString("utf8");
}

/** The version that a document says it is of. */
export function versionOf(file) {
  return /^\s*(?:\{\s*)?["']?(?:openapi|swagger)["']?\s*:\s*["']?(\d\.\d)/m.exec(textOf(file))?.[1];
}

export function documentsIn(folder) {
  return readdirSync(folder)
    .sort()
    .flatMap((name) => {
      const file = join(folder, name);
      if (statSync(file).isDirectory()) {
        const main = readdirSync(file).find(
          (inner) => /\.(ya?ml|json)$/.test(inner) && versionOf(join(file, inner)) !== undefined,
        );
        return main === undefined ? [] : [{ name: `${name}/${main}`, file: join(file, main) }];
      }
      return /\.(ya?ml|json)(\.gz)?$/.test(name) && versionOf(file) !== undefined ? [{ name, file }] : [];
    });
}
