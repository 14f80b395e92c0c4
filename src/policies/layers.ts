import { type Cursor, isRecord, type Problems } from "../diagnostics/index.js";
import type { SpecDocument, SpecOperation } from "../load/index.js";
import { expand } from "./expand.js";
import type { Leaf, Level, Origin } from "./origin.js";
import { type PresetName, presetValues } from "./presets.js";
import { checkBlock, refuseMisplaced } from "./validate.js";

/** Settings of one level from one source. */
export interface Layer {
  readonly level: Level;
  readonly preset: PresetName | undefined;
  /** Whether a person wrote something in it. */
  readonly isWritten: boolean;
  readonly leaves: ReadonlyMap<string, Leaf>;
}

/** The layers of every operation, least specific first. */
export interface Layers {
  readonly base: readonly Layer[];
  readonly of: ReadonlyMap<SpecOperation, readonly Layer[]>;
}

/** Reads every `x-resilience` block of the document, each once, however many operations it holds for. */
export async function readLayers(
  document: SpecDocument,
  operations: readonly SpecOperation[],
  preset: PresetName | undefined,
  problems: Problems,
): Promise<Layers> {
  // By value, for an alias makes one block stand at many places; what it means depends on the level.
  const known: Record<Level, Map<unknown, readonly Layer[]>> = {
    all: new Map(),
    path: new Map(),
    operation: new Map(),
  };
  const read = async (holder: Cursor, level: Level): Promise<readonly Layer[]> => {
    const block = holder.get("x-resilience");
    if (block === undefined) return [];
    const layers = known[level].get(block.value) ?? (await readBlock(block, level, problems));
    if (isRecord(block.value)) known[level].set(block.value, layers);
    return layers;
  };
  const ofRoot = await read(document.root, "all");
  const base = [presetLayer("standard", "default"), ...(preset === undefined ? ofRoot : withPreset(ofRoot, preset))];
  const of = new Map<SpecOperation, readonly Layer[]>();
  for (const operation of operations) {
    const ofPath = await Promise.all([...operation.items].reverse().map((item) => read(item, "path")));
    of.set(operation, [...ofPath.flat(), ...(await read(operation.at, "operation"))]);
  }
  return { base, of };
}

/** A preset stands beneath the keys beside which it is written. */
async function readBlock(block: Cursor, level: Level, problems: Problems): Promise<readonly Layer[]> {
  const before = problems.list.length;
  await checkBlock(block, "x-resilience", problems);
  if (level !== "operation") refuseMisplaced(block, problems);
  if (problems.list.length > before) return [];
  const source = block.spot.file === block.file ? "spec" : "overlay";
  const preset = block.text("preset") as PresetName | undefined;
  const settings = expand(block.record).map(({ name, value, path }): [string, Leaf] => {
    const at = path.reduce<Cursor>((cursor, key) => cursor.get(key) ?? cursor, block);
    return [name, { value, origin: { source, level, at: at.spot } }];
  });
  const written: Layer = { level, preset: undefined, isWritten: true, leaves: new Map(settings) };
  return preset === undefined ? [written] : [presetLayer(preset, "preset", level), written];
}

function presetLayer(preset: PresetName, source: "default" | "preset", level: Level = "all"): Layer {
  const origin: Origin = source === "default" ? { source, level } : { source, level, detail: preset };
  const leaves = new Map([...presetValues(preset)].map(([name, value]) => [name, { value, origin }] as const));
  return { level, preset, isWritten: false, leaves };
}

/** A preset from the command line stands in for the one of the document's root. */
function withPreset(ofRoot: readonly Layer[], preset: PresetName): Layer[] {
  return [presetLayer(preset, "preset"), ...ofRoot.filter(({ isWritten }) => isWritten)];
}

/** All values that hold for an operation: what is more specific wins, leaf by leaf. */
export function mergeLayers(layers: readonly Layer[]): Map<string, Leaf> {
  const merged = new Map<string, Leaf>();
  for (const { leaves } of layers) {
    for (const [name, leaf] of leaves) merged.set(name, { ...leaf, value: numberFor(name, leaf, merged.get(name)) });
  }
  return merged;
}

/** `true` switches a limit on: with the number beneath, or the usual one where that is off. */
function numberFor(name: string, { value }: Leaf, beneath: Leaf | undefined): unknown {
  const usual = value === true ? presetValues("standard").get(name) : undefined;
  if (typeof usual !== "number") return value;
  return typeof beneath?.value === "number" ? beneath.value : usual;
}
