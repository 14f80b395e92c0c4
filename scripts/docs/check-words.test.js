import { describe, expect, test } from "vitest";
import { allRules, findings } from "./check-words.js";

const find = (path, text) => findings(path, text, allRules).map((each) => each.split(": ")[1].split(". ")[0]);

describe("British spellings are found in a page", () => {
  test.each([
    "normalise",
    "recognised",
    "serialisation",
    "behaviour",
    "colours",
    "honours",
    "neighbouring",
    "cancelled",
    "analysed",
    "licence",
    "catalogue",
    "artefacts",
    "whilst",
    "authorisation",
    "optimised",
  ])("%s", (word) => {
    expect(find("page.md", `The word ${word} is British.`)).toEqual([`'${word}'`]);
  });
});

test("American spellings and words that only look British are not found", () => {
  const text =
    "Normalize, recognized, behavior, canceled, optimistic, license, capital, disguised, promised, exercise.";
  expect(find("page.md", text)).toEqual([]);
});

test("the old vocabulary is found with its line and what to write instead", () => {
  expect(findings("docs/page.md", "# Title\n\nWhoever waits hears of it.\n", allRules)).toEqual([
    "docs/page.md:3: 'Whoever'. Name the actor: the caller, the server, you, your team.",
    "docs/page.md:3: 'hears'. Write 'receives'.",
  ]);
});

test("code of a page is not prose: fences, indented blocks, inline code, and link targets", () => {
  const page = "Set `behaviour`.\n\n```ts\n// behaviour\n```\n\n    npm run behaviour\n\n[Link](behaviour.md)\n";
  expect(find("page.md", page)).toEqual([]);
});

test("comments and messages of a program are prose, its names are not", () => {
  const program = [
    "// The behaviour of it.",
    "const behaviour = 1; /* a colour */",
    "/** Honours `behaviour`. */",
    "export const text = 'It was cancelled at once.';",
    "const state = 'cancelled';",
  ].join("\n");
  expect(find("program.ts", program)).toEqual(["'behaviour'", "'colour'", "'Honours'", "'cancelled'"]);
});
