import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { expect, test } from "vitest";

const root = fileURLToPath(new URL("../../", import.meta.url));
const { peerDependencies, peerDependenciesMeta } = JSON.parse(
  readFileSync(`${root}runtime/package.json`, "utf8"),
) as Record<"peerDependencies" | "peerDependenciesMeta", Record<string, unknown>>;

/** The packages that a program gets which imports one entry. */
async function packagesOf(entry: string): Promise<string[]> {
  const { outputFiles } = await build({
    stdin: { contents: `export * from "resil-gen-runtime${entry}";`, resolveDir: `${root}fixtures` },
    bundle: true,
    format: "esm",
    platform: "node",
    write: false,
    external: ["@opentelemetry/*", "prom-client", "pino", "express", "undici", "ky", "msw"],
  });
  const text = outputFiles[0]?.text ?? "";
  return [...new Set([...text.matchAll(/\bfrom "([^"]+)"/g)].map(([, name]) => name ?? ""))].sort();
}

test.each([
  ["", []],
  ["/ky", ["ky"]],
  ["/otel", ["@opentelemetry/api"]],
  ["/prometheus", ["prom-client"]],
  ["/log", []],
  ["/health", []],
])("resil-gen-runtime%s brings %j and nothing else", async (entry, packages) => {
  expect(await packagesOf(entry)).toEqual(packages);
  // Who does not use the entry need not install them.
  for (const name of packages) {
    expect(Object.keys(peerDependencies)).toContain(name);
    expect(peerDependenciesMeta[name]).toEqual({ optional: true });
  }
});

test("what a client copies knows nothing of the entries", () => {
  const copied = Object.keys(JSON.parse(readFileSync(`${root}dist/runtime-files.json`, "utf8")) as object);
  expect(copied).toContain("pipeline.ts");
  expect(copied.filter((path) => path.startsWith("../") || path.startsWith("entries/"))).toEqual([]);
});
