import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { beforeEach, describe, expect, test } from "vitest";
import { browserForTests, needsBrowser } from "../../tests/support/browser.js";
import { folderWith } from "../../tests/support/folders.js";
import { inspect } from "../inspect.js";
import { type Conclusions, conclusionsOf } from "./conclusions.js";
import { type ScenarioFlags, type Simulation, scenarioOf, simulate } from "./index.js";
import { simulationPage } from "./page.js";
import { simulationText } from "./text.js";

const { operations } = await inspect({ input: "fixtures/shop/openapi.yaml" });

function operation(name: string): (typeof operations)[number] {
  const found = operations.find(({ api }) => api.name === name);
  if (found === undefined) throw new Error(`No operation ${name}`);
  return found;
}

const simulated = (name: string, flags: Partial<ScenarioFlags> = {}): Promise<Simulation> =>
  simulate(operation(name), scenarioOf({ fail: [], ...flags }));

const summaries = ({ variants }: Simulation) => {
  const [policies, none, retries] = variants.map(({ summary }) => summary);
  if (none === undefined || retries === undefined || policies === undefined) throw new Error("A variant is missing");
  return { none, retries, policies };
};

const concluded = (simulation: Simulation, name = "getOrder"): Conclusions =>
  conclusionsOf(simulation, operation(name).api.policies);

const short = { duration: "30s", fail: ["outage:10s-15s"], rate: "20" };

test("the same seed gives the same numbers, and another seed gives others", async () => {
  const first = await simulated("getOrder", short);
  expect(await simulated("getOrder", short)).toEqual(first);
  expect(await simulated("getOrder", { ...short, seed: "2" })).not.toEqual(first);
});

test("all variants get the same calls, and the first one is named after the preset", async () => {
  const simulation = await simulated("getOrder", short);
  expect(simulation.variants.map(({ name }) => name)).toEqual(["standard preset", "No policies", "Retries only"]);
  const { none, retries, policies } = summaries(simulation);
  expect(none.calls).toBeGreaterThan(500);
  expect([retries.calls, policies.calls]).toEqual([none.calls, none.calls]);
  expect(none.attempts).toBe(none.calls);
});

test("in the default scenario, more calls succeed with the policies than without policies or with retries only", async () => {
  const { none, retries, policies } = summaries(await simulated("getOrder"));
  expect(policies.ok).toBeGreaterThan(none.ok + 0.01);
  expect(policies.ok).toBeGreaterThan(retries.ok + 0.2);
  expect(policies.okBefore).toBeGreaterThan(0.99);
  expect(policies.okAfter).toBeGreaterThan(0.99);
  expect(retries.recoveryMs).toBeNull();
  expect(policies.latencyP95).toBeLessThan(none.latencyP95);
});

describe("a slow server", () => {
  test("causes a retry storm that outlasts the fault with retries only, but not with the policies", async () => {
    const simulation = await simulated("getOrder", { fail: ["slow:20s-40s:10"] });
    const { retries, policies } = summaries(simulation);
    expect(retries.recoveryMs).toBeNull();
    expect(retries.okAfter).toBeLessThan(0.1);
    expect(retries.wasted).toBeGreaterThan(0.5);
    expect(retries.peakLoad).toBeGreaterThan(3 * simulation.capacity);
    expect(policies.recoveryMs).toBeLessThan(5_000);
    expect(policies.okAfter).toBeGreaterThan(0.95);
    expect(policies.peakLoad).toBeLessThan(2 * simulation.capacity);
    const { costs, retries: conclusions } = concluded(simulation);
    expect(conclusions.join(" ")).toContain("a retry storm");
    expect(conclusions.join(" ")).toContain("kept the server down after the fault was over");
    // A simulation that hid the costs would be an advertisement.
    expect(costs.join(" ")).toContain("Trade-off: without policies");
  });

  test("makes hand-written retries execute writes twice; the policies never do", async () => {
    const simulation = await simulated("pay");
    const { none, retries, policies } = summaries(simulation);
    expect(retries.executedTwice).toBeGreaterThan(100);
    expect([none.executedTwice, policies.executedTwice]).toEqual([0, 0]);
    const conclusions = concluded(simulation, "pay");
    expect(conclusions.gains).toContain("No write was executed more than once.");
    expect(conclusions.retries.at(-1)).toMatch(/^[\d,]+ writes were executed more than once\.$/);
  });
});

describe("an outage", () => {
  test("opens the breaker, which reduces the load on the server, rejects calls, and closes soon after", async () => {
    const simulation = await simulated("getOrder", { fail: ["outage:20s-40s"] });
    const { retries, policies } = summaries(simulation);
    const [own] = simulation.variants;
    expect(Math.max(...(own?.series.open ?? []))).toBe(1);
    expect(own?.series.open.slice(0, 20)).toEqual(Array(20).fill(0));
    expect(policies.rejectedBy).toEqual({ breaker: policies.rejected, bulkhead: 0, rateLimit: 0 });
    expect(policies.rejected).toBeGreaterThan(800);
    expect(Math.max(...(own?.series.rejected.breaker ?? []))).toBeGreaterThan(10);
    expect(policies.attempts).toBeLessThan(retries.attempts / 2);
    expect(policies.recoveryMs).toBeLessThan(12_000);
    const costs = concluded(simulation).costs.join(" ");
    expect(costs).toMatch(/The client rejected \d+% of calls \(circuit breaker: [\d,]+\)\./);
    expect(costs).not.toContain("breaker.cooldownMax");
    expect(costs).not.toContain("Even before the fault");
  });
});

