// What every message has in common: it is a sentence, and its fix is one in the imperative.
import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import ts from "typescript";
import { describe, expect, test } from "vitest";
import { problemCodes } from "./codes.js";

const root = fileURLToPath(new URL("../../", import.meta.url));

interface Text {
  readonly place: string;
  readonly text: string;
}

/** The texts of all `problems.add(code, message, hint)` and `new UsageError(message)`; `${…}` stands for what is put in. */
function textsOf(file: string): { messages: Text[]; hints: Text[] } {
  const source = ts.createSourceFile(file, readFileSync(`${root}${file}`, "utf8"), ts.ScriptTarget.Latest, true);
  const messages: Text[] = [];
  const hints: Text[] = [];
  const add = (list: Text[], node: ts.Expression | undefined): void => {
    const text = node === undefined ? undefined : textOf(node);
    if (node === undefined || text === undefined) return;
    list.push({ place: `${file}:${source.getLineAndCharacterOfPosition(node.getStart()).line + 1}`, text });
  };
  const visit = (node: ts.Node): void => {
    if (ts.isCallExpression(node) && /(^|\.)problems\.add$/.test(node.expression.getText())) {
      add(messages, node.arguments[1]);
      add(hints, node.arguments[2]);
    }
    if (ts.isNewExpression(node) && node.expression.getText() === "UsageError") add(messages, node.arguments?.[0]);
    ts.forEachChild(node, visit);
  };
  visit(source);
  return { messages, hints };
}

/** A literal's text. What a variable holds is not followed. */
function textOf(node: ts.Expression): string | undefined {
  if (ts.isStringLiteralLike(node)) return node.text;
  if (!ts.isTemplateExpression(node)) return undefined;
  return node.head.text + node.templateSpans.map(({ literal }) => `§${literal.text}`).join("");
}

const files = ["config", "load", "policies", "ir", "emit", "write", "lint", "commands"]
  .flatMap((folder) => readdirSync(`${root}src/${folder}`).map((name) => `src/${folder}/${name}`))
  .concat("src/options.ts", "src/cli.ts", "src/load-config.ts")
  .filter((file) => /(?<!\.test)\.ts$/.test(file));
const texts = files.map(textsOf);
const messages = texts.flatMap((found) => found.messages);
const hints = texts.flatMap((found) => found.hints);

/** Words of the time before, by what to write instead. */
const odd: readonly (readonly [RegExp, string])[] = [
  [/\bmend\b/i, "fix"],
  [/\b(is|are) no \w/, "is not a"],
  [/\bstands?\b/, "is, occurs"],
  [/\bleft out\b|\btake[ns]? away\b/, "ignored, omitted"],
  [/\bleads nowhere\b/, "can't be resolved"],
  [/\b(somebody|nobody|whoever)\b/i, "the actor's name"],
  [/\ba text\b/, "a string"],
  [/\bgive\b/i, "pass, use, set"],
  [/\bKnown are\b/, "Valid settings"],
  [/\banswers?\b/i, "response"],
  [/\bcannot\b/, "can't"],
];

describe("messages and hints", () => {
  test("are found", () => {
    expect(messages.length).toBeGreaterThan(60);
    expect(hints.length).toBeGreaterThan(50);
  });

  test.each(messages.map(({ place, text }) => [place, text]))("%s is a sentence: %s", (_place, text) => {
    expect(text).toMatch(/^[^a-z]/);
    expect(text).toMatch(/[.?§]$/);
  });

  test.each(hints.map(({ place, text }) => [place, text]))("%s tells what to do: %s", (_place, text) => {
    const [prose = ""] = text.split("\n ");
    expect(prose).toMatch(/^[A-Z§]/);
    expect(prose).toMatch(/[.:§]$/);
  });

  test.each([...messages, ...hints].map(({ place, text }) => [place, text]))(
    "%s has no odd words: %s",
    (_place, text) => {
      for (const [pattern, better] of odd) expect(text, `write: ${better}`).not.toMatch(pattern);
    },
  );

  test.each(Object.values(problemCodes))("the title of $code has no odd words", ({ title }) => {
    for (const [pattern, better] of odd) expect(title, `write: ${better}`).not.toMatch(pattern);
  });
});
