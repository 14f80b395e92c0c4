import { resolve } from "node:path";
import { fileURLToPath } from "node:url";
import type { ClientConfig, ImportExtension } from "./config/types.js";
import { type Problem, Problems, SpecError } from "./diagnostics/index.js";
import type { EmittedFile } from "./emit/index.js";
import { hash } from "./hash.js";
import { checkOptions } from "./options.js";
import { buildId, packageVersion } from "./package-file.js";
import { findSources, type Prepared, prepare, type RawSources, readFound, readSources } from "./prepare.js";
import { bothReports, isSharedUpToDate, runtimeSeenFrom, writeShared } from "./shared-runtime.js";
import { type OperationSummary, summarise } from "./summary.js";
import { isUpToDate, type Manifest, readManifest, type WriteReport, write } from "./write/index.js";

/** What a long run is busy with. */
export type Stage = "reading" | "deciding policies" | "building" | "printing" | "writing";

/** A client as a configuration file describes it (paths are relative to the working directory), and how to run. */
export interface GenerateOptions extends ClientConfig {
  /** Compare only, and report what differs. @default false */
  readonly check?: boolean | undefined;
  /** Overwrite generated files that were edited by hand. @default false */
  readonly force?: boolean | undefined;
  /** Hears of each local file that the client depends on, also when the run fails: what to watch. */
  readonly onInput?: ((file: string) => void) | undefined;
  /** Hears what the run begins to do. */
  readonly onStage?: ((stage: Stage) => void) | undefined;
}

/** What came of it. */
export interface GenerateReport extends WriteReport {
  /** Nothing had to be done: document, options and output are as they were. */
  readonly isUpToDate: boolean;
  /** Warnings; errors are thrown. */
  readonly problems: readonly Problem[];
  /** What the document holds; `undefined` when nothing had to be done. */
  readonly summary: OperationSummary | undefined;
}

/**
 * Generates the client of an OpenAPI document: load → policies → model → emit → write.
 *
 * @throws SpecError when the document, its policies or the output folder are not as they must be, UsageError for options
 *   that make no sense.
 */
export async function generate(given: GenerateOptions): Promise<GenerateReport> {
  checkOptions(given, ["input", "output"]);
  const { output, check = false, force = false, strict = false, onStage } = given;
  const previous = readManifest(output);
  const importExtension = given.importExtension ?? (await importExtensionOf(previous, output));
  const options = { ...given, importExtension };
  const problems = new Problems();
  reportNamed(options);
  onStage?.("reading");
  const found = await findSources(options, problems);
  const version = packageVersion();
  const { url, hash: documentHash } = found.document;
  const foundOverlays = found.overlays.map((overlay) => overlay.hash);
  const run = { version, options: optionsHash(found.document.name, foundOverlays, options), url, hash: documentHash };
  // With `strict` a run that ended well may have had warnings: only a whole run tells.
  if (!strict && isUpToDate(output, previous, run) && isSharedUpToDate(given, importExtension)) {
    reportReferred(options, url, Object.keys(previous?.inputs ?? {}).slice(1));
    const unchanged = Object.keys(previous?.files ?? {}).length;
    return { isUpToDate: true, problems: [], summary: undefined, written: [], removed: [], unchanged, differences: "" };
  }
  const sources = await readFound(found);
  const { files, prepared, summary } = await produce(sources, options, problems);
  const { inputHashes } = await import("./load/index.js");
  // Hashed again: what was read decides, and a file may have changed since it was found.
  const overlayHashes = sources.overlays.map(({ bytes }) => hash(bytes));
  const manifest = {
    version,
    importExtension,
    options: optionsHash(sources.document.name, overlayHashes, options),
    inputs: inputHashes(sources.document, prepared.document),
  };
  onStage?.("writing");
  // First, so that a client never refers to a runtime that is not there.
  const shared = await writeShared(given, importExtension, problems);
  const own = await write(files, { folder: output, force, check, manifest }, problems);
  return { ...bothReports(own, shared), isUpToDate: false, problems: problems.list, summary };
}

