import { describe, expect, test } from "vitest";
import { Cursor } from "./cursor.js";
import type { SourceFile } from "./problem.js";
import { Problems } from "./problems.js";
import { placed, renderProblems } from "./render.js";
import { plainTerminal } from "./terminal.js";

const text = "openapi: 3.1.0\npaths:\n  /a:\n    get: 5\n  /b:\n    get: 6\n";
const file: SourceFile = {
  url: "file:///nowhere/api.yaml",
  name: "specs/api.yaml",
  text,
  format: "yaml",
  value: { openapi: "3.1.0", paths: { "/a": { get: 5 }, "/b": { get: 6 } } },
};
const get = (path: string): Cursor | undefined => new Cursor(file).get("paths")?.get(path)?.get("get");
const plain = { terminal: plainTerminal, isVerbose: false };

/** A document with one key per line, and a cursor on each. */
function keysOf(count: number): readonly (Cursor | undefined)[] {
  const names = Array.from({ length: count }, (_, index) => `k${index}`);
  const value = Object.fromEntries(names.map((name) => [name, 1]));
  const lines = names.map((name) => `${name}: 1\n`).join("");
  const root = new Cursor({ ...file, name: "many.yaml", url: "file:///many.yaml", text: lines, value });
  return names.map((name) => root.get(name));
}

test("a problem has its severity and code, what is wrong, its place, the lines around it, and the fix", () => {
  const problems = new Problems();
  problems.add("brokenCorner", "GET /a must be an object.", "Use an object.", get("/a"));
  expect(renderProblems(problems.list, plain)).toBe(
    [
      "Warning RG3001: GET /a must be an object.",
      "  specs/api.yaml:4:5",
      "      3 |   /a:",
      "    > 4 |     get: 5",
      "        |     ^",
      "      5 |   /b:",
      "  Use an object.",
      "",
    ].join("\n"),
  );
});

test("problems are printed in the order of the document, each with its fix, whatever the order of their discovery", () => {
  const problems = new Problems();
  problems.add("brokenCorner", "GET /b must be an object.", "Use an object.", get("/b"));
  problems.add("unsendable", "Can't generate TRACE /a.", "Use another method.", get("/a"));
  const rendered = renderProblems(problems.list, plain);
  expect(rendered.indexOf("TRACE /a")).toBeLessThan(rendered.indexOf("GET /b"));
  expect(rendered).toMatch(/Use another method\.\n\nWarning RG3001: GET \/b/);
});

describe("alike warnings", () => {
  const problems = new Problems();
  for (const [index, at] of keysOf(9).entries())
    problems.add("brokenCorner", `GET /orders/${index} must be an object.`, "Use an object.", at);

  test("are one entry with five examples and the number of the others", () => {
    expect(renderProblems(problems.list, plain)).toBe(
      [
        "Warning RG3001: GET /orders/0 must be an object.",
        "  many.yaml:1:1, and 8 more like this: GET /orders/1 (line 2), GET /orders/2 (line 3), " +
          "GET /orders/3 (line 4), GET /orders/4 (line 5), and 4 others (list them with --verbose)",
        "  Use an object.",
        "",
      ].join("\n"),
    );
  });

  test("are all listed in verbose mode, with the address of their page", () => {
    const rendered = renderProblems(problems.list, { ...plain, isVerbose: true });
    expect(rendered.match(/RG3001/g)).toHaveLength(9);
    expect(rendered.match(/docs\/problems\.md#rg3001\n/g)).toHaveLength(9);
  });

  test("that say the same word for word are examples by their lines", () => {
    const same = new Problems();
    for (const at of keysOf(4)) same.add("duplicateKey", "Duplicate key.", "Remove one of them.", at);
    expect(renderProblems(same.list, plain)).toContain("many.yaml:1:1, and 3 more like this: line 2, line 3, line 4\n");
  });
});

test("errors are all printed: each of them has to be fixed", () => {
  const problems = new Problems();
  for (let number = 0; number < 10; number++) problems.add("missingFile", `Number ${number}.`, "Fix it.");
  expect(renderProblems(problems.list, plain).match(/RG1015/g)).toHaveLength(10);
});

describe("on a terminal", () => {
  const problems = new Problems();
  const words = "A sentence that is longer than the terminal is wide, so that it must be broken somewhere.";
  const yaml = "  x-resilience: { idempotency: { supported: true, header: Idempotency-Key, key: required } }";
  problems.add("unconfirmedKey", words, `${words}\n${yaml}`, get("/a"));

  test.each([60, 80])("of %i columns text is wrapped, and YAML to copy stays on its line", (width) => {
    const rendered = renderProblems(problems.list, { ...plain, terminal: { ...plainTerminal, width } });
    const lines = rendered.split("\n");
    expect(lines).toContain(`  ${yaml}`);
    for (const line of lines.filter((each) => !each.includes("x-resilience")))
      expect(line.length, line).toBeLessThanOrEqual(width);
  });

  test("that shows links, the code opens its page", () => {
    const rendered = renderProblems(problems.list, { ...plain, terminal: { ...plainTerminal, links: true } });
    expect(rendered).toContain("\u001b]8;;https://github.com/resil-gen/resil-gen/blob/main/docs/problems.md#rg6002");
  });

  test("colors are used only where they are asked for", () => {
    expect(renderProblems(problems.list, plain)).not.toContain("\u001b");
    const rendered = renderProblems(problems.list, { ...plain, terminal: { ...plainTerminal, color: true } });
    expect(rendered).toContain("\u001b[34mNote RG6002:");
  });
});

test("a document of one endless line gets no frame", () => {
  const long = JSON.stringify({ a: "x".repeat(1_000), b: 5 });
  const minified: SourceFile = { ...file, text: long, format: "json", value: JSON.parse(long) };
  const problems = new Problems();
  problems.add("brokenCorner", "It is odd.", "Fix it.", new Cursor(minified).get("b"));
  expect(renderProblems(problems.list, plain)).toBe("Warning RG3001: It is odd.\n  specs/api.yaml:1:1009\n  Fix it.\n");
});

test("a problem as data has line and column", () => {
  const problems = new Problems();
  problems.add("brokenCorner", "It is odd.", "Fix it.", get("/b"));
  problems.add("notOurs", "It is in the way.", "Move it.");
  expect(problems.list.map(placed)).toEqual([
    {
      code: "RG3001",
      severity: "warning",
      message: "It is odd.",
      hint: "Fix it.",
      file: "specs/api.yaml",
      line: 6,
      column: 5,
    },
    { code: "RG4002", severity: "error", message: "It is in the way.", hint: "Move it." },
  ]);
});

test("text of a document cannot control the terminal that shows it", () => {
  const evil = 'a: "\u001b[2J"\r\n';
  const source = { url: "file:///a.yaml", name: "a.yaml", text: evil, format: "yaml", value: {} } as const;
  const message = `'\u001b]0;evil\u0007\u202e' is wrong\nRG0000 a second problem ${"x".repeat(1_000)}`;
  const at = { file: source, path: ["a"] };
  const problem = { code: "RG3001", severity: "warning", message, hint: "Fix it.", at } as const;
  const shown = renderProblems([problem], plain);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are the characters to look for
  expect(shown).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u202e]/);
  expect(shown.split("\n").filter((line) => line.startsWith("RG"))).toEqual([]);
  expect(shown.length).toBeLessThan(700);
  expect(shown).toContain("'\\u001b]0;evil\\u0007\\u202e' is wrong RG0000");
});
