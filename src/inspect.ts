import { type Problem, Problems, SpecError } from "./diagnostics/index.js";
import { type Api, type ApiOperation, buildApi } from "./ir/index.js";
import { listOperations, load, readInput, type SpecOperation } from "./load/index.js";
import { type OperationPolicies, type PresetName, resolvePolicies } from "./policies/index.js";

export interface InspectOptions {
  /** The document: a path, an http(s) URL, or `-` for standard input. */
  readonly input: string;
  /** Policies of operations that say nothing. @default the document's own, else `standard` */
  readonly preset?: PresetName | undefined;
  /** Overlays, applied in their order: paths or URLs. */
  readonly overlays?: readonly string[] | undefined;
  /** Follow references out of the document's folder and to other hosts. @default false */
  readonly allowExternalRefs?: boolean | undefined;
}

/** One operation with everything that was decided about it. */
export interface InspectedOperation {
  readonly spec: SpecOperation;
  readonly api: ApiOperation;
  readonly decided: OperationPolicies;
}

export interface Inspected {
  /** How the user named the document. */
  readonly source: string;
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
  const raw = await readInput(options.input, problems);
  const overlays = await Promise.all((options.overlays ?? []).map((overlay) => readInput(overlay, problems)));
  const { allowExternalRefs = false } = options;
  const document = await load(raw, { allowExternalRefs, overlays }, problems);
  const listed = listOperations(document, problems);
  const policies = await resolvePolicies(document, listed, options.preset, problems);
  const api = buildApi(document, listed, policies, problems);
  if (problems.count("error") > 0) throw new SpecError(problems.list);
  const built = new Map(
    api.groups.flatMap(({ operations }) => operations.map((made) => [`${made.method} ${made.path}`, made])),
  );
  const operations = listed.flatMap((spec) => {
    const made = built.get(spec.key);
    const decided = policies.get(spec);
    return made === undefined || decided === undefined ? [] : [{ spec, api: made, decided }];
  });
  return { source: raw.name, api, operations, problems: problems.list };
}
