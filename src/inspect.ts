import { type Problem, Problems, SpecError } from "./diagnostics/index.js";
import { type Api, type ApiOperation, buildApi } from "./ir/index.js";
import type { SpecOperation } from "./load/index.js";
import type { OperationPolicies } from "./policies/index.js";
import { prepare, readSources, type SourceOptions } from "./prepare.js";

/** The document, and the options that affect its policies. */
export type InspectOptions = SourceOptions;

/** One operation with its resolved policies. */
export interface InspectedOperation {
  readonly spec: SpecOperation;
  readonly api: ApiOperation;
  readonly decided: OperationPolicies;
}

export interface Inspected {
  /** How the user named the document. */
  readonly source: string;
  /** `info.version` of the document. */
  readonly version: string | undefined;
  readonly api: Api;
  readonly operations: readonly InspectedOperation[];
  readonly problems: readonly Problem[];
}

/**
 * Reads a document as far as `generate` decides things, and writes nothing: load → policies → model.
 *
 * @throws SpecError when the document or its policies are not as they must be.
 */
export async function inspect(options: InspectOptions): Promise<Inspected> {
  const problems = new Problems();
  const sources = await readSources(options, problems);
  const { document, operations: listed, policies } = await prepare(sources, options, problems);
  const api = await buildApi(document, listed, policies, problems);
  if (problems.count("error") > 0) throw new SpecError(problems.list);
  const built = new Map(
    api.groups.flatMap(({ operations }) => operations.map((made) => [`${made.method} ${made.path}`, made])),
  );
  const operations = listed.flatMap((spec) => {
    const made = built.get(spec.key);
    const decided = policies.get(spec);
    return made === undefined || decided === undefined ? [] : [{ spec, api: made, decided }];
  });
  const version = document.root.get("info")?.text("version");
  return { source: sources.document.name, version, api, operations, problems: problems.list };
}
