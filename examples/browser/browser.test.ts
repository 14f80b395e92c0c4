import { readFileSync } from "node:fs";
import { extname } from "node:path";
import { fileURLToPath } from "node:url";
import type { Browser, Page } from "playwright-core";
import { build } from "vite";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { json, problem, type Reply, reset, serve, type TestServer } from "../../tests/clients/servers.js";
import { chromiumPath, launchChromium } from "../../tests/support/browser.js";
import { generate, typeErrors } from "../support/example.js";

const root = fileURLToPath(new URL(".", import.meta.url));
const built = fileURLToPath(new URL("../../.cache/examples/browser", import.meta.url));
const types: Record<string, string> = { ".html": "text/html", ".js": "text/javascript" };

beforeAll(async () => {
  generate("browser", "openapi.yaml", "client");
  await build({ root, logLevel: "error", build: { outDir: built, emptyOutDir: true } });
});

test("it has no type error", () => {
  expect(typeErrors("browser")).toBe("");
});

const products = [
  { sku: "assam", name: "Assam" },
  { sku: "sencha", name: "Sencha" },
];

/** As many failures as a call makes attempts. */
const away = (): Reply[] => Array.from({ length: 4 }, () => problem(503));

describe.skipIf(chromiumPath === undefined)("the page in a browser (skipped where no chromium is on PATH)", () => {
  let browser: Browser;

  beforeAll(async () => {
    browser = await launchChromium();
  });

  afterAll(() => browser.close());

  interface Shop {
    readonly page: Page;
    /** Requests of the API, in their order. */
    readonly calls: TestServer["received"];
    /** What the API does with the next requests, one each; then all is well. */
    readonly script: Reply[];
    /** Waits until the page says what matches. */
    says(text: string): Promise<void>;
  }

  /** The page, opened, and a server that gives it and its API. */
  async function opened(...script: Reply[]): Promise<Shop> {
    const calls: TestServer["received"][number][] = [];
    let orders = 0;
    const { url } = await serve((response, request) => {
      const { method, path } = request;
      if (!path.startsWith("/api/")) {
        const file = path === "/" ? "/index.html" : path;
        response
          .writeHead(200, { "content-type": types[extname(file)] ?? "text/plain" })
          .end(readFileSync(built + file));
        return;
      }
      calls.push(request);
      const usual = (): Reply => (method === "GET" ? json(products) : json({ number: ++orders }, 201));
      (script.shift() ?? usual())(response, request);
    });
    const page = await browser.newPage();
    onTestFinished(() => page.close());
    await page.goto(url);
    const status = page.getByRole("status");
    const says = (text: string) => status.filter({ hasText: new RegExp(`^${text}$`) }).waitFor({ timeout: 20_000 });
    return { page, calls, script, says };
  }

  const buttons = (page: Page) => page.getByRole("button", { name: /^Buy/ });

  test("lists the products, also when the shop fails at first", async () => {
    const { page, calls } = await opened(problem(503), problem(503));
    await buttons(page).nth(1).waitFor();
    expect(await buttons(page).allTextContents()).toEqual(["Buy Assam", "Buy Sencha"]);
    expect(calls).toHaveLength(3);
  });

  test("an order whose answer is lost is sent again under its key, and the next order has another", async () => {
    const { page, calls, script, says } = await opened();
    await buttons(page).first().waitFor();
    script.push(reset);
    await buttons(page).first().click();
    await says("Order 1 is placed\\.");
    await buttons(page).first().click();
    await says("Order 2 is placed\\.");
    const [lost, again, ...others] = calls.slice(1).map(({ headers }) => headers["idempotency-key"]);
    expect(again).toBe(lost);
    expect(others).toEqual([expect.not.stringMatching(lost as string)]);
  });

  test("an order that failed for good is sent under the same key when the button is pressed again", async () => {
    const { page, calls, script, says } = await opened();
    await buttons(page).first().waitFor();
    script.push(...away());
    await buttons(page).first().click();
    await says("We could not place your order\\. .* you will not pay twice\\.");
    await buttons(page).first().click();
    await says("Order 1 is placed\\.");
    const keys = calls.slice(1).map(({ headers }) => headers["idempotency-key"]);
    expect([keys.length, new Set(keys).size]).toEqual([5, 1]);
  });

  test("a refusal is told in the shop's own words", async () => {
    const { page, script, says } = await opened();
    await buttons(page).first().waitFor();
    script.push(problem(409, {}, { title: "Sold out." }));
    await buttons(page).first().click();
    await says("Sold out\\.");
  });

  test("while the shop is away, the list is an earlier one", async () => {
    const { page, script, says } = await opened();
    await buttons(page).nth(1).waitFor();
    script.push(...away());
    await page.getByRole("button", { name: "Reload" }).click();
    await says("The shop does not answer: this list is an earlier one\\.");
    expect(await buttons(page).count()).toBe(2);
  });

  test("with nothing to show it says so, and works again when the shop is back", async () => {
    const { page, says } = await opened(...away());
    await says("The shop does not answer\\. Please try again later\\.");
    await page.getByRole("button", { name: "Reload" }).click();
    await buttons(page).nth(1).waitFor();
  });
});
