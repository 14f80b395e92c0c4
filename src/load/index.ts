import { createHash } from "node:crypto";
import { Cursor, isRecord, type Problems, type SourceFile, SpecError } from "../diagnostics/index.js";
import { isRead, type OpenApiVersion, type SpecDocument } from "./document.js";
import { parse } from "./parse.js";
import type { RawFile } from "./read.js";
import { readReferences } from "./references.js";

export { follow, type OpenApiVersion, type SpecDocument, step } from "./document.js";
export { listOperations, type SpecOperation } from "./operations.js";
export { type RawFile, readInput } from "./read.js";

export interface LoadOptions {
  /** Follow references out of the document's folder and to other hosts. */
  readonly allowExternalRefs: boolean;
}

/** Reads the document and everything that it refers to. */
export async function load(raw: RawFile, options: LoadOptions, problems: Problems): Promise<SpecDocument> {
  const file = parse(raw, problems);
  if (file === undefined) throw new SpecError(problems.list);
  const version = versionOf(file, problems);
  const files = await readReferences(file, options.allowExternalRefs, problems);
  return { root: new Cursor(file), version, files };
}

function versionOf(file: SourceFile, problems: Problems): OpenApiVersion {
  const root = new Cursor(file);
  if (!isRecord(file.value) || (root.get("openapi") === undefined && root.get("swagger") === undefined)) {
    problems.add(
      "notOpenApi",
      "this is no OpenAPI description: it has no 'openapi' at its top",
      "Give the root document, with 'openapi: 3.1.0' or alike.",
      root,
    );
    throw new SpecError(problems.list);
  }
  const at = root.get("openapi") ?? root.get("swagger") ?? root;
  const version = root.get("openapi") === undefined ? undefined : /^(3\.[012])(\.|$)/.exec(String(at.value))?.[1];
  if (version === undefined) {
    problems.add("version", `version '${String(at.value)}' is not supported`, "Supported are 3.0, 3.1 and 3.2.", at);
    throw new SpecError(problems.list);
  }
  return version as OpenApiVersion;
}

/** Hashes of all files that were read: the document first, the others by their place relative to it. */
export function inputHashes(raw: RawFile, { files }: SpecDocument): Record<string, string> {
  const hashOf = (content: string | Uint8Array): string => createHash("sha256").update(content).digest("hex");
  const others = [...files.values()].filter(isRead);
  const sorted = others.map((file) => [file.name, hashOf(file.text)] as const).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries([["document", hashOf(raw.bytes)], ...sorted]);
}
