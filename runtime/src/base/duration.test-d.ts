// Compiled by tsc alone: a length of time that has no unit, or an unknown one, does not compile.
import type { Duration } from "./duration.js";

export const durations: readonly Duration[] = [0, 250, "250ms", "2s", "0.5s", "5m", "1h"];

// @ts-expect-error seconds are "s"
export const inWords: Duration = "10 seconds";
// @ts-expect-error a string needs a unit
export const bare: Duration = "10";
// @ts-expect-error days are no unit
export const inDays: Duration = "1d";
// @ts-expect-error a unit needs a number
export const unit: Duration = "s";
