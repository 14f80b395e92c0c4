// What the documentation shows of the command line's output is what the command line prints. `…` stands for anything;
// how many files there are, and how long it took, is not compared.
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { run } from "../support/command.js";
import { folderWith } from "../support/folders.js";

const root = new URL("../../", import.meta.url);
const shop = readFileSync(new URL("fixtures/shop/openapi.yaml", root), "utf8");

/** The fence, or the indented block, of a page that begins with these words. */
function shown(page: string, beginning: string): string {
  const blocks = readFileSync(new URL(`docs/${page}`, root), "utf8").matchAll(
    /^```\w*\n(.*?)^```|((?:^ {4}[^\n]*\n)+)/gms,
  );
  const texts = [...blocks].map(([, fence, block = ""]) => fence ?? block.replaceAll(/^ {4}/gm, ""));
  const found = texts.find((text) => text.startsWith(beginning));
  if (found === undefined) throw new Error(`docs/${page} shows nothing that begins with "${beginning}"`);
  return found;
}

function withoutFigures(text: string): string {
  return text.replaceAll(/\d+ files \(\d+ runtime\) in [\d.]+ m?s/g, "files");
}

function matching(text: string): RegExp {
  const parts = withoutFigures(text.trimEnd()).split("…");
  return new RegExp(parts.map((part) => part.replaceAll(/[\\^$.*+?()[\]{}|]/g, "\\$&")).join(".*"), "s");
}

test.each<[string, string, string[]]>([
  ["quick-start.md", "10 operations", ["openapi.yaml", "-o", "src/client/"]],
  [
    "command-line.md",
    "4 operations",
    ["openapi.yaml", "-o", "client/", "--include", "orders", "--exclude", "GET /orders"],
  ],
  ["command-line.md", "Note RG6002", ["lint", "openapi.yaml"]],
])("%s, %s", async (page, beginning, args) => {
  const folder = await folderWith({ "openapi.yaml": shop });
  const { stdout } = await run(args, { cwd: folder });
  expect(withoutFigures(stdout)).toMatch(matching(shown(page, beginning)));
});

test("a setting that there is not, and how it is told", async () => {
  const wrong = shop.replace(/^( *)operationId: replaceOrder\n/m, "$&$1x-resilience: { retires: 2 }\n");
  const folder = await folderWith({ "openapi.yaml": wrong });
  const { code, stdout } = await run(["openapi.yaml", "-o", "client/"], { cwd: folder });
  expect(stdout).toMatch(matching(shown("command-line.md", "Error RG2001")));
  expect(code).toBe(1);
});

test("the configuration of two clients", async () => {
  const config = shown("configuration.md", "# yaml-language-server");
  const folder = await folderWith({ "openapi.yaml": shop, "resil-gen.config.yaml": config });
  const { stdout, stderr } = await run([], { cwd: folder });
  expect(withoutFigures(`${stderr}${stdout}`)).toMatch(matching(shown("configuration.md", "Configuration:")));
});

test("the entry of an overlay that init writes", async () => {
  const folder = await folderWith({ "openapi.yaml": shop });
  await run(["init", "openapi.yaml"], { cwd: folder });
  const overlay = readFileSync(`${folder}/resil-gen.overlay.yaml`, "utf8");
  expect(overlay).toContain(shown("command-line.md", "  # PUT and DELETE, retried"));
});

test("the members of what --json prints", async () => {
  const folder = await folderWith({ "openapi.yaml": shop });
  const { stdout } = await run(["openapi.yaml", "-o", "client", "--json"], { cwd: folder });
  const printed = JSON.parse(stdout) as { clients: [{ summary: object; written: string[] }] };
  const documented = JSON.parse(shown("command-line.md", "{")) as typeof printed;
  const { written } = printed.clients[0];
  expect(written).toContain(documented.clients[0].written[0]);
  expect({ ...printed, clients: [{ ...printed.clients[0], written: [] }] }).toEqual({
    ...documented,
    clients: [{ ...documented.clients[0], written: [] }],
  });
});
