import { defaults } from "../../runtime/src/policies/defaults.js";
import { type Cursor, isRecord, type Problems } from "../diagnostics/index.js";
import type { SpecDocument, SpecOperation } from "../load/index.js";
import { type Layer, presetLayer, readBlock } from "./blocks.js";
import { type ConfigPolicies, readConfigPolicies } from "./config-policies.js";
import type { Leaf, Level } from "./origin.js";
import { type PresetName, presetValues } from "./presets.js";
import { readSpeakeasy } from "./speakeasy.js";

/** The layers of every operation, least specific first. */
export interface Layers {
  readonly base: readonly Layer[];
  readonly of: ReadonlyMap<SpecOperation, readonly Layer[]>;
}

/** Reads every block of the document and of the configuration, each once, however many operations it holds for. */
export async function readLayers(
  document: SpecDocument,
  operations: readonly SpecOperation[],
  preset: PresetName | undefined,
  problems: Problems,
  config?: ConfigPolicies,
): Promise<Layers> {
  // By value, for an alias makes one block stand at many places; what it means depends on the level.
  const known: Record<Level, Map<unknown, readonly Layer[]>> = {
    all: new Map(),
    path: new Map(),
    operation: new Map(),
  };
  const read = async (holder: Cursor, level: Level): Promise<readonly Layer[]> => {
    const foreign = readSpeakeasy(holder, level, problems);
    const beneath: Layer[] =
      foreign === undefined ? [] : [{ level, preset: undefined, isWritten: true, leaves: foreign }];
    const block = holder.get("x-resilience");
    if (block === undefined) return beneath;
    const layers = known[level].get(block.value) ?? (await readBlock(block, level, problems));
    if (isRecord(block.value)) known[level].set(block.value, layers);
    return [...beneath, ...layers];
  };
  const configured = await readConfigPolicies(config, problems);
  const ofRoot = bySource(await read(document.root, "all"), configured.all);
  const base = [presetLayer("standard", "default"), ...(preset === undefined ? ofRoot : withPreset(ofRoot, preset))];
  const of = new Map<SpecOperation, readonly Layer[]>();
  for (const operation of operations) {
    const { path = [], operation: own = [] } = configured.of.get(operation) ?? {};
    const ofPath = await Promise.all([...operation.items].reverse().map((item) => read(item, "path")));
    of.set(operation, [...bySource(ofPath.flat(), path), ...bySource(await read(operation.at, "operation"), own)]);
  }
  return { base, of };
}

/** The order within a level: presets, then the document, then the configuration. */
function bySource(spec: readonly Layer[], config: readonly Layer[]): Layer[] {
  const layers = [...spec, ...config];
  return [
    ...layers.filter((layer) => layer.preset !== undefined),
    ...layers.filter(({ preset }) => preset === undefined),
  ];
}

/** A preset from the command line stands in for the one of the document's root. */
function withPreset(ofRoot: readonly Layer[], preset: PresetName): Layer[] {
  return [presetLayer(preset, "preset"), ...ofRoot.filter((layer) => layer.preset === undefined)];
}

/** All values that hold for an operation: what is more specific wins, leaf by leaf. */
export function mergeLayers(layers: readonly Layer[]): Map<string, Leaf> {
  const merged = new Map<string, Leaf>();
  for (const { leaves } of layers) {
    for (const [name, leaf] of leaves) merged.set(name, { ...leaf, value: valueOver(name, leaf, merged.get(name)) });
  }
  return merged;
}

/** What a value is over the one beneath it. */
function valueOver(name: string, { value, origin }: Leaf, beneath: Leaf | undefined): unknown {
  if (origin.isForeign && foreignCaps.has(name) && typeof beneath?.value === "number")
    return Math.min(Number(value), beneath.value);
  // `true` switches a limit on: with the number beneath, or the usual one where that is off.
  const usual = value === true ? usualNumber(name) : undefined;
  if (typeof usual !== "number") return value;
  return typeof beneath?.value === "number" ? beneath.value : usual;
}

/** What a limit is where somebody switches it on and nobody says more. */
function usualNumber(name: string): unknown {
  return name === "fallback.stale" ? defaults.fallback.stale : presetValues("standard").get(name);
}

/** What another vendor's settings may lower and never raise. */
const foreignCaps: ReadonlySet<string> = new Set(["retry.maxRetries", "retry.backoff.max"]);