/** Chosen at the first run, and kept: version 0.1.0 wrote `.js` and did not say so. */
async function importExtensionOf(previous: Manifest | undefined, output: string): Promise<ImportExtension> {
  if (previous !== undefined) return previous.importExtension ?? "js";
  const { importExtensionFor } = await import("./import-extension.js");
  return importExtensionFor(output);
}

/** What a client consists of, and nothing written. */
export interface GeneratedFiles {
  /** Paths are relative to the client's folder. */
  readonly files: readonly EmittedFile[];
  /** Warnings; errors are thrown. */
  readonly problems: readonly Problem[];
  /** What the document holds: how many operations of each sort, and what may need a decision. */
  readonly summary: OperationSummary;
}

/**
 * The files of a client, in memory: reads what it must, and writes nothing.
 *
 * @throws SpecError when the document or its policies are not as they must be, UsageError for options that make no sense.
 */
export async function generateFiles(
  options: Omit<GenerateOptions, "output" | "check" | "force">,
): Promise<GeneratedFiles> {
  checkOptions(options, ["input"]);
  const problems = new Problems();
  reportNamed(options);
  options.onStage?.("reading");
  const { files, summary } = await produce(await readSources(options, problems), options, problems);
  return { files, problems: problems.list, summary };
}

type Produce = Omit<GenerateOptions, "output"> & Partial<Pick<GenerateOptions, "output">>;

async function produce(
  sources: RawSources,
  options: Produce,
  problems: Problems,
): Promise<{ files: readonly EmittedFile[]; prepared: Prepared; summary: OperationSummary }> {
  const { transport = "ky", importExtension = "js", mocks = true, strict = false, onStage } = options;
  const { include = [], exclude = [] } = options;
  onStage?.("deciding policies");
  const prepared = await prepare(sources, options, problems);
  const { document, operations, policies } = prepared;
  reportReferred(options, sources.document.url, [...document.files.keys()]);
  onStage?.("building");
  const { buildApi } = await import("./ir/index.js");
  const onlyUsedSchemas = include.length + exclude.length > 0;
  const api = await buildApi(document, operations, policies, problems, { onlyUsedSchemas });
  if (problems.count("error") > 0 || (strict && problems.count("warning") > 0)) throw new SpecError(problems.list);
  onStage?.("printing");
  const { emit } = await import("./emit/index.js");
  const sourceName = sources.document.name;
  const runtime = runtimeSeenFrom(options.output, options.runtime);
  const files = emit(api, { version: packageVersion(), sourceName, runtime, transport, importExtension, mocks });
  return { files, prepared, summary: summarise(operations, policies, api.basePath) };
}

/** Of everything besides the document that decides over the output. */
function optionsHash(document: string, overlays: readonly string[], options: Produce): Manifest["options"] {
  const { preset, transport = "ky", importExtension = "js", mocks = true } = options;
  const runtime = runtimeSeenFrom(options.output, options.runtime);
  const { include = [], exclude = [], policies = {} } = options;
  const name = document.split(/[\\/]/).at(-1);
  return hash(
    JSON.stringify([
      buildId(),
      name,
      preset,
      runtime,
      transport,
      importExtension,
      mocks,
      overlays,
      include,
      exclude,
      policies,
    ]),
  );
}

/** The local files among those that the user named; told before they are read, for one may be missing or wrong. */
function reportNamed({ input, overlays = [], onInput }: Produce): void {
  for (const file of [input, ...overlays]) {
    if (file !== "-" && !/^https?:\/\//i.test(file)) onInput?.(resolve(file));
  }
}

/** The local files that a document refers to, by their addresses as seen from the document. */
function reportReferred({ onInput }: Produce, documentUrl: string, addresses: readonly string[]): void {
  for (const address of addresses) {
    const url = new URL(address, documentUrl);
    if (url.protocol === "file:") onInput?.(fileURLToPath(url));
  }
}
