// What import specifiers of a client end in, as the project around its folder needs it: `.js` fails in Next with Turbopack,
// in webpack with ts-loader, in Jest, in Deno, and in Node on `.ts` files; nothing fails in Node on compiled files.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join, relative, resolve } from "node:path";
import { parse } from "jsonc-parser";
import type { ImportExtension } from "./config/types.js";

interface TsConfig {
  readonly extends?: string | readonly string[];
  readonly compilerOptions?: Readonly<Record<string, unknown>>;
  readonly include?: readonly string[];
  readonly references?: readonly { readonly path: string }[];
}

interface PackageFile {
  readonly type?: string;
  readonly scripts?: Readonly<Record<string, string>>;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
}

/** The ending that the nearest tsconfig.json, deno.json, and package.json above a folder ask for. */
export function importExtensionFor(folder: string): ImportExtension {
  const at = resolve(folder);
  const found = nearest(at, ["deno.json", "deno.jsonc", "tsconfig.json"]);
  const packagePath = nearest(at, ["package.json"]);
  const project = packagePath === undefined ? {} : (read<PackageFile>(packagePath) ?? {});
  if (found !== undefined && /deno\.jsonc?$/.test(found)) return "ts";
  if (found === undefined) return withoutTsConfig(project);
  return byCompilerOptions(compilerOptionsOf(found, at), project);
}

function withoutTsConfig({ scripts = {}, dependencies, devDependencies }: PackageFile): ImportExtension {
  if (Object.values(scripts).some((script) => /\bnode\b[^&|;]*\.m?ts\b/.test(script))) return "ts";
  return "jest" in { ...dependencies, ...devDependencies } ? "none" : "js";
}

function byCompilerOptions(options: Readonly<Record<string, unknown>>, { type }: PackageFile): ImportExtension {
  if (options["allowImportingTsExtensions"] === true || options["rewriteRelativeImportExtensions"] === true)
    return "ts";
  const module = String(options["module"] ?? "").toLowerCase();
  const resolution = String(options["moduleResolution"] ?? "").toLowerCase();
  if (/^node(next|\d{2})$/.test(resolution === "" ? module : resolution) && resolution !== "node10") return "js";
  if (resolution === "bundler" || module === "preserve") return "none";
  // Compiled to ES modules that Node runs, which must name whole files; TypeScript finds the sources by them.
  if (type === "module" && options["noEmit"] !== true) return "js";
  return module === "" && resolution === "" ? "js" : "none";
}

/** A file by one of some names in a folder or the nearest one above it. */
function nearest(folder: string, names: readonly string[]): string | undefined {
  for (let at = folder; ; at = dirname(at)) {
    for (const name of names) if (read(join(at, name)) !== undefined) return join(at, name);
    if (at === dirname(at)) return undefined;
  }
}

/** The options of a tsconfig.json with those that it extends; one that only refers to others stands for the right one. */
function compilerOptionsOf(path: string, folder: string, depth = 0): Readonly<Record<string, unknown>> {
  const config = depth > 20 ? undefined : read<TsConfig>(path);
  if (config === undefined) return {};
  const inherited = [config.extends ?? []]
    .flat()
    .map((specifier) => compilerOptionsOf(extended(specifier, path), folder, depth + 1));
  const own = Object.assign({}, ...inherited, config.compilerOptions) as Record<string, unknown>;
  const { references = [] } = config;
  if (references.length === 0 || config.compilerOptions !== undefined) return own;
  const paths = references.map((reference) => join(dirname(path), reference.path)).map(asFile);
  const right = paths.find((each) => includes(each, folder)) ?? paths[0];
  return right === undefined ? own : compilerOptionsOf(right, folder, depth + 1);
}

function extended(specifier: string, from: string): string {
  if (/^(\.|\/|[A-Za-z]:)/.test(specifier)) {
    const path = resolve(dirname(from), specifier);
    return path.endsWith(".json") ? path : `${path}.json`;
  }
  const require = createRequire(from);
  for (const name of [specifier, `${specifier}.json`, `${specifier}/tsconfig.json`]) {
    try {
      return require.resolve(name);
    } catch {
      // The next form may be the one.
    }
  }
  return "";
}

function asFile(path: string): string {
  return path.endsWith(".json") ? path : join(path, "tsconfig.json");
}

function includes(path: string, folder: string): boolean {
  const [first] = relative(dirname(path), folder).split(/[\\/]/);
  return (read<TsConfig>(path)?.include ?? []).some((pattern) => pattern.replace(/^\.\//, "").split("/")[0] === first);
}

/** A JSON file with comments; `undefined` where there is none that can be read. */
function read<Content extends object>(path: string): Content | undefined {
  try {
    const content: unknown = parse(readFileSync(path, "utf8"));
    return typeof content === "object" && content !== null ? (content as Content) : undefined;
  } catch {
    return undefined;
  }
}
