import type { Cursor, Problems } from "../diagnostics/index.js";
import type { SpecDocument, SpecOperation } from "../load/index.js";
import { expand } from "./expand.js";
import type { Leaf, Level, Origin } from "./origin.js";
import { type PresetName, presetValues } from "./presets.js";
import { checkBlock } from "./validate.js";

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
  const known = new Map<unknown, Layer | undefined>();
  const read = async (holder: Cursor, level: Level): Promise<Layer[]> => {
    const block = holder.get("x-resilience");
    if (block === undefined) return [];
    if (!known.has(block.value)) known.set(block.value, await readBlock(block, level, problems));
    const layer = known.get(block.value);
    return layer === undefined ? [] : [layer];
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

async function readBlock(block: Cursor, level: Level, problems: Problems): Promise<Layer | undefined> {
  const source = block.spot.file === block.file ? "spec" : "overlay";
  if (!(await checkBlock(block, level === "operation", problems))) return undefined;
  const preset = block.text("preset") as PresetName | undefined;
  const leaves = new Map(preset === undefined ? [] : presetLayer(preset, "preset", level).leaves);
  for (const { name, value, path } of expand(block.record)) {
    const at = path.reduce<Cursor>((cursor, key) => cursor.get(key) ?? cursor, block);
    leaves.set(name, { value, origin: { source, level, at: at.spot } });
  }
  return { level, preset, isWritten: true, leaves };
}

function presetLayer(preset: PresetName, source: "default" | "preset", level: Level = "all"): Layer {
  const origin: Origin = source === "default" ? { source, level } : { source, level, detail: preset };
  const leaves = new Map([...presetValues(preset)].map(([name, value]) => [name, { value, origin }] as const));
  return { level, preset, isWritten: false, leaves };
}

/** A preset from the command line stands in for the one of the document's root. */
function withPreset(ofRoot: readonly Layer[], preset: PresetName): Layer[] {
  const written = ofRoot.map((layer) => ({
    ...layer,
    preset: undefined,
    leaves: new Map([...layer.leaves].filter(([, { origin }]) => origin.source !== "preset")),
  }));
  return [presetLayer(preset, "preset"), ...written];
}

/** All values that hold for an operation: what is more specific wins, leaf by leaf. */
export function mergeLayers(layers: readonly Layer[]): Map<string, Leaf> {
  return new Map(layers.flatMap(({ leaves }) => [...leaves]));
}