test("a bulkhead that is too small for the traffic is reported as such", async () => {
  const simulation = await simulated("getInventory", { rate: "50" });
  const costs = concluded(simulation, "getInventory").costs.join(" ");
  expect(costs).toContain("Even before the fault, only");
  expect(costs).toContain("the bulkhead sustains 20 calls per second");
  expect(costs).not.toContain("cooldownMax");
});

test("several clients have a breaker each", async () => {
  const simulation = await simulated("getOrder", { fail: ["errors:20s-40s:0.5"], clients: "4" });
  const shares = new Set(simulation.variants[0]?.series.open);
  expect(shares.size).toBeGreaterThan(2);
});

test("an invalid flag is reported with its value and what is valid", () => {
  const wrong = (flags: Partial<ScenarioFlags>) => () => scenarioOf({ fail: [], ...flags });
  expect(wrong({ rate: "many" })).toThrow("--rate must be a number of at least 0.01 (was 'many').");
  expect(wrong({ latency: "5 parsecs" })).toThrow("--latency must be a duration such as 250ms");
  expect(wrong({ latency: "0" })).toThrow("--latency and --duration must be above 0");
  expect(wrong({ fail: ["fire:1s-2s"] })).toThrow("Invalid fault 'fire:1s-2s'. Pass --fail outage:20s-30s");
  expect(wrong({ fail: ["outage:3s-2s"] })).toThrow("The fault 'outage:3s-2s' ends before it starts.");
  expect(wrong({ fail: ["outage:3s-90s"] })).toThrow(
    "A fault ends at 90 s, but the run ends at 90 s. Raise --duration",
  );
  expect(wrong({ fail: ["errors:1s-2s:7"] })).toThrow("must be from 0 to 1");
  expect(wrong({ rate: "100000", duration: "1h" })).toThrow("above 500000 calls");
});

test("the text fits 80 columns, has a plot for each variant, the results, and the conclusions in order", async () => {
  const simulation = await simulated("getOrder", short);
  const text = simulationText(simulation, concluded(simulation), false);
  for (const line of text.split("\n")) expect([...line].length, line).toBeLessThan(81);
  expect(text.match(/^ {2}success +[ ▁▂▃▄▅▆▇█]{60}$/gm)?.length).toBeGreaterThan(0);
  expect(text.match(/^ {2}fault +─+▼+─+$/gm)).toHaveLength(3);
  expect(text).toMatch(/breaker +·+█+·+ +open/);
  expect(text).toMatch(/succeeded within 15 s +[\d.]+% +[\d.]+% +[\d.]+%/);
});

describe("the page in a browser", () => {
  beforeEach(needsBrowser);
  const open = browserForTests();

  const openPage = async (simulation: Simulation, options: Parameters<typeof open>[1]) => {
    const folder = await folderWith({});
    const page = simulationPage(simulation, concluded(simulation));
    await writeFile(join(folder, "simulation.html"), page);
    return open(join(folder, "simulation.html"), { offline: true, ...options });
  };

  test("has six charts for each variant, loads nothing, and fits a phone and a sheet of paper", async () => {
    const { page, requests, errors } = await openPage(await simulated("getOrder", short), {
      viewport: { width: 360, height: 740 },
    });
    expect(await page.locator("figure.policies svg .curve").count()).toBeGreaterThan(3);
    expect(await page.locator("figure svg").count()).toBe(18);
    const breakers = page.locator('svg[aria-label$="Circuit breaker"]');
    expect(await breakers.locator("text.note").allTextContents()).toEqual(["no breaker", "no breaker"]);
    expect(await breakers.locator("text.tick").allTextContents()).toEqual(expect.arrayContaining(["closed", "open"]));
    expect(await breakers.locator(".curve").count()).toBe(1);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(360);
    await page.emulateMedia({ media: "print", colorScheme: "dark" });
    expect(await page.evaluate(() => getComputedStyle(document.body).backgroundColor)).toBe("rgb(255, 255, 255)");
    expect([requests, errors]).toEqual([[], []]);
  });

  test("opens with what you get, what it costs, and what hand-written retries do", async () => {
    const { page } = await openPage(await simulated("pay"), { viewport: { width: 1280, height: 800 } });
    expect(await page.locator(".figures h2").allTextContents()).toEqual([
      "Successful calls",
      "Writes executed more than once",
    ]);
    expect(await page.locator(".figures").nth(1).locator("b").allTextContents()).toEqual([
      "0",
      "0",
      expect.stringMatching(/^[\d,]{3,}$/),
    ]);
    expect(await page.locator(".conclusions h2").allTextContents()).toEqual([
      "What you get",
      "What it costs",
      "What hand-written retries do",
    ]);
  });

  test("shows rejected calls by policy, under heads that stay in view, and its parameters with their flags", async () => {
    const { page } = await openPage(await simulated("getOrder", short), { viewport: { width: 1280, height: 600 } });
    const rejected = page.locator('svg[aria-label="standard preset: Calls rejected by the client, per second"]');
    expect(await rejected.locator(".breaker.area").count()).toBe(1);
    await page.locator("h3", { hasText: "queue" }).scrollIntoViewIfNeeded();
    expect(await page.locator(".heads .head").allTextContents()).toEqual([
      "standard preset",
      "No policies",
      "Retries only",
    ]);
    expect((await page.locator(".heads").boundingBox())?.y).toBe(0);
    const flags = await page.locator(".parameters tbody tr").allTextContents();
    expect(flags).toContain("--rate20calls per second, across all clients");
    expect(flags).toContain("--failoutage:10s-15sserver is down (connections are refused)");
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
