import { defineConfig } from "vitest/config";

export default defineConfig({
  resolve: { conditions: ["resil-gen-source"] },
  ssr: { resolve: { conditions: ["resil-gen-source"] } },
  test: {
    globalSetup: ["fixtures/e2e/generate.ts"],
    include: ["src/**/*.test.ts", "runtime/**/*.test.ts", "fixtures/**/*.test.ts", "examples/**/*.test.ts"],
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});
