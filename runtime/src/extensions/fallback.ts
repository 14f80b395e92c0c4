import type { Extension } from "../contract/extension.js";
import { staleFallback } from "./stale-fallback.js";
import { valueFallback } from "./value-fallback.js";

/** All that a `fallback` can be: an earlier answer, then a value, then the failure with a message for people. */
export const fallback: readonly Extension[] = [valueFallback, staleFallback];
