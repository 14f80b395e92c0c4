import type { Plugin } from "vitest/config";

export const bundled: readonly string[];
export const bundledLibraries: Plugin;
