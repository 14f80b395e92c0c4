import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import { folderWith } from "../../tests/support/folders.js";

const root = fileURLToPath(new URL("../../", import.meta.url));
const shop = "fixtures/shop/openapi.yaml";

interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

const run = (...args: readonly string[]): Promise<Ended> => runIn(root, ...args);

/** A folder with a configuration of the shop. */
async function configured(): Promise<string> {
  const config = `input: ${JSON.stringify(join(root, shop))}\noutput: client\n`;
  return folderWith({ "resil-gen.config.yaml": config });
}

async function runIn(cwd: string, ...args: readonly string[]): Promise<Ended> {
  return promisify(execFile)(process.execPath, [join(root, "bin/resil-gen.js"), ...args], {
    cwd,
    maxBuffer: 10_000_000,
  }).then(
    (done) => ({ code: 0, ...done }),
    (error: { code: number; stdout: string; stderr: string }) => error,
  );
}

describe("report", () => {
  test("writes the page to a file or to standard output", async () => {
    const file = join(await folderWith(), "report.html");
    expect(await run("report", shop, "-o", file)).toMatchObject({
      code: 0,
      stdout: "",
      stderr: expect.stringMatching(/report\.html/),
    });
    const page = await readFile(file, "utf8");
    expect(page).toContain("<title>Corner Shop: resilience report</title>");
    expect((await run("report", shop, "-o", "-")).stdout).toBe(page);
    expect(await run("report", shop, "-o", "-", "--json")).toMatchObject({ code: 2, stdout: "" });
  });

  test("without -o writes resil-gen.report.html, for the document of the configuration", async () => {
    const folder = await configured();
    expect(await runIn(folder, "report")).toMatchObject({ code: 0, stdout: "" });
    expect(await readFile(join(folder, "resil-gen.report.html"), "utf8")).toContain(
      "<title>Corner Shop: resilience report",
    );
    const json = await runIn(folder, "report", "--json");
    expect(JSON.parse(json.stdout)).toEqual({ written: "resil-gen.report.html", operations: 10 });
  });

  test("a page in the folder of its document links to it, and shows the date of SOURCE_DATE_EPOCH", async () => {
    const folder = await folderWith({ "openapi.yaml": await readFile(join(root, shop), "utf8") });
    vi.stubEnv("SOURCE_DATE_EPOCH", "1769853600");
    onTestFinished(() => {
      vi.unstubAllEnvs();
    });
    const file = join(folder, "report.html");
    expect((await run("report", join(folder, "openapi.yaml"), "-o", file)).code).toBe(0);
    const data = /id="data">(.*)<\/script>/.exec(await readFile(file, "utf8"))?.[1] ?? "";
    expect(JSON.parse(data)).toMatchObject({
      documentUrl: "openapi.yaml",
      date: "2026-01-31",
      verdict: { level: "open", headline: "No call can hang, and retries are limited." },
    });
  });

  test("a file that cannot be written is reported: exit 2", async () => {
    const file = join(await folderWith(), "nowhere", "report.html");
    expect(await run("report", shop, "-o", file)).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/^Error: Can't write '.*': a directory of the path doesn't exist\.\n$/),
    });
  });

  test("a document with errors is reported: exit 1", async () => {
    const folder = await folderWith({ "openapi.yaml": "openapi: 3.1.0\nx-resilience: { retries: 3 }\npaths: {}\n" });
    const { code, stderr } = await run("report", join(folder, "openapi.yaml"), "-o", "-");
    expect([code, stderr]).toEqual([1, expect.stringContaining("RG2001")]);
  });
});

describe("simulate", () => {
  const quick = ["--rate", "5", "--duration", "20s", "--fail", "outage:5s-10s"];

  test("plots to the terminal and to a page; the same seed gives the same plot", async () => {
    const file = join(await folderWith(), "simulation.html");
    const { code, stdout } = await run("simulate", shop, "GET /orders/{orderId}", ...quick, "-o", file);
    expect(code).toBe(0);
    expect(stdout).toContain("getOrder GET /orders/{orderId}");
    expect((await run("simulate", shop, "getOrder", ...quick)).stdout).toBe(stdout);
    expect(await readFile(file, "utf8")).toContain("<title>getOrder: simulation</title>");
  });

  test("takes the document from the configuration, and picks an operation and says which", async () => {
    const folder = await configured();
    const picked = await runIn(folder, "simulate", ...quick);
    expect(picked).toMatchObject({
      code: 0,
      stderr: expect.stringMatching(/^No operation given: simulating listOrders /),
    });
    expect(picked.stdout).toContain("listOrders GET /orders");
    const named = await runIn(folder, "simulate", "getOrder", ...quick);
    expect(named).toMatchObject({ code: 0, stdout: expect.stringContaining("getOrder GET /orders/{orderId}") });
  });

  test("--json has the curves, the results, and the conclusions", async () => {
    const { stdout } = await run("simulate", shop, "getOrder", ...quick, "--json");
    const { variants, conclusions } = JSON.parse(stdout) as {
      variants: { id: string; series: { success: number[] } }[];
      conclusions: Record<string, string[]>;
    };
    expect(Object.keys(conclusions)).toEqual(["gains", "costs", "retries"]);
    expect(variants.map(({ id, series }) => [id, series.success.length])).toEqual([
      ["policies", 120],
      ["none", 120],
      ["retries", 120],
    ]);
  });

  test("an invalid flag or an unknown operation exits 2", async () => {
    expect(await run("simulate", shop, "getOrder", "--rate", "x")).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/--rate must be/),
    });
    expect(await run("simulate", shop, "getOder")).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/'getOrder'/),
    });
  });
});

test("text from a document cannot move the cursor of a terminal", async () => {
  const evil = "\u001b[2J\u009b1A\u202ex";
  const operation = { operationId: "it", summary: evil, tags: [evil], responses: { "200": { description: "ok" } } };
  const header = { name: `idempotency-key${evil}`, in: "header", schema: { type: "string" } };
  const document = {
    openapi: "3.1.0",
    info: { title: evil, version: "1" },
    paths: {
      [`/a${evil}`]: { get: { ...operation, "x-resilience": { breaker: { scope: `s${evil}` } } } },
      "/b": { post: { ...operation, operationId: "other", parameters: [header] } },
    },
  };
  const file = join(await folderWith({ "openapi.json": JSON.stringify(document) }), "openapi.json");
  const shown = [
    await run("explain", file),
    await run("explain", file, "it"),
    await run("explain", file, "other"),
    await run("simulate", file, "it", "--rate", "1", "--duration", "5s", "--fail", "outage:1s-2s"),
  ];
  for (const { code, stdout } of shown) {
    expect(code).toBe(0);
    // Control, format and unassigned characters, but for the line's end.
    expect(stdout).not.toMatch(/[^\P{C}\n]/u);
  }
});
