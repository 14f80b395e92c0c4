import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { beforeEach, describe, expect, test } from "vitest";
import { browserForTests, needsBrowser } from "../../tests/support/browser.js";
import { folderWith } from "../../tests/support/folders.js";
import { inspect } from "../inspect.js";
import type { ApiOperation } from "../ir/index.js";
import { conclusionsOf } from "./conclusions.js";
import { type ScenarioFlags, type Simulation, scenarioOf, simulate } from "./index.js";
import { simulationPage } from "./page.js";
import { simulationText } from "./text.js";

const { operations } = await inspect({ input: "fixtures/shop/openapi.yaml" });

function operation(name: string): ApiOperation {
  const found = operations.find(({ api }) => api.name === name);
  if (found === undefined) throw new Error(`there is no ${name}`);
  return found.api;
}

const simulated = (name: string, flags: Partial<ScenarioFlags> = {}): Promise<Simulation> =>
  simulate(operation(name), scenarioOf({ fail: [], ...flags }));

const summaries = ({ variants }: Simulation) => {
  const [none, retries, policies] = variants.map(({ summary }) => summary);
  if (none === undefined || retries === undefined || policies === undefined) throw new Error("a variant is missing");
  return { none, retries, policies };
};

const short = { duration: "30s", fail: ["outage:10s-15s"], rate: "20" };

test("the same seed gives the same numbers, another one others", async () => {
  const first = await simulated("getOrder", short);
  expect(await simulated("getOrder", short)).toEqual(first);
  expect(await simulated("getOrder", { ...short, seed: "2" })).not.toEqual(first);
});

test("all variants get the same calls", async () => {
  const { none, retries, policies } = summaries(await simulated("getOrder", short));
  expect(none.calls).toBeGreaterThan(500);
  expect([retries.calls, policies.calls]).toEqual([none.calls, none.calls]);
  expect(none.attempts).toBe(none.calls);
});

test("in the default scenario more calls are answered with the policies than without, and than with retries only", async () => {
  const { none, retries, policies } = summaries(await simulated("getOrder"));
  expect(policies.ok).toBeGreaterThan(none.ok + 0.01);
  expect(policies.ok).toBeGreaterThan(retries.ok + 0.2);
  expect(policies.okBefore).toBeGreaterThan(0.99);
  expect(policies.okAfter).toBeGreaterThan(0.99);
  expect(retries.recoveryMs).toBeNull();
  expect(policies.latencyP95).toBeLessThan(none.latencyP95);
});

describe("a slow-down", () => {
  test("becomes a retry storm that outlasts it; the policies prevent that", async () => {
    const simulation = await simulated("getOrder", { fail: ["slow:20s-40s:10"] });
    const { retries, policies } = summaries(simulation);
    expect(retries.recoveryMs).toBeNull();
    expect(retries.okAfter).toBeLessThan(0.1);
    expect(retries.wasted).toBeGreaterThan(0.5);
    expect(retries.peakLoad).toBeGreaterThan(3 * simulation.capacity);
    expect(policies.recoveryMs).toBeLessThan(5_000);
    expect(policies.okAfter).toBeGreaterThan(0.95);
    expect(policies.peakLoad).toBeLessThan(2 * simulation.capacity);
    const told = conclusionsOf(simulation, operation("getOrder").policies).join(" ");
    expect(told).toContain("a retry storm");
    expect(told).toContain("keeps the dependency down after the fault is over");
    // A simulation that hid what the policies cost would be an advertisement.
    expect(told).toContain("The price: in this accident more calls are answered without the policies");
  });

  test("makes hand-written retries pay twice; the policies never do", async () => {
    const { none, retries, policies } = summaries(await simulated("pay"));
    expect(retries.executedTwice).toBeGreaterThan(100);
    expect([none.executedTwice, policies.executedTwice]).toEqual([0, 0]);
  });
});

describe("an outage", () => {
  test("opens the breaker, which spares the dependency, rejects calls at once and is soon closed again", async () => {
    const simulation = await simulated("getOrder", { fail: ["outage:20s-40s"] });
    const { retries, policies } = summaries(simulation);
    const [, , own] = simulation.variants;
    expect(Math.max(...(own?.series.open ?? []))).toBe(1);
    expect(own?.series.open.slice(0, 20)).toEqual(Array(20).fill(0));
    expect(policies.refused).toBeGreaterThan(800);
    expect(policies.attempts).toBeLessThan(retries.attempts / 2);
    const told = conclusionsOf(simulation, operation("getOrder").policies).join(" ");
    expect(policies.recoveryMs).toBeLessThan(12_000);
    expect(told).not.toContain("a lower breaker.cooldownMax");
    expect(told).not.toContain("Even before the fault");
  });
});

