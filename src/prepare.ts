import type { ClientConfig } from "./config/types.js";
import type { Cursor, Problems } from "./diagnostics/index.js";
import { givenByCode, writtenAt } from "./diagnostics/written.js";
import type { RawFile, SpecDocument, SpecOperation } from "./load/index.js";
import { readInput } from "./load/read.js";
import type { ResolvedPolicies } from "./policies/index.js";

/** What decides over the operations of a client and their policies. */
export type SourceOptions = Pick<
  ClientConfig,
  "input" | "overlays" | "preset" | "include" | "exclude" | "policies" | "allowExternalRefs"
>;

/** The bytes of the document and of its overlays. */
export interface RawSources {
  readonly document: RawFile;
  readonly overlays: readonly RawFile[];
}

/** A document with all that was decided about its operations. */
export interface Prepared {
  readonly document: SpecDocument;
  /** Those that were asked for. */
  readonly operations: readonly SpecOperation[];
  readonly policies: ResolvedPolicies;
}

/** Reads the document and its overlays; of what cannot be read everything is told. */
export async function readSources({ input, overlays = [] }: SourceOptions, problems: Problems): Promise<RawSources> {
  const read = await Promise.allSettled([input, ...overlays].map((file) => readInput(file, problems)));
  const files = read.map((result) => {
    if (result.status === "rejected") throw result.reason;
    return result.value;
  });
  return { document: files[0] as RawFile, overlays: files.slice(1) };
}

/** Loads a document, selects the operations that are asked for, and decides their policies. */
export async function prepare(sources: RawSources, options: SourceOptions, problems: Problems): Promise<Prepared> {
  // Loaded here, for a run that has nothing to do needs none of them.
  const { checkDocument, listOperations, load } = await import("./load/index.js");
  const { resolvePolicies } = await import("./policies/index.js");
  const { preset, include = [], exclude = [], allowExternalRefs = false } = options;
  const document = await load(sources.document, { allowExternalRefs, overlays: sources.overlays }, problems);
  const among = listOperations(document, problems);
  checkDocument(document, among, problems);
  const operations = await select(among, include, exclude, problems);
  const at = policiesAt(options);
  const config = at === undefined ? undefined : { at, among };
  return { document, operations, policies: await resolvePolicies(document, operations, preset, problems, config) };
}

async function select(
  operations: readonly SpecOperation[],
  include: readonly string[],
  exclude: readonly string[],
  problems: Problems,
): Promise<readonly SpecOperation[]> {
  if (include.length + exclude.length === 0) return operations;
  const { selectOperations } = await import("./load/select.js");
  return selectOperations(operations, { include, exclude }, problems);
}

/** Where the policies were written: in a configuration file, or by a program. */
function policiesAt({ policies }: SourceOptions): Cursor | undefined {
  if (policies === undefined) return undefined;
  return writtenAt(policies) ?? givenByCode("options", { policies }).get("policies");
}
