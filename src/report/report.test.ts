import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { BrowserContextOptions } from "playwright-core";
import { beforeEach, describe, expect, test } from "vitest";
import { browserForTests, needsBrowser, type OpenPage } from "../../tests/support/browser.js";
import { folderWith } from "../../tests/support/folders.js";
import { openapi } from "../../tests/support/stages.js";
import { factsOf } from "../explain/index.js";
import { inspect } from "../inspect.js";
import { documentUrl } from "./document-url.js";
import { reportPage } from "./index.js";
import { verdictOf } from "./verdict.js";

const ok = { responses: { "200": { description: "ok" } } };
const open = browserForTests();

const date = new Date("2026-01-31T10:00:00Z");

async function reportOf(document: object | string, output = "-"): Promise<string> {
  if (typeof document === "string") return reportPage(factsOf(await inspect({ input: document })), { output, date });
  const folder = await folderWith({ "openapi.json": JSON.stringify(document) });
  return reportPage(factsOf(await inspect({ input: join(folder, "openapi.json") })), { output, date });
}

async function openReport(document: object | string, options?: BrowserContextOptions): Promise<OpenPage> {
  const folder = await folderWith({});
  await writeFile(join(folder, "report.html"), await reportOf(document));
  return open(join(folder, "report.html"), { offline: true, ...options });
}

const shop = "fixtures/shop/openapi.yaml";
const names = ".row .name";

/** Texts that would have an effect if they were parsed as markup or script. */
const hostile = [
  "</script><script>globalThis.hacked = 1</script>",
  "<img src=x onerror='globalThis.hacked = 1'>",
  "\"><svg onload='globalThis.hacked = 1'>",
  "'-alert(1)-'",
  "<!--<script>",
  "javascript:alert(1)",
  "\u202egnp.exe \u2028 \u2029 &lt;b&gt;",
  "__proto__",
];

function hostileDocument(): object {
  const paths = Object.fromEntries(
    hostile.map((text, index) => [
      `/${index}/${text}`,
      {
        post: {
          ...ok,
          operationId: text,
          summary: text,
          description: text,
          tags: [text],
          "x-resilience": { breaker: { scope: text } },
        },
        get: {
          ...ok,
          summary: text,
          tags: hostile,
          "x-resilience": { breaker: { scope: text }, fallback: { message: text } },
        },
      },
    ]),
  );
  return {
    ...openapi(paths),
    info: { title: hostile.join(" "), version: "1" },
    servers: [{ url: "https://a.example" }],
  };
}

test("the page depends on the document and the date only, names no folder, and no text can end its elements", async () => {
  const page = await reportOf(shop);
  expect(await reportOf(shop)).toBe(page);
  expect(page).not.toContain("fixtures/");
  expect(page).toContain("default-src 'none'");
  const bad = await reportOf(hostileDocument());
  expect(bad.match(/<\/?script/g)).toHaveLength(4);
  expect(bad.match(/<\/?(img|svg)\b/g)).toBeNull();
});

test("without scripts the page shows the verdict", async () => {
  expect(await reportOf(shop)).toMatch(/<noscript><h1>Corner Shop<\/h1><p>.+ standard preset/);
});

describe("the verdict", () => {
  const read = { get: { ...ok, operationId: "a" } };
  const verdictFor = async (paths: object, policies: object = {}) => {
    const folder = await folderWith({ "openapi.json": JSON.stringify(openapi(paths, { "x-resilience": policies })) });
    return verdictOf(factsOf(await inspect({ input: join(folder, "openapi.json") })).operations);
  };

  test("names the preset, the retried operations, the longest call, and the open decisions", async () => {
    expect(await verdictFor({ "/a": { ...read, post: { ...ok, operationId: "b" } } })).toEqual({
      level: "open",
      headline: "No call can hang, and retries are limited.",
      facts: ["standard preset", "1 of 2 operations retried", "longest call 30 s", "1 decision open"],
    });
    expect(await verdictFor({ "/a": read })).toMatchObject({ level: "good", facts: { 3: "no open decisions" } });
  });

  test("says first what can hang or overload the server", async () => {
    expect(await verdictFor({ "/a": read }, { preset: "off" })).toMatchObject({
      level: "danger",
      headline: "1 operation can hang forever.",
      facts: ["off preset", "0 of 1 operation retried", "no limit on the longest call", "2 decisions open"],
    });
    const storm = { breaker: false, retry: { budget: false } };
    expect((await verdictFor({ "/a": read }, storm)).headline).toBe(
      "1 operation can overload a failing server with retries.",
    );
  });
});

