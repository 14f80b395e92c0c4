import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { BrowserContextOptions } from "playwright-core";
import { beforeEach, describe, expect, test } from "vitest";
import { browserForTests, needsBrowser, type OpenPage } from "../../tests/support/browser.js";
import { folderWith } from "../../tests/support/folders.js";
import { openapi } from "../../tests/support/stages.js";
import { factsOf } from "../explain/index.js";
import { inspect } from "../inspect.js";
import { reportPage } from "./index.js";

const ok = { responses: { "200": { description: "ok" } } };
const open = browserForTests();

async function reportOf(document: object | string): Promise<string> {
  if (typeof document === "string") return reportPage(factsOf(await inspect({ input: document })));
  const folder = await folderWith({ "openapi.json": JSON.stringify(document) });
  return reportPage(factsOf(await inspect({ input: join(folder, "openapi.json") })));
}

async function openReport(document: object | string, options?: BrowserContextOptions): Promise<OpenPage> {
  const folder = await folderWith({});
  await writeFile(join(folder, "report.html"), await reportOf(document));
  return open(join(folder, "report.html"), { offline: true, ...options });
}

const shop = "fixtures/shop/openapi.yaml";
const names = ".row:not([hidden]) .name";

/** Texts that would do something if anything took them for markup or script. */
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

test("the page is the same for the same document, holds no folder's name, and no text can end its elements", async () => {
  const page = await reportOf(shop);
  expect(await reportOf(shop)).toBe(page);
  expect(page).not.toContain("fixtures/");
  expect(page).toContain("default-src 'none'");
  const bad = await reportOf(hostileDocument());
  expect(bad.match(/<\/?script/g)).toHaveLength(4);
  expect(bad.match(/<\/?(img|svg)\b/g)).toBeNull();
});

describe("in a browser", () => {
  beforeEach(needsBrowser);

  test("operations stand in groups by risk, with their longest time; nothing else is loaded", async () => {
    const { page, requests, errors } = await openReport(shop);
    expect(await page.locator("section.unrepeated .name").allTextContents()).toEqual(["pay"]);
    expect(await page.locator("section.repeated .name").allTextContents()).toEqual([
      "createOrder",
      "replaceOrder",
      "cancelOrder",
    ]);
    expect(await page.locator("section.group.read .name").count()).toBe(6);
    expect(await page.locator(".row", { hasText: "getSlowReport" }).locator(".time").textContent()).toBe("2 s");
    expect([requests, errors]).toEqual([[], []]);
  });

  test("an operation opens: why it is repeated, its time line, its load, where each value comes from", async () => {
    const { page } = await openReport(shop);
    await page.locator(".name", { hasText: "createOrder" }).click();
    const detail = page.locator(".row[open] .detail");
    expect(await detail.locator(".why").textContent()).toContain("the document declares the key");
    expect(await detail.locator(".timeline rect.attempt").count()).toBe(3);
    expect(await detail.locator(".timeline .deadline").count()).toBe(1);
    expect(await detail.locator(".timeline").getAttribute("aria-label")).toContain("15 s at the latest, 3 attempts");
    await detail.locator(".values > summary").click();
    expect(await detail.locator("tr", { hasText: "timeout.total" }).textContent()).toBe("timeout.total15 sdefault");
  });

  test("search, tags, groups and warnings narrow the list", async () => {
    const { page } = await openReport(shop);
    await page.fill("input[type=search]", "orderid get");
    expect(await page.locator(names).allTextContents()).toEqual(["getOrder"]);
    await page.fill("input[type=search]", "");
    await page.selectOption("select", "payments");
    expect(await page.locator(names).allTextContents()).toEqual(["pay"]);
    await page.selectOption("select", "");
    await page.locator(".chip.read").click();
    expect(await page.locator(names).count()).toBe(4);
    expect(await page.locator(".found").textContent()).toBe("4 operations of 10");
    await page.locator(".warnings .link").first().click();
    expect(await page.locator(names).allTextContents()).toEqual(["pay"]);
  });

  test("light and dark follow the system, and the button turns them", async () => {
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

  test("on a phone nothing is cut off; on paper there are no controls, and it is light", async () => {
    const { page } = await openReport(shop, { viewport: { width: 360, height: 740 }, colorScheme: "dark" });
    await page.locator(".name", { hasText: "getOrder" }).click();
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(360);
    const { x, width } = (await page.locator(".timeline .deadline-name").boundingBox()) ?? { x: 0, width: 0 };
    expect([x + width < 360, width > 40]).toEqual([true, true]); // the end is in sight, and can be read
    await page.emulateMedia({ media: "print" });
    expect(await page.locator(".tools").isVisible()).toBe(false);
    expect(await page.locator(".timeline").isVisible()).toBe(true);
    expect(await page.evaluate(() => getComputedStyle(document.body).backgroundColor)).toBe("rgb(255, 255, 255)");
  });

  test("hostile texts stay texts, and scripts that somehow got in would not run", async () => {
    const { page, requests, errors } = await openReport(hostileDocument());
    for (const summary of await page.locator(".row > summary").all()) await summary.click();
    for (const summary of await page.locator(".detail .values > summary").all()) await summary.click();
    await page.fill("input[type=search]", "<img");
    expect(await page.locator(names).count()).toBeGreaterThan(0);
    expect(await page.locator("img, iframe, svg[onload], a, object").count()).toBe(0);
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

  test("a thousand operations that share one breaker stay usable", async () => {
    const paths = Object.fromEntries(
      Array.from({ length: 1_000 }, (_, index) => [
        `/things${index}`,
        { get: { ...ok, operationId: `getThing${index}` } },
      ]),
    );
    const { page } = await openReport(openapi(paths, { "x-resilience": { preset: "high-traffic" } }));
    expect(await page.locator(names).count()).toBe(1_000);
    await page.fill("input[type=search]", "thing77");
    expect(await page.locator(names).count()).toBe(11);
    await page.locator(names).first().click();
    expect(await page.locator(".row[open] .detail").textContent()).toContain("shared with 999 operations");
  });
});
