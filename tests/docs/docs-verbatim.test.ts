// What stands in these pages as TypeScript, whole modules or parts of one, stands in files that are compiled and run.
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";

const read = (path: string): string => readFileSync(new URL(`../../${path}`, import.meta.url), "utf8");

/** TypeScript of a page, and what it is called in the tests instead of how a user calls it. */
function blocksOf(page: string): string[] {
  const blocks = [...read(page).matchAll(/^```ts(?: no-check)?\n(.*?)^```/gms)].map(([, code = ""]) => code.trimEnd());
  return blocks.map((code) =>
    code
      .replaceAll('"./client/index.js"', '"../../.cache/e2e/shop/index.js"')
      .replaceAll('"./client/mocks.js"', '"../../.cache/e2e/shop/mocks.js"')
      .replaceAll('"./client/runtime/index.js"', '"resil-gen-runtime"'),
  );
}

describe.each([
  ["docs/testing.md", ["tests/clients/recipes.test.ts"]],
  ["docs/shared-state.md", ["tests/clients/shared-state-docs.test.ts", "tests/clients/custom-store.test.ts"]],
] as const)("%s", (page, programs) => {
  test.each(blocksOf(page).map((code) => [code.split("\n")[0], code]))("%s", (_, code) => {
    expect(programs.map(read).join("\n")).toContain(code);
  });
});
