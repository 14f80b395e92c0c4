import type { Spot } from "../diagnostics/index.js";

/** How specific a setting is. */
export type Level = "all" | "path" | "operation";

/** Where a policy value came from. */
export interface Origin {
  /** `derived`: an unwritten value that gave way to a written one, or that the kind of operation decides. */
  readonly source: "default" | "preset" | "spec" | "overlay" | "config" | "derived";
  readonly level: Level;
  /** The preset's name, or why a value was derived. */
  readonly detail?: string;
  readonly at?: Spot;
  /** Written in the words of another vendor: it gives way as an unwritten value does. */
  readonly isForeign?: true;
}

/** One policy value under its dotted name, `retry.backoff.initial`. */
export interface Leaf {
  readonly value: unknown;
  readonly origin: Origin;
}

export type Leaves = ReadonlyMap<string, Leaf>;

/** Whether a person wrote the value: only those are refused when they make no sense. */
export function isWritten(leaf: Leaf | undefined): leaf is Leaf & { origin: { at: Spot } } {
  return leaf?.origin.at !== undefined && leaf.origin.isForeign !== true;
}
