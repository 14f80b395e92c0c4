// npm run schema
//
// x-resilience.schema.json, from the table of settings. tests/docs/schema.test.ts fails when the file differs.
import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { source } from "./lib/sources.js";

const { resilienceSchema } = await source("policies/json-schema.ts");
const file = fileURLToPath(new URL("../x-resilience.schema.json", import.meta.url));

writeFileSync(file, `${JSON.stringify(resilienceSchema(), null, 2)}\n`);
execFileSync("npx", ["biome", "format", "--write", file], { stdio: "inherit" });
