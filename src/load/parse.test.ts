import { describe, expect, test } from "vitest";
import { told } from "../../tests/support/stages.js";
import { Problems, type SourceFile } from "../diagnostics/index.js";
import { parse } from "./parse.js";

interface Read {
  readonly file: SourceFile | undefined;
  readonly told: readonly string[];
}

function read(content: string | Uint8Array): Read {
  const problems = new Problems();
  const bytes = typeof content === "string" ? new TextEncoder().encode(content) : content;
  const file = parse({ url: "file:///nowhere/a.yaml", name: "a.yaml", bytes }, problems);
  return { file, told: told(problems) };
}

const parsed = (content: string | Uint8Array): unknown => read(content).file?.value;

describe("what is read", () => {
  test("YAML and JSON come to the same value", () => {
    const yaml = "a:\n  - 1\n  - b: null\n200: x\n";
    expect(parsed(yaml)).toEqual({ a: [1, { b: null }], 200: "x" });
    expect(parsed('{"a": [1, {"b": null}], "200": "x"}')).toEqual(parsed(yaml));
    expect(read(yaml).file?.format).toBe("yaml");
    expect(read("{}").file?.format).toBe("json");
  });

  test("what is no UTF-8 is read as Latin-1, and its place is told", () => {
    const { file, told } = read(Buffer.from("info:\n  title: Caf\xe9\n", "latin1"));
    expect(file?.value).toEqual({ info: { title: "Café" } });
    expect(told).toEqual(["2:13 RG1016 The document is not UTF-8. It was read as Latin-1."]);
  });

  test("YAML in flow style is YAML although it begins like JSON", () => {
    expect(read("{ a: [b, c], }").file).toMatchObject({ value: { a: ["b", "c"] }, format: "yaml" });
  });

  test("dates, yes and no stay text, as in YAML 1.2", () => {
    expect(parsed("a: 2024-01-02\nb: yes\nc: no\nd: 12:30:45\n")).toEqual({
      a: "2024-01-02",
      b: "yes",
      c: "no",
      d: "12:30:45",
    });
  });

  test("merge keys are followed, and written keys win", () => {
    expect(parsed("x: &x { a: 1, b: 2 }\ny: { <<: *x, b: 3 }\n")).toMatchObject({ y: { a: 1, b: 3 } });
  });

  test("a byte order mark tells UTF-16 from UTF-8 and is no part of the text", () => {
    const text = "a: ä\n";
    const littleEndian = Buffer.from(`\ufeff${text}`, "utf16le");
    const bigEndian = Buffer.from(littleEndian).swap16();
    for (const bytes of [Buffer.from(`\ufeff${text}`), littleEndian, bigEndian])
      expect(parsed(bytes)).toEqual({ a: "ä" });
  });

  test("a member called __proto__ is a member like others", () => {
    for (const text of ['{"__proto__": {"polluted": true}}', "__proto__: { polluted: true }\n"]) {
      const value = parsed(text) as object;
      expect(Object.keys(value)).toEqual(["__proto__"]);
      expect(Object.getPrototypeOf(value)).toBe(Object.prototype);
    }
  });

  test("a key that stands twice is told, and the last one holds", () => {
    const { file, told } = read("a: 1\nb: 2\na: 3\n");
    expect(file?.value).toEqual({ a: 3, b: 2 });
    expect(told).toEqual(["3:1 RG1010 Duplicate key. The last one is used."]);
  });
});

describe("every key that stands twice is told at its place", () => {
  test.each([
    ["YAML", "a: 1\nb:\n  c: x\n  d: { e: 1, e: 2 }\n  c: y\na: 3\nf: a\n", ["4:14", "5:3", "6:1"]],
    [
      "JSON",
      '{"a": 1, "b": {\n "c": "a:b", "c": [{"d": 1, "d": 2}]},\n "a": {"__proto__": 1} }',
      ["2:14", "2:29", "3:2"],
    ],
  ])("in %s", (_format, text, places) => {
    const { file, told } = read(text);
    expect(file).toBeDefined();
    expect(told.map((line) => line.split(" ", 2))).toEqual(places.map((place) => [place, "RG1010"]));
  });

  test("and no other", () => {
    expect(read('{"a": {"b": "x:y", "__proto__": [1, {"b": ":"}]}, "c\\":": 1}').told).toEqual([]);
  });
});

