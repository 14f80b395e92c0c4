import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect, test } from "vitest";

const root = fileURLToPath(new URL("../../", import.meta.url));

/** What the built command prints. */
async function explain(...args: readonly string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  return promisify(execFile)(process.execPath, ["bin/resil-gen.js", "explain", ...args], { cwd: root }).then(
    (done) => ({ code: 0, ...done }),
    (error: { code: number; stdout: string; stderr: string }) => error,
  );
}

const shop = "fixtures/shop/openapi.yaml";

/** Where a text stands in the shop's document. */
function placeOf(text: string): { line: number; column: number } {
  const lines = readFileSync(`${root}${shop}`, "utf8").split("\n");
  const index = lines.findIndex((line) => line.includes(text));
  return { line: index + 1, column: (lines[index]?.indexOf(text) ?? 0) + 1 };
}

test("one operation: why it is retried, its worst case, its load, and each value with its line", async () => {
  const { code, stdout } = await explain(shop, "getInventory");
  expect(code).toBe(0);
  expect(stdout).toContain("getInventory GET /inventory");
  expect(stdout).toContain("GET is safe");
  expect(stdout).toMatch(/6\.05 s – 7\.05 s +waiting for a bulkhead slot/);
  const { line } = placeOf("minimumCalls: 3");
  expect(stdout).toMatch(new RegExp(`breaker\\.minimumCalls +3 +openapi\\.yaml:${line}\n`));
  expect(stdout).toMatch(/timeout\.total +15 s +default/);
  expect(stdout).not.toContain("idempotency.");
});

test("the whole document: groups, policies, warnings; nothing is wider than 80 columns", async () => {
  const { stdout } = await explain(shop);
  expect(stdout).toMatch(/^ {6}6 {2}reads$/m);
  expect(stdout).toMatch(/safeStandard +15 s, up to 4 attempts\n +listOrders, getOrder/);
  const operation = await explain(shop, "POST /payments");
  for (const line of [stdout, operation.stdout].join("").split("\n")) expect([...line].length, line).toBeLessThan(81);
});

test("--json has all values, including inactive ones, with file, line, and column", async () => {
  const { stdout } = await explain(shop, "getInventory", "--json");
  const { operations } = JSON.parse(stdout) as { operations: { values: { name: string; origin: object }[] }[] };
  expect(operations).toHaveLength(1);
  expect(operations[0]?.values.find(({ name }) => name === "bulkhead.queue")).toEqual({
    name: "bulkhead.queue",
    value: 2,
    text: "2",
    isActive: true,
    origin: {
      source: "spec",
      level: "operation",
      at: { file: shop, ...placeOf("queue: 2, queueTimeout") },
      text: `openapi.yaml:${placeOf("queue: 2, queueTimeout").line}`,
    },
  });
  const all = JSON.parse((await explain(shop, "--json")).stdout) as { operations: unknown[] };
  expect(all.operations).toHaveLength(10);
});

test("an unknown operation exits 2 and suggests the closest name", async () => {
  expect(await explain(shop, "getOder")).toMatchObject({ code: 2, stderr: expect.stringContaining("'getOrder'") });
});
