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
import { type OperationSummary, summarize } from "./summary.js";
import { isUpToDate, type Manifest, readManifest, type WriteReport, write } from "./write/index.js";

/** What a run is doing. */
export type Stage = "reading" | "resolving policies" | "building" | "printing" | "writing";

/** How many operations of a stage are done, where they are counted. */
export interface StageCounts {
  /** Operations that are done. */
  readonly done: number;
  /** Operations in all. */
  readonly total: number;
}

/** A client as a configuration file describes it (paths are relative to the working directory), and how to run. */
export interface GenerateOptions extends ClientConfig {
  /** Compare only, and report what differs. @default false */
  readonly check?: boolean | undefined;
  /** Overwrite generated files that were edited by hand. @default false */
  readonly force?: boolean | undefined;
  /** Receives each local file that the client depends on, also when the run fails: the files to watch. */
  readonly onInput?: ((file: string) => void) | undefined;
  /** Receives each stage of the run as it starts, and the progress of long ones. */
  readonly onStage?: ((stage: Stage, counts?: StageCounts) => void) | undefined;
}

/** The result of a run. */
export interface GenerateReport extends WriteReport {
  /** Nothing had to be done: document, options, and output are unchanged. */
  readonly isUpToDate: boolean;
  /** The folder had no client before. */
  readonly isNew: boolean;
  /** What to import, relative to the output folder: `index.js`. */
  readonly entry: string;
  /** Packages that the client imports. */
  readonly packages: readonly string[];
  /** With `check`: why the client may be out of date, as sentences. Empty if only its files were changed. */
  readonly reasons: readonly string[];
  /** Warnings; errors are thrown. */
  readonly problems: readonly Problem[];
  /** What the document contains; `undefined` when nothing had to be done. */
  readonly summary: OperationSummary | undefined;
}

/**
 * Generates the client of an OpenAPI document: load → policies → model → emit → write.
 *
 * @throws SpecError if the document, its policies, or the output folder have problems; UsageError for invalid options
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
    const nothing = { written: [], removed: [], changes: [], differences: "", reasons: [], problems: [] };
    return { ...factsOf(previous, options), ...nothing, isUpToDate: true, unchanged, summary: undefined };
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
  const report = bothReports(own, shared);
  const reasons = check ? reasonsFor(previous, manifest, prepared.document.root.file.name) : [];
  return { ...factsOf(previous, options), ...report, isUpToDate: false, reasons, problems: problems.list, summary };
}

/** What a user of the client has to know to import it. */
function factsOf(
  previous: Manifest | undefined,
  { runtime = "copy", importExtension = "js" }: Pick<ClientConfig, "runtime" | "importExtension">,
): Pick<GenerateReport, "isNew" | "entry" | "packages"> {
  const entry = importExtension === "none" ? "index" : `index.${importExtension}`;
  return { isNew: previous === undefined, entry, packages: runtime === "copy" ? ["ky"] : ["resil-gen-runtime", "ky"] };
}

/** What has changed since the last run, besides the files of the client. */
function reasonsFor(
  previous: Manifest | undefined,
  { version, inputs, options }: Pick<Manifest, "version" | "inputs" | "options">,
  documentName: string,
): string[] {
  if (previous === undefined) return ["There is no resil-gen.json of an earlier run."];
  const names = new Set([...Object.keys(previous.inputs), ...Object.keys(inputs)]);
  const changed = [...names].filter((name) => previous.inputs[name] !== inputs[name]);
  return [
    ...(previous.version === version ? [] : [`It was generated by resil-gen ${previous.version}; this is ${version}.`]),
    ...changed.map((name) => `${name === "document" ? documentName : name} has changed since the last run.`),
    ...(previous.options === options
      ? []
      : ["The options, overlays, or policies of the configuration have changed since the last run."]),
  ];
}

/** Chosen in the first run, and kept: version 0.1.0 wrote `.js` without recording it. */
async function importExtensionOf(previous: Manifest | undefined, output: string): Promise<ImportExtension> {
  if (previous !== undefined) return previous.importExtension ?? "js";
  const { importExtensionFor } = await import("./import-extension.js");
  return importExtensionFor(output);
}

/** The files of a client, without writing them. */
export interface GeneratedFiles {
  /** Paths are relative to the client's folder. */
  readonly files: readonly EmittedFile[];
  /** Warnings; errors are thrown. */
  readonly problems: readonly Problem[];
  /** What the document contains: how many operations of each kind, and what may need a decision. */
  readonly summary: OperationSummary;
}

/**
 * Generates the files of a client in memory. Writes nothing.
 *
 * @throws SpecError if the document or its policies have problems; UsageError for invalid options
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
  onStage?.("resolving policies");
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
  const onPrinted = (done: number, total: number): void => onStage?.("printing", { done, total });
  const files = emit(api, {
    version: packageVersion(),
    sourceName,
    runtime,
    transport,
    importExtension,
    mocks,
    onPrinted,
  });
  return { files, prepared, summary: summarize(operations, policies, api) };
}

/** A hash of everything besides the document that determines the output. */
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

/** The local files among those that the user named; reported before they are read, as one may be missing or invalid. */
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
