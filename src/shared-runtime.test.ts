import { rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { contentsOf, filesIn, folderWith } from "../tests/support/folders.js";
import { smallShop } from "../tests/support/small-shop.js";
import { loadClients } from "./config/index.js";
import { Problems } from "./diagnostics/index.js";
import { type GenerateOptions, generate, UsageError } from "./index.js";

async function twoClients(): Promise<{ folder: string; options: (name: string) => GenerateOptions }> {
  const folder = await folderWith({ "shop.yaml": smallShop });
  const options = (name: string): GenerateOptions => ({
    input: join(folder, "shop.yaml"),
    output: join(folder, "clients", name),
    runtime: join(folder, "shared/runtime") as `/${string}`,
    importExtension: "js",
  });
  return { folder, options };
}

test("clients that name one folder share one runtime, and each refers to it from where it lies", async () => {
  const { folder, options } = await twoClients();
  const first = await generate({ ...options("a"), transport: "fetch", mocks: false });
  expect(first.written).toContain("../../shared/runtime/index.ts");
  const second = await generate(options("b"));
  expect(second.written.filter((path) => path.includes("shared/"))).toEqual([]);
  expect(await filesIn(join(folder, "clients"))).not.toContain(expect.stringContaining("runtime/"));
  const texts = await contentsOf(join(folder, "clients/b"));
  expect(texts["client.ts"]).toContain('from "../../shared/runtime/ky.js"');
  expect(texts["operations/orders.ts"]).toContain('from "../../../shared/runtime/index.js"');
  expect(texts["mocks.ts"]).toContain('from "../../shared/runtime/mocks.js"');
  expect(await filesIn(join(folder, "shared/runtime"))).toEqual(
    expect.arrayContaining(["ky.ts", "mocks.ts", "resil-gen.json"]),
  );
  for (const name of ["a", "b"]) {
    const more = name === "a" ? ({ transport: "fetch", mocks: false } as const) : {};
    expect(await generate({ ...options(name), ...more })).toMatchObject({ isUpToDate: true });
  }
});

test("a shared runtime that is missing or was changed is out of date for each of its clients, and repaired by the next run", async () => {
  const { folder, options } = await twoClients();
  await generate(options("a"));
  await rm(join(folder, "shared/runtime/http.ts"));
  const found = await generate({ ...options("a"), check: true });
  expect(found.written).toEqual(["../../shared/runtime/http.ts"]);
  expect(found.changes).toEqual([{ path: "../../shared/runtime/http.ts", state: "missing" }]);
  expect((await generate(options("a"))).written).toEqual(["../../shared/runtime/http.ts"]);
  await writeFile(join(folder, "shared/runtime/base.ts"), "mine");
  await expect(generate(options("a"))).rejects.toThrow();
});

test("clients that share a runtime agree on how imports end", async () => {
  const { options } = await twoClients();
  await generate(options("a"));
  const other = { ...options("b"), importExtension: "ts" } as const;
  await expect(generate(other)).rejects.toThrow(UsageError);
  await expect(generate(other)).rejects.toThrow("--import-extension js");
});

test("a configuration names the shared folder as seen from its file", async () => {
  const text =
    "runtime: shared/runtime\ninputs:\n  - { input: ../shop.yaml, output: a }\n  - { input: ../shop.yaml, output: b }\n";
  const folder = await folderWith({ "shop.yaml": smallShop, "apis/resil-gen.config.yaml": text });
  for (const client of await loadClients(join(folder, "apis/resil-gen.config.yaml"), new Problems()))
    await generate(client);
  expect((await contentsOf(join(folder, "apis")))["b/client.ts"]).toContain('from "../shared/runtime/index.js"');
});
