import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { matches } from "../ir/matches.js";
import { stringMatching } from "./sample-pattern.js";

describe("a text that matches a pattern", () => {
  test.each([
    ["^[a-z]+$", "a"],
    ["^\\d{3}-\\d{2}$", "000-00"],
    ["^(GET|POST)$", "GET"],
    ["^[^a0A]x?$", "-"],
    ["(\\w)\\1", "aa"],
    ["^\\u0041\\x42\\t$", "AB\t"],
    ["^\\p{Lu}\\p{L}*$", "A"],
    ["^(?<year>\\d{4})(?:-\\d\\d)?$", "0000"],
    ["^[\\w.-]+@[\\w-]+\\.com$", "a@a.com"],
    ["^[]-]$|^x$", undefined],
    ["^a{5000}$", undefined],
    ["^(", undefined],
  ])("%s: %j", (pattern, text) => {
    expect(stringMatching(pattern, 0, 100)).toBe(text);
  });

  test("is as long as it must be, and not longer than it may", () => {
    expect(stringMatching("^[a-z]+$", 5, 100)).toBe("aaaaa");
    expect(stringMatching("^[a-z]{3,}$", 0, 2)).toBeUndefined();
  });

  test("what looks ahead is checked at the end", () => {
    expect(stringMatching("^(?!a)[a-z]$", 0, 9)).toBeUndefined();
  });

  test("matches, whenever one is given", () => {
    const part = fc.constantFrom("a", "\\d", "[x-z]", "[^a-f]", "(?:b|c)", "(q)", "\\.", ".", "\\s");
    const times = fc.constantFrom("", "*", "+", "?", "{2}", "{1,3}", "{2,}", "+?");
    const patterns = fc.array(fc.tuple(part, times), { minLength: 1, maxLength: 6 });
    fc.assert(
      fc.property(patterns, fc.nat(8), (parts, least) => {
        const pattern = `^${parts.map((pair) => pair.join("")).join("")}$`;
        const text = stringMatching(pattern, 0, 1_000);
        expect(text).toMatch(new RegExp(pattern, "u"));
        const longer = stringMatching(pattern, least, 1_000);
        if (longer !== undefined) expect(longer).toMatch(new RegExp(`^(?=[^]{${least},}$)`));
      }),
      { seed: 7 },
    );
  });
});

test("a pattern that no engine understands forbids nothing", () => {
  expect(matches("^(", "anything")).toBe(true);
});

const long = `${"a".repeat(190)}!`;

test.each(["^(a+)+$", "^(a|a)*$", "^(\\w+\\s?)*$", `^${"a?".repeat(20)}${"a*".repeat(20)}$`, `^${"a?".repeat(200)}$`])(
  "a pattern over which a backtracking engine would brood for ever is told right, soon: %s",
  (pattern) => {
    const startedAt = performance.now();
    expect(matches(pattern, long)).toBe(false);
    expect(matches(pattern, "aaa")).toBe(true);
    expect(performance.now() - startedAt).toBeLessThan(5_000);
  },
);

test.each(["^(?=(a+)+b)", "^(?=a*(?=a*(?=a*b)))", "^(a+)+\\1$"])(
  "what only a backtracking engine understands, and would brood over, is let pass: %s",
  (pattern) => {
    expect(matches(pattern, long)).toBe(true);
  },
);

test.each([
  ["^s3://([a-z]{1,61})/?((.{1,1024})/)?$", "s3://a", "text"],
  ["^([a-z]{0,63}){1,20}1$", "abc1", "abc2"],
  ["^((\\w{2}-?){2,2000})$", "ab-cd", "ab"],
])("bounds beyond what RE2 counts to are none: %s", (pattern, good, bad) => {
  expect([matches(pattern, good), matches(pattern, bad)]).toEqual([true, false]);
});

test("how often it was asked before changes nothing", () => {
  for (let index = 0; index < 30; index++) expect(matches(`^(x{1,${index + 2}}a+)+$`, long)).toBe(false);
});
