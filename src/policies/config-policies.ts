import type { Cursor, Problems } from "../diagnostics/index.js";
import { didYouMean } from "../diagnostics/suggest.js";
import { nearestAddress, resolveAddress } from "../load/addresses.js";
import type { SpecOperation } from "../load/index.js";
import { type Layer, readBlock } from "./blocks.js";

/** Policies by the addresses of operations, out of a configuration file or given to the library. */
export interface ConfigPolicies {
  readonly at: Cursor;
  /** Every operation of the document, those that are left out included: they may be addressed. */
  readonly among: readonly SpecOperation[];
}

interface Configured {
  readonly all: readonly Layer[];
  readonly of: ReadonlyMap<SpecOperation, { readonly path: readonly Layer[]; readonly operation: readonly Layer[] }>;
}

/** Which blocks hold for which operation; of several on one level the later one wins. An address without a match is a problem. */
export async function readConfigPolicies(config: ConfigPolicies | undefined, problems: Problems): Promise<Configured> {
  const all: Layer[] = [];
  const of = new Map<SpecOperation, { path: Layer[]; operation: Layer[] }>();
  if (config === undefined) return { all, of };
  for (const [address, block] of config.at.entries()) {
    const { level, operations, isAmbiguous } = resolveAddress(address, config.among);
    if (operations.length === 0 || isAmbiguous) refuse(address, block, config.among, isAmbiguous, problems);
    const layers = await readBlock(block, level, problems, "config");
    if (level === "all") all.push(...layers);
    else
      for (const operation of operations) {
        const own = of.get(operation) ?? { path: [], operation: [] };
        own[level].push(...layers);
        of.set(operation, own);
      }
  }
  return { all, of };
}

function refuse(
  address: string,
  at: Cursor,
  among: readonly SpecOperation[],
  isAmbiguous: boolean,
  problems: Problems,
): void {
  if (isAmbiguous) {
    const hint = `Write 'tag:${address}' for the tag, or the operation's method and path.`;
    problems.add("policyAddress", `'${address}' is both an operationId and a tag.`, hint, at);
    return;
  }
  const near = nearestAddress(address, among);
  const hint = "Use an operationId, GET /path, a tag, a path with * and **, or * for all operations.";
  const message = `'${address}' matches no operation.${didYouMean(near)}`;
  problems.add("policyAddress", message, hint, at);
}
