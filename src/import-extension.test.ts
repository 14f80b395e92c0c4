import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { folderWith } from "../tests/support/folders.js";
import { importExtensionFor } from "./import-extension.js";

const json = (value: object): string => JSON.stringify(value);
const compiler = (compilerOptions: object): string => json({ compilerOptions });

test.each([
  ["nothing around it", {}, "js"],
  ["a package of ES modules", { "package.json": json({ type: "module" }) }, "js"],
  ["nodenext", { "tsconfig.json": compiler({ module: "nodenext" }) }, "js"],
  ["node16", { "tsconfig.json": compiler({ module: "node16", moduleResolution: "node16" }) }, "js"],
  ["Next", { "tsconfig.json": compiler({ module: "esnext", moduleResolution: "bundler", noEmit: true }) }, "none"],
  ["module preserve", { "tsconfig.json": compiler({ module: "preserve" }) }, "none"],
  ["Nest on CommonJS", { "tsconfig.json": compiler({ module: "commonjs" }), "package.json": json({}) }, "none"],
  ["webpack and ts-loader", { "tsconfig.json": compiler({ module: "es2022", moduleResolution: "node" }) }, "none"],
  [
    "ES modules that tsc emits for Node",
    {
      "tsconfig.json": compiler({ module: "es2022", moduleResolution: "node" }),
      "package.json": json({ type: "module" }),
    },
    "js",
  ],
  ["Node on .ts files", { "tsconfig.json": compiler({ module: "nodenext", allowImportingTsExtensions: true }) }, "ts"],
  [
    "rewritten extensions",
    { "tsconfig.json": compiler({ module: "nodenext", rewriteRelativeImportExtensions: true }) },
    "ts",
  ],
  ["Node on .ts files, no tsconfig", { "package.json": json({ scripts: { start: "node src/main.ts" } }) }, "ts"],
  ["Jest, no tsconfig", { "package.json": json({ devDependencies: { jest: "30" } }) }, "none"],
  ["Deno", { "deno.json": "{}", "package.json": json({}) }, "ts"],
  [
    "a tsconfig that extends another, with comments",
    { "tsconfig.json": '{ /* ours */ "extends": "./base", }', "base.json": compiler({ moduleResolution: "bundler" }) },
    "none",
  ],
  [
    "Vite's template, which refers to others",
    {
      "tsconfig.json": json({
        files: [],
        references: [{ path: "./tsconfig.node.json" }, { path: "./tsconfig.app.json" }],
      }),
      "tsconfig.node.json": json({ compilerOptions: { module: "nodenext" }, include: ["vite.config.ts"] }),
      "tsconfig.app.json": json({ compilerOptions: { allowImportingTsExtensions: true }, include: ["src"] }),
    },
    "ts",
  ],
  ["a tsconfig that extends itself", { "tsconfig.json": json({ extends: "./tsconfig.json" }) }, "js"],
  ["a tsconfig that is broken", { "tsconfig.json": "][" }, "js"],
])("%s", async (_name, files, extension) => {
  const folder = join(await folderWith({ ...files }), "src/client");
  mkdirSync(folder, { recursive: true });
  expect(importExtensionFor(folder)).toBe(extension);
});
