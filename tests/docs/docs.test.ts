// What the documentation shows must compile: each ```ts fence is a module of its own, beside a client of the shop.
import { execFileSync } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { basename } from "node:path";
import { fileURLToPath } from "node:url";
import { beforeAll, expect, test } from "vitest";
import { complaints } from "../../examples/support/example.js";

const root = fileURLToPath(new URL("../../", import.meta.url));
// Within the package, so that snippets find it by its name.
const folder = `${root}.cache/docs`;
/** Their snippets build on each other, and are run as tests (tests/clients/recipes.test.ts). */
const runElsewhere = ["testing.md"];
const pages = readdirSync(`${root}docs`).filter((name) => name.endsWith(".md") && !runElsewhere.includes(name));
const documents = ["README.md", ...pages.filter((name) => name !== "README.md").map((name) => `docs/${name}`)];

/** What snippets may use without saying where it comes from. */
const given = `
declare const baseUrl: string;
declare function readToken(): string;
declare function currentRequestId(): string;
`;

/**
 * The snippets of a document, by the line on which each begins. A fence marked \`\`\`ts no-check is not compiled, and a
 * line that says "does not compile" must not.
 */
function snippetsOf(document: string): Map<number, string> {
  const snippets = new Map<number, string>();
  let start: number | undefined;
  const lines = readFileSync(root + document, "utf8").split("\n");
  for (const [index, line] of lines.entries()) {
    if (start === undefined && /^```(ts|typescript)\s*$/.test(line)) start = index + 1;
    else if (start !== undefined && line.startsWith("```")) {
      snippets.set(start, lines.slice(start, index).map(expectingError).join("\n"));
      start = undefined;
    }
  }
  return snippets;
}

function expectingError(line: string, index: number, lines: readonly string[]): string {
  return /\/\/.*does not compile/.test(lines[index + 1] ?? "") ? `${line} // @ts-expect-error` : line;
}

beforeAll(() => {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  for (const [name, client] of [
    ["shop", "client"],
    ["media", "files"],
  ]) {
    const args = ["bin/resil-gen.js", `fixtures/${name}/openapi.yaml`, "-o", `${folder}/${client}`, "--quiet"];
    execFileSync(process.execPath, args, { cwd: root });
  }
  writeFileSync(`${folder}/given.d.ts`, given);
  for (const document of documents) {
    for (const [line, text] of snippetsOf(document)) {
      // At the line that it has in its document, so that errors say where they are.
      writeFileSync(`${folder}/${basename(document, ".md")}.${line}.ts`, `${"\n".repeat(line)}${text}\nexport {};\n`);
    }
  }
  const compilerOptions = {
    rootDir: "../..",
    customConditions: [],
    noUnusedLocals: false,
    noUnusedParameters: false,
    isolatedModules: false,
  };
  const include = ["*.ts"];
  writeFileSync(
    `${folder}/tsconfig.json`,
    JSON.stringify({ extends: "../../tsconfig.json", compilerOptions, include, exclude: [] }),
  );
});

test("there are snippets", () => {
  expect(documents.map((document) => snippetsOf(document).size).reduce((sum, size) => sum + size, 0)).toBeGreaterThan(
    5,
  );
});

test("every snippet compiles", () => {
  expect(complaints(folder)).toBe("");
});