test("a bulkhead that is too small for the traffic is told, though no fault has begun", async () => {
  const simulation = await simulated("getInventory", { rate: "50" });
  const told = conclusionsOf(simulation, operation("getInventory").policies).join(" ");
  expect(told).toContain("Even before the fault only");
  expect(told).toContain("the bulkhead lets 20 calls a second through");
  expect(told).not.toContain("cooldownMax");
});

test("several clients have a breaker each", async () => {
  const simulation = await simulated("getOrder", { fail: ["errors:20s-40s:0.5"], clients: "4" });
  const shares = new Set(simulation.variants[2]?.series.open);
  expect(shares.size).toBeGreaterThan(2);
});

test("a wrong flag is told, with what would be right", () => {
  const wrong = (flags: Partial<ScenarioFlags>) => () => scenarioOf({ fail: [], ...flags });
  expect(wrong({ rate: "many" })).toThrow("--rate must be a number of 0.01 or more, not 'many'");
  expect(wrong({ latency: "5 parsecs" })).toThrow("--latency must be a time such as 250ms");
  expect(wrong({ latency: "0" })).toThrow("--latency and --duration must be above 0");
  expect(wrong({ fail: ["fire:1s-2s"] })).toThrow("'fire:1s-2s' says no fault; write --fail outage:20s-30s");
  expect(wrong({ fail: ["outage:3s-2s"] })).toThrow("'outage:3s-2s' ends before it begins");
  expect(wrong({ fail: ["outage:3s-90s"] })).toThrow("raise --duration");
  expect(wrong({ fail: ["errors:1s-2s:7"] })).toThrow("a share from 0 to 1");
  expect(wrong({ rate: "100000", duration: "1h" })).toThrow("above 500000 calls");
});

test("the text fits into 80 columns, and has a plot for each variant and the numbers", async () => {
  const simulation = await simulated("getOrder", short);
  const text = simulationText(simulation, conclusionsOf(simulation, operation("getOrder").policies), false);
  for (const line of text.split("\n")) expect([...line].length, line).toBeLessThan(81);
  expect(text.match(/^ {2}success +[ ▁▂▃▄▅▆▇█]{60}$/gm)?.length).toBeGreaterThan(0);
  expect(text.match(/^ {2}fault +─+▼+─+$/gm)).toHaveLength(3);
  expect(text).toMatch(/breaker +·+█+·+ +open/);
  expect(text).toMatch(/answered within 15 s +[\d.]+ % +[\d.]+ % +[\d.]+ %/);
});

describe("the page in a browser", () => {
  beforeEach(needsBrowser);
  const open = browserForTests();

  const openPage = async (simulation: Simulation, options: Parameters<typeof open>[1]) => {
    const folder = await folderWith({});
    const page = simulationPage(simulation, conclusionsOf(simulation, operation("getOrder").policies));
    await writeFile(join(folder, "simulation.html"), page);
    return open(join(folder, "simulation.html"), { offline: true, ...options });
  };

  test("has five charts for each variant, loads nothing, and fits a phone and a sheet of paper", async () => {
    const { page, requests, errors } = await openPage(await simulated("getOrder", short), {
      viewport: { width: 360, height: 740 },
    });
    expect(await page.locator("figure.policies svg .curve").count()).toBeGreaterThan(3);
    expect(await page.locator("figure svg").count()).toBe(15);
    const breakers = page.locator('svg[aria-label$="Circuit breaker"]');
    expect(await breakers.locator("text.note").allTextContents()).toEqual(["has none", "has none"]);
    expect(await breakers.locator("text.tick").allTextContents()).toEqual(expect.arrayContaining(["closed", "open"]));
    expect(await breakers.locator(".curve").count()).toBe(1);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(360);
    await page.emulateMedia({ media: "print", colorScheme: "dark" });
    expect(await page.evaluate(() => getComputedStyle(document.body).backgroundColor)).toBe("rgb(255, 255, 255)");
    expect([requests, errors]).toEqual([[], []]);
  });

  test("names from the document stay text", async () => {
    const simulation = await simulated("getOrder", short);
    const hostile = {
      ...simulation,
      operation: "<img src=x onerror=alert(1)>",
      path: "/</code><script>alert(1)</script>",
    };
    const { page, errors } = await openPage(hostile, {});
    expect(await page.locator("img, script").count()).toBe(0);
    expect(await page.locator("h1").textContent()).toBe(hostile.operation);
    expect(errors).toEqual([]);
  });
});
