import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { contentsOf, filesIn, folderWith } from "../tests/support/folders.js";
import { smallShop } from "../tests/support/small-shop.js";
import { defineConfig, generate, generateFiles, loadConfig, SpecError, UsageError } from "./index.js";

describe("generateFiles", () => {
  test("gives the very files that generate writes, and writes nothing", async () => {
    const folder = await folderWith({ "shop.yaml": smallShop });
    const input = join(folder, "shop.yaml");
    const options = { input, include: ["orders"], policies: { getOrder: { retry: 1 } } };
    const { files, summary, problems } = await generateFiles(options);
    expect(await filesIn(folder)).toEqual(["shop.yaml"]);
    expect(problems).toEqual([]);
    expect(summary.operations).toBe(4);
    const output = join(folder, "client");
    const report = await generate({ ...options, output });
    expect(report.written).toEqual(files.map(({ path }) => path));
    const { "resil-gen.json": _manifest, ...written } = await contentsOf(output);
    expect(written).toEqual(Object.fromEntries(files.map(({ path, text }) => [path, text])));
  });

  test("throws what is wrong, with its codes", async () => {
    const folder = await folderWith({ "shop.yaml": smallShop });
    const error: unknown = await generateFiles({
      input: join(folder, "shop.yaml"),
      policies: { getOrder: { retry: 99 }, nothing: {} },
    }).catch((cause: unknown) => cause);
    expect(error).toBeInstanceOf(SpecError);
    expect((error as SpecError).problems).toMatchObject([{ code: "RG2001" }, { code: "RG2005" }]);
  });
});

describe("generate", () => {
  test("tells of every file that it depends on, also when nothing has to be done and when it fails", async () => {
    const folder = await folderWith({
      "shop.yaml": smallShop.replace('"#/components/schemas/Stock"', '"parts/stock.yaml"'),
      "parts/stock.yaml": "type: object\n",
      "overlay.yaml": "overlay: 1.0.0\ninfo: { title: t, version: '1' }\nactions: [{ target: $, update: { x-a: 1 } }]",
    });
    const at = (file: string): string => join(folder, file);
    const heard = async (policies: Record<string, object>): Promise<string[]> => {
      const files: string[] = [];
      const onInput = (file: string): void => void files.push(file);
      const options = {
        input: at("shop.yaml"),
        overlays: [at("overlay.yaml")],
        output: at("client"),
        policies,
        onInput,
      };
      await generate(options).catch((error: unknown) => expect(error).toBeInstanceOf(SpecError));
      return files;
    };
    const all = [at("shop.yaml"), at("overlay.yaml"), at("parts/stock.yaml")];
    expect(await heard({})).toEqual(all);
    expect(await heard({})).toEqual(all);
    expect(await heard({ nothing: {} })).toEqual(all);
  });

  test.each([
    ["policies", { policies: { "*": { timeout: { attempt: 4_000 } } } }],
    ["include", { include: ["orders"] }],
    ["exclude", { exclude: ["stock"] }],
    ["preset", { preset: "internal" as const }],
  ])("a change of %s is a change", async (_name, change) => {
    const folder = await folderWith({ "shop.yaml": smallShop });
    const options = { input: join(folder, "shop.yaml"), output: join(folder, "client") };
    await generate(options);
    expect(await generate(options)).toMatchObject({ isUpToDate: true });
    expect((await generate({ ...options, ...change, check: true })).written).not.toEqual([]);
  });

  test("strict looks at the document again: what was written once may have had warnings", async () => {
    const folder = await folderWith({ "shop.yaml": smallShop.replace("delete:", "trace: {}\n    delete:") });
    const options = { input: join(folder, "shop.yaml"), output: join(folder, "client") };
    expect((await generate(options)).problems).toMatchObject([{ code: "RG3002", severity: "warning" }]);
    await expect(generate({ ...options, strict: true })).rejects.toBeInstanceOf(SpecError);
  });
});

test.each([
  [{}, "Missing OpenAPI document: 'input' is empty."],
  [{ input: 5, output: "client" }, "Missing OpenAPI document: 'input' is empty."],
  [{ input: "shop.yaml" }, "Missing output directory: 'output' is empty."],
  [{ input: "shop.yaml", output: "client", preset: "fast" }, /^'preset' must be one of standard, internal, /],
  [
    { input: "shop.yaml", output: "client", runtime: "none" },
    "'runtime' must be copy, package, or a directory with a slash in it",
  ],
  [
    { input: "shop.yaml", output: "client", runtime: "./client/runtime" },
    "The runtime can't be shared in ./client/runtime",
  ],
  [{ input: "shop.yaml", output: "client", transport: "axios" }, "'transport' must be one of ky, fetch"],
  [{ input: "shop.yaml", output: "client", importExtension: "mjs" }, "'importExtension' must be one of js, ts, none"],
])("a program in JavaScript is told of options that make no sense: %j", async (options, message) => {
  const refusal = generate(options as never);
  await expect(refusal).rejects.toThrow(message);
  await expect(refusal).rejects.toBeInstanceOf(UsageError);
});

test("loadConfig gives what generate takes", async () => {
  const folder = await folderWith({
    "shop.yaml": smallShop,
    "my.config.ts": `import { defineConfig } from "resil-gen";
      export default defineConfig({ inputs: [{ input: "shop.yaml", output: "client", policies: { getOrder: { retry: 9 } } }] });`,
  });
  const [client, ...others] = await loadConfig(join(folder, "my.config.ts"));
  if (client === undefined) throw new Error("it gave no client");
  expect(others).toEqual([]);
  expect(await generate(client)).toMatchObject({ problems: [], summary: { operations: 5 } });
  expect((await contentsOf(join(folder, "client")))["policies.ts"]).toContain("maxRetries: 9");
});

test("defineConfig refuses what is no setting, in the types", () => {
  defineConfig({
    input: "a",
    output: "b",
    policies: { x: { timeout: { attempt: "1s" }, idempotency: { key: "none" } } },
  });
  // @ts-expect-error it is called retry
  defineConfig({ input: "a", output: "b", policies: { x: { retires: 1 } } });
  // @ts-expect-error a client needs a folder
  defineConfig({ input: "a" });
  // @ts-expect-error there is no such preset
  defineConfig({ preset: "fast", inputs: [] });
  // @ts-expect-error several clients share no document
  defineConfig({ input: "a", inputs: [] });
});

test("the ending of imports is chosen by the first run, kept by later ones, and changed by the option alone", async () => {
  const folder = await folderWith({
    "openapi.yaml": smallShop,
    "tsconfig.json": '{ "compilerOptions": { "moduleResolution": "bundler" } }',
  });
  const options = { input: join(folder, "openapi.yaml"), output: join(folder, "client") };
  const specifiers = async (): Promise<string> => {
    const { "index.ts": index = "", "runtime/call.ts": call = "" } = await contentsOf(join(folder, "client"));
    return [/"\.\/api[^"]*"/.exec(index)?.[0], /"\.\/base[^"]*"/.exec(call)?.[0]].join(" ");
  };
  await generate(options);
  expect(await specifiers()).toBe('"./api" "./base"');
  await writeFile(join(folder, "tsconfig.json"), '{ "compilerOptions": { "module": "nodenext" } }');
  expect((await generate(options)).isUpToDate).toBe(true);
  await generate({ ...options, importExtension: "ts" });
  expect(await specifiers()).toBe('"./api.ts" "./base.ts"');
  await generate(options);
  expect(await specifiers()).toBe('"./api.ts" "./base.ts"');
});
