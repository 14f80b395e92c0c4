import { Cursor, isRecord, type Problems, type SourceFile, SpecError } from "../diagnostics/index.js";
import { hash } from "../hash.js";
import { isRead, type OpenApiVersion, type SpecDocument } from "./document.js";
import { isLarge } from "./operations.js";
import { parse } from "./parse.js";
import type { RawFile } from "./read.js";
import { readReferences } from "./references.js";
import { fromSwagger2 } from "./swagger2.js";

export { checkDocument } from "./checks.js";
export { contentOf, follow, type OpenApiVersion, type SpecDocument, sectionOf, step } from "./document.js";
export { callbacksOf, listOperations, listWebhooks, type SpecOperation } from "./operations.js";
export { type RawFile, readInput } from "./read.js";

export interface LoadOptions {
  /** Follow references that leave the document's folder or host. */
  readonly allowExternalRefs: boolean;
  /** Applied to the document in this order. */
  readonly overlays: readonly RawFile[];
}

/** Reads the document, applies its overlays, and reads everything it refers to. */
export async function load(raw: RawFile, options: LoadOptions, problems: Problems): Promise<SpecDocument> {
  const parsed = parse(raw, problems);
  const overlays = options.overlays.flatMap((overlay) => parse(overlay, problems) ?? []);
  if (parsed === undefined) throw new SpecError(problems.list);
  const written = await withOverlays(parsed, overlays, problems);
  const version = versionOf(written, problems);
  const isSwagger = version === "2.0";
  const files = await readReferences(written, options.allowExternalRefs, problems);
  const asWritten: SpecDocument = {
    root: new Cursor(written),
    version: isSwagger ? "3.0" : version,
    isLarge: isLarge(written.value),
    files,
  };
  return isSwagger ? { ...asWritten, root: new Cursor(await fromSwagger2(asWritten, problems)) } : asWritten;
}

async function withOverlays(
  file: SourceFile,
  overlays: readonly SourceFile[],
  problems: Problems,
): Promise<SourceFile> {
  if (overlays.length === 0) return file;
  const { applyOverlays } = await import("./overlay.js");
  // With YAML aliases one object is in several places, and an overlay changes only one of them.
  const value = JSON.parse(JSON.stringify(file.value)) as unknown;
  applyOverlays(value, overlays, problems);
  return { ...file, value };
}

function versionOf(file: SourceFile, problems: Problems): OpenApiVersion | "2.0" {
  const root = new Cursor(file);
  const at = root.get("openapi") ?? root.get("swagger");
  if (!isRecord(file.value) || at === undefined) {
    problems.add(
      "notOpenApi",
      "Not an OpenAPI document: 'openapi' is missing at the top level.",
      "Pass the root document. It must start with a version, for example 'openapi: 3.1.0'.",
      root,
    );
    throw new SpecError(problems.list);
  }
  const isSwagger = root.get("openapi") === undefined;
  const version = (isSwagger ? /^(2\.0)$/ : openApiVersion).exec(versionText(at.value))?.[1];
  if (version === undefined) {
    problems.add(
      "version",
      `Unsupported OpenAPI version '${versionText(at.value)}'.`,
      "Supported versions: 2.0, 3.0, 3.1, 3.2.",
      at,
    );
    throw new SpecError(problems.list);
  }
  return version as OpenApiVersion | "2.0";
}

/** `3.1`, `3.1.0`, `3.1.0-rc1`, and nothing else, because the text is passed on. */
const openApiVersion = /^(3\.[012])(?:\.\d{1,5}(?:-[\w.-]{1,50})?)?$/;

/** In YAML `swagger: 2.0` without quotes is the number 2. */
function versionText(written: unknown): string {
  if (typeof written === "number") return Number.isInteger(written) ? `${written}.0` : String(written);
  const text = typeof written === "string" ? written.trim() : (JSON.stringify(written) ?? "");
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}

/** Hashes of all files that were read: the document first, the others by their path relative to it. */
export function inputHashes(raw: RawFile, { files }: SpecDocument): Record<string, string> {
  const others = [...files.values()].filter(isRead);
  const sorted = others.map((file) => [file.name, hash(file.text)] as const).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries([["document", hash(raw.bytes)], ...sorted]);
}