describe("what cannot be read is told at its line and column", () => {
  test.each([
    ["a tab for an indent", "a:\n\tb: 1\n", "2:1 RG1002 Invalid YAML: tab characters must not be used"],
    ["an open bracket", "a: [1,\nb: 2\n", "3:1 RG1002 Invalid YAML: unexpected end of the stream"],
    ["an unknown alias", "a: 1\nb: *x\n", '2:6 RG1002 Invalid YAML: unidentified alias "x"'],
    ["a missing comma in JSON", '{\n  "a": 1\n  "b": 2\n}', "3:3 RG1002 Invalid JSON: comma expected"],
    ["a JSON that stops", '{"a": [1, 2', "1:12 RG1002 Invalid JSON"],
    ["several documents in one", "a: 1\n---\nb: 2\n", "1:1 RG1002 Invalid YAML: expected a single document"],
    ["bytes that are no text", "\u0000\u0001", "1:1 RG1002 Invalid YAML: null byte"],
  ])("%s", (_what, text, expected) => {
    const { file, told } = read(text);
    expect(file).toBeUndefined();
    expect(told).toHaveLength(1);
    expect(told[0]).toContain(expected);
  });

  test("an error behind a key that stands twice is told as well", () => {
    const { file, told } = read("a: 1\na: 2\nb: [\n");
    expect(file).toBeUndefined();
    expect(told.map((line) => line.slice(0, 10))).toEqual(["2:1 RG1010", "4:1 RG1002"]);
  });
});

describe("what was made to do harm is refused, at once", () => {
  const bomb = (rows: number): string => {
    const lines = Array.from({ length: rows }, (_, row) => {
      const inner = row === 0 ? "x" : `*a${row - 1}`;
      return `a${row}: &a${row} [${Array(9).fill(inner).join(", ")}]`;
    });
    return `${lines.join("\n")}\n`;
  };
  const chain = (length: number, keyOf: (row: number) => number): string =>
    Array.from({ length }, (_, row) => `${keyOf(row)}: &a${row} [${row === 0 ? 1 : `*a${row - 1}`}]\n`).join("");

  test.each([
    ["JSON 5,000 levels deep", `${'{"a":'.repeat(5_000)}1${"}".repeat(5_000)}`],
    ["flow YAML 5,000 levels deep", `a: ${"[".repeat(5_000)}${"]".repeat(5_000)}`],
    ["block YAML 3,000 levels deep", Array.from({ length: 3_000 }, (_, row) => `${" ".repeat(row)}a:`).join("\n")],
    ["aliases that multiply", bomb(12)],
    ["aliases that multiply, behind a key that stands twice", `z: 1\nz: 2\n${bomb(12)}`],
    ["an alias of what it stands in", "a: &a\n  b: *a\n"],
    ["aliases that nest deeper than any document", chain(1_000, (row) => row)],
    ["the same the other way round", chain(20_000, (row) => 100_000 - row)],
    [
      "merge keys without end",
      `a: &a { ${Array.from({ length: 5_000 }, (_, key) => `k${key}: 1`).join(", ")} }\n` +
        Array.from({ length: 20 }, (_, row) => `b${row}: { <<: *a }\n`).join(""),
    ],
  ])("%s", (_what, text) => {
    const startedAt = performance.now();
    const { file, told } = read(text);
    expect(file).toBeUndefined();
    expect(told.at(-1)).toContain("RG1003 The document is nested deeper than 400 levels");
    expect(performance.now() - startedAt).toBeLessThan(2_000);
  });

  test("aliases as people use them are no harm", () => {
    const row = (number: number): string => `  r${number}: { <<: *base, own: ${number}, also: *base }\n`;
    const text = `base: &base { a: { b: [1, 2, 3] } }\nrows:\n${Array.from({ length: 2_000 }, (_, number) => row(number)).join("")}`;
    expect(read(text).told).toEqual([]);
  });

  test("brackets within texts of JSON do not count as levels", () => {
    expect(read(JSON.stringify({ a: '["\\"{'.repeat(1_000) })).told).toEqual([]);
  });
});
