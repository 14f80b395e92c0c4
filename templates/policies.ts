import type { Policies } from "resil-gen/runtime";

declare const $values: Policies;

export const $policies: Policies = $values;
