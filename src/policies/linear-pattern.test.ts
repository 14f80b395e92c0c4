import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { isLinear } from "./linear-pattern.js";

test.each([
  "^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$",
  "^[\\w-]{1,64}$",
  "^[A-Za-z0-9]+(-[A-Za-z0-9]+)*$",
  "^(?:order|payment)-\\d+$",
  "^(?<prefix>idem)_[a-zA-Z0-9]*$",
  "^k(e(y)?)?$",
  "^\\u0061\\x62[^a-z]+$",
  "^[a-z]{2,}$",
  "[0-9A-F]{32}",
  "^a?b?c?$",
  "^.+$",
])("%s takes linear time", (pattern) => {
  expect(isLinear(pattern)).toBe(true);
});

test.each([
  ["a loop in a loop", "^(([0-9a-f]+)-?)+!$"],
  ["the same in other words", "^(a*)*$"],
  ["alternatives that begin alike", "^(a|a)*b$"],
  ["two loops over the same", "^\\w*\\d*$"],
  ["a loop that does not know where it ends", "^.*x$"],
  ["classes that overlap", "^(\\d|[5-9])+x$"],
  ["classes that may overlap", "^(\\p{L}|a)+x$"],
  ["many ways to be nothing", `^${"(?:|)".repeat(30)}x$`],
  ["nothing, repeated", "^(a?)*b$"],
  ["a back-reference", "^(a+)\\1$"],
  ["a look ahead", "^(?=.*a)b+$"],
  ["a loop without an anchor", "[0-9]+x"],
  ["an anchor in some alternatives only", "^a+x|b+x"],
  ["bounds that multiply", "^(a{0,1000}){0,1000}$"],
  ["short bounds that overlap", `^${"a?".repeat(30)}${"a".repeat(30)}$`],
])("%s: %s is not taken for linear", (_what, pattern) => {
  expect(isLinear(pattern)).toBe(false);
});

describe("whatever pattern is taken for linear", () => {
  const atom = fc.constantFrom("a", "b", "[ab]", "[^a]", ".", "\\w", "\\d", "1", "-");
  const pattern = fc.letrec<{ node: string }>((tie) => ({
    node: fc.oneof(
      { depthSize: "small" },
      atom,
      fc.tuple(tie("node"), tie("node")).map(([a, b]) => a + b),
      fc.tuple(tie("node"), tie("node")).map(([a, b]) => `(?:${a}|${b})`),
      fc
        .tuple(tie("node"), fc.constantFrom("*", "+", "?", "{2}", "{0,3}", "{1,}", "*?"))
        .map(([a, q]) => `(?:${a})${q}`),
    ),
  })).node;

  test("comes to its end on texts that are made to keep it busy", () => {
    let linear = 0;
    fc.assert(
      fc.property(pattern, fc.constantFrom("a", "ab", "1", "a-", "b1"), (inner, unit) => {
        const whole = `^${inner}!$`;
        if (!isLinear(whole)) return;
        linear++;
        const startedAt = performance.now();
        new RegExp(whole, "u").test(`${unit.repeat(5_000)}?`);
        expect(performance.now() - startedAt).toBeLessThan(1_000);
      }),
      { numRuns: 3_000, seed: 7 },
    );
    expect(linear).toBeGreaterThan(300);
  });
});
