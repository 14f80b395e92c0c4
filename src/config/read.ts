import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import type { Problems, SourceFile } from "../diagnostics/index.js";
import { SpecError } from "../diagnostics/index.js";
import { parse } from "../load/parse.js";
import { readInput } from "../load/read.js";
import { defineConfig } from "./types.js";

/** Reads a configuration file: YAML and JSON as data, JavaScript and TypeScript by executing it. */
export async function readConfigFile(path: string, problems: Problems): Promise<SourceFile> {
  const raw = await readInput(path, problems);
  if (/\.[cm]?[jt]s$/.test(path)) return runConfig(path, problems);
  const file = parse(raw, problems);
  if (file === undefined) throw new SpecError(problems.list);
  return file;
}

/** Loads jiti only if needed. `resil-gen` resolves to this package, even if it isn't installed next to the file. */
async function runConfig(path: string, problems: Problems): Promise<SourceFile> {
  const url = pathToFileURL(resolve(path)).href;
  const source: SourceFile = { url, name: path, text: "", format: "code", value: undefined };
  const { createJiti } = await import("jiti");
  const jiti = createJiti(url, {
    fsCache: false,
    moduleCache: false,
    virtualModules: { "resil-gen": { defineConfig } },
  });
  let exported: unknown;
  try {
    exported = await jiti.import(resolve(path), { default: true });
  } catch (cause) {
    const message = cause instanceof Error ? cause.message : String(cause);
    problems.add("config", `Can't execute ${path}: ${message}`, "Fix the file, or write the configuration as YAML.");
    throw new SpecError(problems.list);
  }
  return { ...source, value: asData(exported, source, problems) };
}

/** The plain data of a value, without classes and undefined members. Functions, which would be dropped, are refused. */
function asData(value: unknown, { name }: SourceFile, problems: Problems): unknown {
  const text = JSON.stringify(value, (key, item: unknown) => {
    if (typeof item !== "function") return item;
    const where = key === "" ? "" : ` ('${key}')`;
    problems.add("config", `${name} exports a function${where}.`, "Export an object with 'input' and 'output'.");
    return undefined;
  }) as string | undefined;
  problems.throwIfErrors();
  return text === undefined ? undefined : (JSON.parse(text) as unknown);
}
