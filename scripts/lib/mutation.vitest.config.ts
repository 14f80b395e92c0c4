// What mutants of runtime/src/policies are tested by: the unit tests beside them, without generating anything first.
import { defineConfig } from "vitest/config";

export default defineConfig({ test: { include: ["runtime/src/policies/*.test.ts"], testTimeout: 10_000 } });
