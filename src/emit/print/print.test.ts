import fc from "fast-check";
import ts from "typescript";
import { describe, expect, test } from "vitest";
import { commentText, printComment } from "./comment.js";
import { CallCode, Code, printLiteral, printPropertyName, printString } from "./literal.js";

const hostile = fc.oneof(
  fc.string({ unit: "binary" }),
  fc.constantFrom(
    "*/",
    "/*",
    "`$" + "{x}`",
    "\u2028",
    "\u202e",
    "__proto__",
    "constructor",
    "\\",
    '"',
    "'",
    "</script>",
    "\n// x",
    "@ts-ignore",
    "*\\/",
  ),
  fc.array(fc.constantFrom("*", "/", "\\", "@", "\n", "`", "$", "{"), { maxLength: 12 }).map((parts) => parts.join("")),
);

/** What a compiler makes of an expression: its value, read from its syntax tree, without running it. */
function valueIn(code: string): unknown {
  const source = ts.createSourceFile("x.ts", `(${code})`, ts.ScriptTarget.ES2022, true);
  expect((source as unknown as { parseDiagnostics: unknown[] }).parseDiagnostics).toEqual([]);
  expect(source.statements).toHaveLength(1);
  // The tree holds literals alone, so there is nothing to run but them.
  return new Function(`return (${code})`)();
}

describe("literals", () => {
  test("a text comes back as it was, whatever is in it", () => {
    fc.assert(
      fc.property(hostile, (text) => {
        expect(valueIn(printString(text))).toBe(text);
      }),
    );
  });

  test("so does every JSON value, and prints no character that an editor hides", () => {
    const json = fc.oneof(fc.jsonValue(), fc.dictionary(hostile, hostile));
    fc.assert(
      fc.property(json, (value) => {
        const code = printLiteral(value);
        expect(code).not.toMatch(/[\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff]/);
        expect(JSON.stringify(valueIn(code))).toBe(JSON.stringify(value));
      }),
    );
  });

  test("a member called __proto__ is a member", () => {
    const value = valueIn(printLiteral(JSON.parse('{"__proto__": {"a": 1}}'))) as object;
    expect(Object.getPrototypeOf(value)).toBe(Object.prototype);
    expect(Object.keys(value)).toEqual(["__proto__"]);
  });

  test("a name of a member is one, whatever is in it", () => {
    fc.assert(
      fc.property(hostile, (name) => {
        const source = ts.createSourceFile(
          "x.ts",
          `type T = { ${printPropertyName(name)}: 1 }`,
          ts.ScriptTarget.ES2022,
          true,
        );
        expect((source as unknown as { parseDiagnostics: unknown[] }).parseDiagnostics).toEqual([]);
        const [alias] = source.statements;
        const member = (alias as ts.TypeAliasDeclaration).type as ts.TypeLiteralNode;
        expect(member.members.map((own) => (own.name as ts.StringLiteral).text)).toEqual([name]);
      }),
    );
  });

  test("what does not fit on a line stands on several, one member each", () => {
    expect(printLiteral({ a: 1, b: [1, 2] })).toBe("{ a: 1, b: [1, 2] }");
    const long = printLiteral({ a: "x".repeat(60), b: "y".repeat(60) });
    expect(long).toBe(`{\n  a: "${"x".repeat(60)}",\n  b: "${"y".repeat(60)}",\n}`);
    expect(printLiteral({ extensions: [new Code("keys"), new CallCode("hedge", [1, "x"])] })).toBe(
      '{ extensions: [keys, hedge(1, "x")] }',
    );
  });
});

describe("comments", () => {
  test("nothing in a text ends its comment, or is a directive", () => {
    fc.assert(
      fc.property(fc.array(hostile, { maxLength: 4 }), (texts) => {
        const comment = printComment([texts.join("\n"), { tag: "deprecated", text: texts.join(" ") }]);
        const source = ts.createSourceFile("x.ts", `${comment}export const a = 1;`, ts.ScriptTarget.ES2022, true);
        expect((source as unknown as { parseDiagnostics: unknown[] }).parseDiagnostics).toEqual([]);
        expect(source.statements).toHaveLength(1);
        const isDirective = comment.split("\n").some((line) => /^\s*\*?\s*@ts-/.test(line));
        expect(isDirective).toBe(false);
      }),
    );
  });

  test("what was a mark stays readable", () => {
    expect(commentText("a */ b")).toBe("a *\\/ b");
    expect(printComment(["Says @deprecated, and\n@param x is no tag"])).toBe(
      "/**\n * Says @deprecated, and\n * \\@param x is no tag\n */\n",
    );
  });

  test("prose is wrapped; tables and code are not", () => {
    const prose = `${"word ".repeat(40)}end`;
    expect(
      printComment([prose])
        .split("\n")
        .every((line) => line.length <= 120),
    ).toBe(true);
    const row = `| ${"cell | ".repeat(40)}`;
    expect(printComment([row])).toContain(row.trim());
  });
});
