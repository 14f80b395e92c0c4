// The generators that are compared, each as a command that writes a client or types for a document.
import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { install } from "./cache.js";
import { cpuSeconds, peakMegabytes, runNode } from "./measure.js";

export const root = fileURLToPath(new URL("../../", import.meta.url));
export const redoclyPackage = "@redocly/cli@2.77.0";

const ourScript = join(root, "bin/resil-gen.js");
const typesScript = join(root, "node_modules/openapi-typescript/bin/cli.js");

/** Generates our client, uncounted. */
export function generate(input, folder, ...flags) {
  runNode(ourScript, [input, "-o", folder, "--quiet", ...flags]);
  return folder;
}

/** Generates openapi-typescript's types, uncounted. */
export function generateTypes(input, file) {
  runNode(typesScript, [input, "-o", file]);
}

/** Generates the client of Redocly, the nearest rival, uncounted. */
export function generateRedocly(input, file) {
  runNode(redoclyScript(), ["generate-client", input, "-o", file]);
}

/** CPU seconds of our generator, into a folder that is not there yet. */
export function oursOn(input, work, ...flags) {
  return () => cpuSeconds(ourScript, [input, "-o", empty(work, "ours"), ...flags]);
}

/** The most memory that our generator takes, in MB. */
export function memoryOn(input, work) {
  return peakMegabytes(ourScript, [input, "-o", empty(work, "ours")]);
}

/** CPU seconds of openapi-typescript's command line, which writes types and no client. */
export function typesOn(input, work) {
  return () => cpuSeconds(typesScript, [input, "-o", join(empty(work, "types"), "schema.ts")]);
}

/** CPU seconds of Redocly's. */
export function redoclyOn(input, work) {
  return () => cpuSeconds(redoclyScript(), ["generate-client", input, "-o", join(empty(work, "redocly"), "client.ts")]);
}

function redoclyScript() {
  return join(install(redoclyPackage), "@redocly/cli/bin/cli.js");
}

function empty(work, name) {
  const folder = join(work, name);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  return folder;
}