test("the page links to its document only if that reveals no folder and no secret", () => {
  expect(documentUrl("api/my api.yaml", "report.html")).toBe("api/my%20api.yaml");
  expect(documentUrl("javascript:alert(1)", "report.html")).toBe("javascript%3Aalert(1)");
  expect(documentUrl("https://me:secret@api.example/v1/openapi.json?token=x#y", "-")).toBe(
    "https://api.example/v1/openapi.json",
  );
  for (const [source, page] of [
    ["../openapi.yaml", "report.html"],
    ["openapi.yaml", "out/report.html"],
    ["-", "report.html"],
    ["openapi.yaml", "-"],
  ] as const)
    expect(documentUrl(source, page), source).toBeUndefined();
});

describe("in a browser", () => {
  beforeEach(needsBrowser);

  test("operations are grouped by policy set, with their worst-case duration; nothing else is loaded", async () => {
    const { page, requests, errors } = await openReport(shop);
    expect(await page.locator(".group.unretried-write .name").allTextContents()).toEqual(["pay"]);
    expect((await page.locator(".group.retried-write .name").allTextContents()).sort()).toEqual([
      "cancelOrder",
      "createOrder",
      "replaceOrder",
    ]);
    expect(await page.locator(".group.read .name").count()).toBe(6);
    const standard = page.locator(".set", { has: page.locator(".set-head", { hasText: "safeStandard" }) });
    expect(await standard.locator(".name").allTextContents()).toEqual(
      expect.arrayContaining(["listOrders", "getOrder"]),
    );
    expect(await standard.locator(".bar").count()).toBe(1);
    const slow = page.locator(".set", { hasText: "getSlowReport" });
    expect(await slow.locator(".time").textContent()).toContain("at most 2 s");
    expect([requests, errors]).toEqual([[], []]);
  });

  test("a row opens to why it is retried, its timeline, its load, and the origin of each value", async () => {
    const { page } = await openReport(shop);
    await page.locator(".name", { hasText: "createOrder" }).click();
    const detail = page.locator(".row[open] .detail");
    expect(await detail.locator(".why").textContent()).toContain("the document declares the key");
    expect(await detail.locator(".why").textContent()).toMatch(/Defined in openapi\.yaml:\d+\.$/);
    expect(await detail.locator(".timeline rect.attempt").count()).toBe(2);
    expect(await detail.locator(".timeline line.deadline").count()).toBe(1);
    expect(await detail.locator(".timeline").getAttribute("aria-label")).toContain("15 s at most, 2 attempts");
    expect(await detail.locator("h4", { hasText: "Shared" }).count()).toBe(0);
    await detail.locator(".values > summary").click();
    const row = detail.locator("tr", { hasText: "timeout.total" });
    expect(await row.textContent()).toBe("timeout.total15 sdefault");
    expect(await row.locator("a").getAttribute("href")).toMatch(
      /\/docs\/policies\.md#total-timeout-and-attempt-timeout$/,
    );
  });

  test("the three numbers, search, tags, and decisions filter the list", async () => {
    const { page } = await openReport(shop);
    await page.fill("input[type=search]", "orderid get");
    expect(await page.locator(names).allTextContents()).toEqual(["getOrder"]);
    await page.fill("input[type=search]", "");
    await page.selectOption("select", "payments");
    expect(await page.locator(names).allTextContents()).toEqual(["pay"]);
    await page.selectOption("select", "");
    expect(await page.locator(".number").allTextContents()).toEqual([
      "1Writes, not retried",
      "3Writes, retried",
      "6Reads",
    ]);
    await page.locator(".number.read").click();
    expect(await page.locator(names).count()).toBe(6);
    expect(await page.locator(".found").textContent()).toBe("6 of 10 operations");
    await page.locator(".number.read").click();
    expect(await page.locator(names).count()).toBe(10);
    await page.locator(".decisions .link").first().click();
    expect(await page.locator(names).allTextContents()).toEqual(["pay"]);
    await page.locator(".chip").click();
    expect(await page.locator(names).count()).toBe(10);
  });

  test("a decision has YAML to copy, says where to write it, and links to the line and the documentation", async () => {
    const folder = await folderWith({ "openapi.yaml": await readFile(shop, "utf8") });
    const input = join(folder, "openapi.yaml");
    const file = join(folder, "report.html");
    await writeFile(file, reportPage(factsOf(await inspect({ input })), { output: file, date }));
    const { page, errors } = await open(file, { offline: true, permissions: ["clipboard-read", "clipboard-write"] });
    const box = page.locator(".decisions .warning").first();
    expect(await box.textContent()).toContain("Add to POST /payments (openapi.yaml:");
    expect(await box.locator("a.source").getAttribute("href")).toMatch(/^openapi\.yaml#L\d+$/);
    expect(await box.locator("a", { hasText: "Documentation" }).getAttribute("href")).toMatch(
      /\/docs\/idempotency\.md$/,
    );
    await box.locator(".copy").click();
    await page.locator(".copy", { hasText: "Copied" }).waitFor();
    expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(
      "x-resilience:\n  idempotency: { supported: true }\n",
    );
    expect(errors).toEqual([]);
  });

  test("light and dark follow the system, and the button switches them", async () => {
    const paper = (page: OpenPage["page"]) => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
    const { page: light } = await openReport(shop, { colorScheme: "light" });
    const { page: dark } = await openReport(shop, { colorScheme: "dark" });
    const [inLight, inDark] = [await paper(light), await paper(dark)];
    expect(inDark).not.toBe(inLight);
    await light.locator(".theme").click();
    expect(await paper(light)).toBe(inDark);
    await light.locator(".theme").click();
    expect(await paper(light)).toBe(inLight);
  });

  test("on a phone the first operation is on the first screen and nothing is cut off; paper has no controls", async () => {
    const { page } = await openReport(shop, { viewport: { width: 375, height: 667 }, colorScheme: "dark" });
    const first = await page.locator(".row").first().boundingBox();
    expect((first?.y ?? 667) + (first?.height ?? 0)).toBeLessThan(667);
    await page.locator(".name", { hasText: "getOrder" }).click();
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(375);
    const { x, width } = (await page.locator(".timeline .deadline-name").boundingBox()) ?? { x: 0, width: 0 };
    expect([x + width < 375, width > 40]).toEqual([true, true]); // the end of the timeline is visible and readable
    await page.emulateMedia({ media: "print" });
    expect(await page.locator(".filters").isVisible()).toBe(false);
    expect(await page.locator(".timeline").isVisible()).toBe(true);
    expect(await page.evaluate(() => getComputedStyle(document.body).backgroundColor)).toBe("rgb(255, 255, 255)");
  });

  test("hostile texts stay texts, and scripts that somehow got in would not run", async () => {
    const { page, requests, errors } = await openReport(hostileDocument());
    for (const summary of await page.locator(".row > summary").all()) await summary.click();
    for (const summary of await page.locator(".detail .values > summary").all()) await summary.click();
    await page.fill("input[type=search]", "<img");
    expect(await page.locator(names).count()).toBeGreaterThan(0);
    expect(await page.locator("img, iframe, svg[onload], object").count()).toBe(0);
    const links = await page.locator("a").evaluateAll((all) => all.map((link) => link.getAttribute("href") ?? ""));
    for (const link of links)
      expect(link).toMatch(/^https:\/\/github\.com\/resil-gen\/resil-gen\/blob\/main\/docs\/[\w.#-]+$/);
    expect(await page.evaluate(() => "hacked" in globalThis)).toBe(false);
    expect([requests, errors]).toEqual([[], []]);
    await page.evaluate(() => {
      const script = document.createElement("script");
      script.textContent = "globalThis.hacked = 1";
      document.body.append(script);
    });
    expect(await page.evaluate(() => "hacked" in globalThis)).toBe(false);
    expect(errors).toEqual([expect.stringContaining("Content Security Policy")]);
  });

  const things = (count: number, operation: (index: number) => object = () => ({})) =>
    Object.fromEntries(
      Array.from({ length: count }, (_, index) => [
        `/things${index}`,
        { get: { ...ok, operationId: `getThing${index}`, ...operation(index) } },
      ]),
    );

  test("a thousand operations with one policy set: the page has a few rows, and more on demand", async () => {
    const { page } = await openReport(openapi(things(1_000), { "x-resilience": { preset: "high-traffic" } }));
    expect(await page.locator(".number.read").textContent()).toBe("1,000Reads");
    expect(await page.locator(names).count()).toBe(20);
    await page.fill("input[type=search]", "thing77");
    expect(await page.locator(names).count()).toBe(11);
    await page.locator(names).first().click();
    expect(await page.locator(".row[open] .detail").textContent()).toContain("with 999 other operations");
    await page.fill("input[type=search]", "");
    await page.locator(".more", { hasText: "Show 980 more" }).click();
    expect(await page.locator(names).count()).toBe(1_000);
  });

  test("a thousand policy sets: the page has a few of them, and more on demand", async () => {
    const document = openapi(things(1_000, (index) => ({ "x-resilience": { timeout: { total: 15_001 + index } } })));
    const { page } = await openReport(document);
    expect(await page.locator(names).count()).toBe(200);
    await page.locator(".more", { hasText: "Show 800 more policy sets" }).click();
    expect(await page.locator(names).count()).toBe(400);
  });
});
