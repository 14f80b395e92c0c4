// The official compliance suite of RFC 9535, as the npm package jsonpath-rfc9535 ships it, on the library that overlays use.
import { readFileSync } from "node:fs";
import { type JSONValue, query } from "json-p3";
import { expect, test } from "vitest";

interface Case {
  readonly name: string;
  readonly selector: string;
  readonly document?: JSONValue;
  /** The only result, or each order of results that is allowed. */
  readonly result?: readonly JSONValue[];
  readonly results?: readonly (readonly JSONValue[])[];
  readonly invalid_selector?: boolean;
}

const path = "node_modules/jsonpath-rfc9535/src/__tests__/jsonpath-compliance-test-suite/cts.json";
const suite = JSON.parse(readFileSync(new URL(`../../${path}`, import.meta.url), "utf8")) as {
  readonly tests: readonly Case[];
};

test("the suite is there", () => {
  expect(suite.tests.length).toBeGreaterThan(600);
});

test.each(
  suite.tests.filter(({ invalid_selector }) => invalid_selector !== true).map((each) => [each.name, each] as const),
)("selects what RFC 9535 selects: %s", (_name, { selector, document, result, results = [result ?? []] }) => {
  expect(results).toContainEqual(query(selector, document ?? null).values());
});

test.each(
  suite.tests.filter(({ invalid_selector }) => invalid_selector === true).map((each) => [each.name, each] as const),
)("rejects what is no JSONPath: %s", (_name, { selector }) => {
  expect(() => query(selector, {})).toThrow();
});
