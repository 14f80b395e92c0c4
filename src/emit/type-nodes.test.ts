import { existsSync, readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { gunzipSync } from "node:zlib";
import typescript from "typescript";
import { expect, test } from "vitest";
import { built } from "../../tests/support/stages.js";
import type { NamedSchema } from "../ir/index.js";
import type { SourceFile } from "./source-file.js";
import { ts } from "./type-nodes.js";
import { TypePrinter } from "./types.js";
import type { transformSchemaObject } from "./typescript.js";

test("the kinds of type nodes are the compiler's", () => {
  const theirs = typescript.SyntaxKind as unknown as Readonly<Record<string, unknown>>;
  const ours = Object.entries(ts.SyntaxKind).filter(([name]) => !/^\d+$/.test(name));
  expect(ours.filter(([name, kind]) => theirs[name] !== kind)).toEqual([]);
});

const root = fileURLToPath(new URL("../../", import.meta.url));
const specs = process.env["RESIL_GEN_SPECS"] ?? join(root, "../shared/specs");
const elsewhere = existsSync(specs) ? readdirSync(specs).filter((name) => /\.(ya?ml|json|json\.gz)$/.test(name)) : [];
const documents = [
  ...[
    "fixtures/features",
    "fixtures/media",
    "fixtures/names",
    "fixtures/shop",
    "fixtures/webhooks",
    "examples/browser",
  ].map((folder) => join(root, folder, "openapi.yaml")),
  ...elsewhere.map((name) => join(specs, name)),
];

test.each(documents.map((path) => relative(root, path)))(
  "plain nodes and the compiler's print the same: %s",
  async (path) => {
    const bytes = readFileSync(join(root, path));
    const text = (path.endsWith(".gz") ? gunzipSync(bytes) : bytes).toString("utf8");
    const { schemas } = (await built(text)).api;
    expect(declarations(schemas)).toBe(declarations(schemas, realTransform()));
  },
);

function declarations(schemas: readonly NamedSchema[], transform?: typeof transformSchemaObject): string {
  const file = { path: "schema.ts", type: (_from: string, name: string) => name } as unknown as SourceFile;
  const printer = new TypePrinter(schemas, transform);
  return schemas.map((schema) => printer.declaration(schema, file)).join("\n");
}

/** openapi-typescript as it is published, with the compiler itself. */
function realTransform(): typeof transformSchemaObject {
  const require = createRequire(import.meta.url);
  // It fails on names with a percent sign, where it tells each part where it stands.
  const utils = require("openapi-typescript/dist/lib/utils.cjs") as { createRef: () => string };
  utils.createRef = () => "";
  return (require("openapi-typescript/dist/transform/schema-object.cjs") as { default: typeof transformSchemaObject })
    .default;
}
