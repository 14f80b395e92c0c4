import { readFileSync } from "node:fs";
import { dirname, relative, resolve } from "node:path";
import type { ValidateFunction } from "ajv";
import { Cursor, isRecord, type Problems, SpecError } from "../diagnostics/index.js";
import { reportSchemaErrors } from "../diagnostics/schema-error.js";
import { rememberPlace } from "../diagnostics/written.js";
import { packageFile } from "../package-file.js";
import { readConfigFile } from "./read.js";
import type { ClientConfig } from "./types.js";

export { findConfig } from "./find.js";
export type { ClientConfig } from "./types.js";

/**
 * The clients of a configuration file, each with the settings that it shares. Paths are relative to the working directory.
 * The places of policies and patterns are recorded for messages.
 *
 * @throws SpecError if the file can't be read or doesn't match its JSON Schema
 */
export async function loadClients(path: string, problems: Problems): Promise<ClientConfig[]> {
  const root = new Cursor(await readConfigFile(path, problems));
  await checkConfig(root, problems);
  const inputs = root.get("inputs");
  if (inputs === undefined) return [clientOf(root, {}, path)];
  const { inputs: _inputs, ...shared } = root.record;
  const clients = inputs.items().map((entry) => clientOf(entry, shared, path));
  refuseSharedOutputs(inputs, clients, problems);
  return clients;
}

/** Two clients in one folder would overwrite each other in every run. */
function refuseSharedOutputs(inputs: Cursor, clients: readonly ClientConfig[], problems: Problems): void {
  const folders = clients.map(({ output }) => resolve(output));
  for (const [index, entry] of inputs.items().entries()) {
    if (folders.indexOf(folders[index] ?? "") === index) continue;
    const output = String(entry.get("output")?.value);
    problems.add(
      "config",
      `Two clients have the same output, '${output}'.`,
      "Use a separate directory for each client.",
      entry.get("output"),
    );
  }
  problems.throwIfErrors();
}

async function checkConfig(root: Cursor, problems: Problems): Promise<void> {
  const check = await schemaOf(isRecord(root.value) && root.get("inputs") !== undefined ? "several" : "client");
  if (check(root.value)) return;
  reportSchemaErrors(check.errors ?? [], root, "config", problems);
  throw new SpecError(problems.list);
}

/** Policies are checked later, together with those of the document, so that one run reports all problems. */
async function schemaOf(form: "client" | "several"): Promise<ValidateFunction> {
  const { Ajv2020 } = await import("ajv/dist/2020.js");
  const schema = JSON.parse(readFileSync(packageFile("config.schema.json"), "utf8")) as { $id: string };
  const ajv = new Ajv2020({ allErrors: true, verbose: true, strict: false });
  ajv.addSchema({ $id: "https://resil-gen.dev/x-resilience.schema.json" }).addSchema(schema);
  return ajv.getSchema(`${schema.$id}#/$defs/${form}`) as ValidateFunction;
}

function clientOf(entry: Cursor, shared: Readonly<Record<string, unknown>>, path: string): ClientConfig {
  const { $schema: _schema, ...own } = { ...shared, ...entry.record } as Record<string, unknown> & ClientConfig;
  for (const name of ["policies", "include", "exclude"]) {
    const at = entry.get(name);
    if (at !== undefined) rememberPlace(at.value as object, at);
  }
  const here = (file: string): string =>
    /^https?:\/\//i.test(file) ? file : relative("", resolve(dirname(path), file)) || ".";
  const { runtime } = own;
  // Seen from another folder, a path may have no slash; `./` tells it from a word.
  const folder = runtime === undefined || runtime === "copy" || runtime === "package" ? runtime : `./${here(runtime)}`;
  return {
    ...own,
    ...(folder === undefined ? {} : { runtime: folder as Exclude<ClientConfig["runtime"], undefined> }),
    input: here(own.input),
    output: here(own.output),
    ...(own.overlays === undefined ? {} : { overlays: own.overlays.map(here) }),
  };
}
