import { expect, test } from "vitest";
import { Cursor } from "./cursor.js";
import type { SourceFile } from "./problem.js";
import { Problems } from "./problems.js";
import { placed, renderProblems } from "./render.js";

const text = "openapi: 3.1.0\npaths:\n  /a:\n    get: 5\n  /b:\n    get: 6\n";
const file: SourceFile = {
  url: "file:///nowhere/api.yaml",
  name: "specs/api.yaml",
  text,
  format: "yaml",
  value: { openapi: "3.1.0", paths: { "/a": { get: 5 }, "/b": { get: 6 } } },
};
const get = (path: string): Cursor | undefined => new Cursor(file).get("paths")?.get(path)?.get("get");
const plain = { color: false, perKind: 3 };

test("a problem has its place, its code, what is wrong, the lines around it, and the way out", () => {
  const problems = new Problems();
  problems.add("brokenCorner", "GET /a is no object", "It is left out.", get("/a"));
  expect(renderProblems(problems.list, plain)).toBe(
    [
      "specs/api.yaml:4:5  RG3001 warning  GET /a is no object",
      "      3 |   /a:",
      "    > 4 |     get: 5",
      "        |     ^",
      "      5 |   /b:",
      "    It is left out.",
      "",
    ].join("\n"),
  );
});

test("alike problems stand together under one way out", () => {
  const problems = new Problems();
  problems.add("brokenCorner", "GET /a is no object", "It is left out.", get("/a"));
  problems.add("unsendable", "TRACE /a", "The client has no function for it.");
  problems.add("brokenCorner", "GET /b is no object", "It is left out.", get("/b"));
  const rendered = renderProblems(problems.list, plain);
  expect(rendered.match(/It is left out/g)).toHaveLength(1);
  expect(rendered.indexOf("GET /b")).toBeLessThan(rendered.indexOf("TRACE /a"));
});

test("of many alike warnings a few are shown and the rest is counted", () => {
  const problems = new Problems();
  for (let number = 0; number < 10; number++) problems.add("brokenCorner", `number ${number}`, "It is left out.");
  const rendered = renderProblems(problems.list, plain);
  expect(rendered.match(/RG3001/g)).toHaveLength(3);
  expect(rendered).toContain("… and 7 more of this kind");
});

test("alike problems are told in the order of the document, whatever the order in which they were found", () => {
  const problems = new Problems();
  for (const path of ["/b", "/a"])
    problems.add("brokenCorner", `GET ${path} is no object`, "It is left out.", get(path));
  const rendered = renderProblems(problems.list, plain);
  expect(rendered.indexOf("GET /a")).toBeLessThan(rendered.indexOf("GET /b"));
});

test("errors are all shown: each has to be mended", () => {
  const problems = new Problems();
  for (let number = 0; number < 10; number++) problems.add("missingFile", `number ${number}`, "Correct it.");
  expect(renderProblems(problems.list, plain).match(/RG1015/g)).toHaveLength(10);
});

test("a document of one endless line gets no frame", () => {
  const long = JSON.stringify({ a: "x".repeat(1_000), b: 5 });
  const minified: SourceFile = { ...file, text: long, format: "json", value: JSON.parse(long) };
  const problems = new Problems();
  problems.add("brokenCorner", "odd", "Mend it.", new Cursor(minified).get("b"));
  expect(renderProblems(problems.list, plain)).toBe(`specs/api.yaml:1:1009  RG3001 warning  odd\n    Mend it.\n`);
});

test("a problem as data has its place in numbers", () => {
  const problems = new Problems();
  problems.add("brokenCorner", "odd", "Mend it.", get("/b"));
  problems.add("notOurs", "in the way", "Move it.");
  expect(problems.list.map(placed)).toEqual([
    {
      code: "RG3001",
      severity: "warning",
      message: "odd",
      hint: "Mend it.",
      file: "specs/api.yaml",
      line: 6,
      column: 5,
    },
    { code: "RG4002", severity: "error", message: "in the way", hint: "Move it." },
  ]);
});

test("colour is only where it is asked for", () => {
  const problems = new Problems();
  problems.add("brokenCorner", "odd", "Mend it.", get("/a"));
  expect(renderProblems(problems.list, plain)).not.toContain("\u001b");
  expect(renderProblems(problems.list, { ...plain, color: true })).toContain("\u001b");
});

test("what a document says cannot steer the terminal that shows it", () => {
  const text = 'a: "\u001b[2J"\r\n';
  const file = { url: "file:///a.yaml", name: "a.yaml", text, format: "yaml", value: {} } as const;
  const message = `'\u001b]0;evil\u0007\u202e' is wrong\nRG0000 a second problem ${"x".repeat(1_000)}`;
  const problem = {
    code: "RG3001",
    severity: "warning",
    message,
    hint: "Mend it.",
    at: { file, path: ["a"] },
  } as const;
  const shown = renderProblems([problem], { color: false, perKind: 3 });
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  expect(shown).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u202e]/);
  expect(shown.split("\n").filter((line) => line.startsWith("RG"))).toEqual([]);
  expect(shown.length).toBeLessThan(700);
  expect(shown).toContain("'\\u001b]0;evil\\u0007\\u202e' is wrong RG0000");
});
