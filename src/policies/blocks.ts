import type { Cursor, Problems } from "../diagnostics/index.js";
import { expand } from "./expand.js";
import { refuseTakenHeaders } from "./headers.js";
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

/** A preset stands beneath the keys beside which it is written. */
export async function readBlock(
  block: Cursor,
  level: Level,
  problems: Problems,
  from?: "config",
): Promise<readonly Layer[]> {
  const before = problems.list.length;
  await checkBlock(block, "x-resilience", problems);
  refuseTakenHeaders(block, problems);
  if (level !== "operation") refuseMisplaced(block, problems);
  if (problems.list.length > before) return [];
  const preset = block.text("preset") as PresetName | undefined;
  const settings = expand(block.record).map(({ name, value, path }): [string, Leaf] => {
    const at = path.reduce<Cursor>((cursor, key) => cursor.get(key) ?? cursor, block).spot;
    // An overlay may have added to a block that the document has.
    const source = from ?? (at.file === block.file ? "spec" : "overlay");
    return [name, { value, origin: { source, level, at } }];
  });
  const written: Layer = { level, preset: undefined, isWritten: settings.length > 0, leaves: new Map(settings) };
  return preset === undefined ? [written] : [presetLayer(preset, "preset", level), written];
}

/** Every value of a preset. */
export function presetLayer(preset: PresetName, source: "default" | "preset", level: Level = "all"): Layer {
  const origin: Origin = source === "default" ? { source, level } : { source, level, detail: preset };
  const leaves = new Map([...presetValues(preset)].map(([name, value]) => [name, { value, origin }] as const));
  return { level, preset, isWritten: level !== "all", leaves };
}
