import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { problemCodes } from "./codes.js";

const page = readFileSync(new URL("../../docs/problems.md", import.meta.url), "utf8");

test.each(Object.values(problemCodes))("$code has a section of its own in docs/problems.md", ({ code, title }) => {
  const [, section = ""] = page.split(`\n### ${code}\n`);
  const [, heading, , first] = section.split("\n");
  expect(heading).toBe(`**${title}**`);
  expect(first?.length).toBeGreaterThan(40);
});

test("no two problems have one code", () => {
  const codes = Object.values(problemCodes).map(({ code }) => code);
  expect(new Set(codes).size).toBe(codes.length);
});
