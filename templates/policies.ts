import type { Policies } from "resil-gen-runtime";

declare const $values: Policies;

/** $docs */
export const $policies: Policies = $values;
