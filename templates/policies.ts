import type { Policies } from "resil-gen-runtime";
import type { $partName } from "./stand-ins.js";

declare const $partValues: Policies[$partName];

const $part: Policies[$partName] = $partValues;

declare const $values: Policies;

/** $docs */
export const $policies: Policies = $values;

// In a client, sets use it.
export { $part };
