import { type Problem, Problems, SpecError } from "./diagnostics/index.js";
import { readInput } from "./load/read.js";
import { buildId, packageVersion } from "./package-file.js";
import type { PresetName } from "./policies/index.js";
import { type OperationSummary, summarise } from "./summary.js";
import { hash, isUpToDate, readManifest, type WriteReport, write } from "./write/index.js";

/** What {@link generate} does with which document. */
export interface GenerateOptions {
  /** The document: a path, an http(s) URL, or `-` for standard input. */
  readonly input: string;
  /** The folder of the client. */
  readonly output: string;
  /** Policies of operations that say nothing. @default the document's own, else `standard` */
  readonly preset?: PresetName | undefined;
  /** Compare only, and report what differs. @default false */
  readonly check?: boolean | undefined;
  /** Overwrite generated files that were edited by hand. @default false */
  readonly force?: boolean | undefined;
  /** Put the runtime's source into the client, or import it from this package. @default "copy" */
  readonly runtime?: "copy" | "package" | undefined;
  /** Ending of import specifiers. @default "js" */
  readonly importExtension?: "js" | "ts" | undefined;
  /** Overlays, applied in their order: paths or URLs. */
  readonly overlays?: readonly string[] | undefined;
  /** Emit msw handlers. @default true */
  readonly mocks?: boolean | undefined;
  /** Follow references out of the document's folder and to other hosts. @default false */
  readonly allowExternalRefs?: boolean | undefined;
  /** Treat warnings as errors. @default false */
  readonly strict?: boolean | undefined;
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
 * @throws SpecError when the document, its policies or the output folder are not as they must be.
 */
export async function generate(options: GenerateOptions): Promise<GenerateReport> {
  const { input, output, preset, check = false, force = false, allowExternalRefs = false } = options;
  const { runtime = "copy", importExtension = "js", mocks = true } = options;
  const problems = new Problems();
  const version = packageVersion();
  const raw = await readInput(input, problems);
  const overlays = await Promise.all((options.overlays ?? []).map((overlay) => readInput(overlay, problems)));
  const optionsHash = hash(
    JSON.stringify([
      buildId(),
      raw.name.split(/[\\/]/).at(-1),
      preset,
      runtime,
      importExtension,
      mocks,
      overlays.map(({ bytes }) => hash(bytes)),
    ]),
  );
  const previous = await readManifest(output);
  if (await isUpToDate(output, previous, { version, options: optionsHash, url: raw.url, bytes: raw.bytes })) {
    const unchanged = Object.keys(previous?.files ?? {}).length;
    return { isUpToDate: true, problems: [], summary: undefined, written: [], removed: [], unchanged, differences: "" };
  }

  // Loaded here, for a run that has nothing to do needs none of them.
  const { inputHashes, listOperations, load } = await import("./load/index.js");
  const { resolvePolicies } = await import("./policies/index.js");
  const { buildApi } = await import("./ir/index.js");
  const { emit } = await import("./emit/index.js");

  const document = await load(raw, { allowExternalRefs, overlays }, problems);
  const operations = listOperations(document, problems);
  const policies = await resolvePolicies(document, operations, preset, problems);
  const api = buildApi(document, operations, policies, problems);
  if (problems.count(options.strict ? "warning" : "error") + problems.count("error") > 0)
    throw new SpecError(problems.list);
  const files = emit(api, { version, sourceName: raw.name, runtime, importExtension, mocks });
  const manifest = { version, options: optionsHash, inputs: inputHashes(raw, document) };
  const report = await write(files, { folder: output, previous, force, check, manifest }, problems);
  return { ...report, isUpToDate: false, problems: problems.list, summary: summarise(operations, policies) };
}
