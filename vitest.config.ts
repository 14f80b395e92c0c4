import { defineConfig } from "vitest/config";
import { bundledLibraries } from "./scripts/lib/bundled-libraries.js";

const time = { testTimeout: 120_000, hookTimeout: 120_000 };

export default defineConfig({
  plugins: [bundledLibraries],
  resolve: { conditions: ["resil-gen-source"] },
  ssr: { resolve: { conditions: ["resil-gen-source"] } },
  test: {
    // The transform of schemas, as it is bundled.
    server: { deps: { inline: [/openapi-typescript/] } },
    // As many as there are cores: left to itself vitest keeps one of them back, and most tests wait for other processes.
    maxWorkers: "100%",
    projects: [
      // Importing does nothing, so what a unit's test imports need not be made anew for the next one.
      {
        extends: true,
        test: {
          ...time,
          name: "units",
          include: [
            "src/**/*.test.ts",
            "runtime/**/*.test.ts",
            "scripts/**/*.test.js",
            "tests/model/*.test.ts",
            "tests/context/*.test.ts",
          ],
          isolate: false,
        },
      },
      {
        extends: true,
        test: {
          ...time,
          name: "clients",
          include: ["tests/**/*.test.ts", "examples/**/*.test.ts"],
          exclude: ["tests/model/**", "tests/context/**"],
          globalSetup: ["tests/clients/generate.ts"],
        },
      },
    ],
  },
});
