import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { findConfig } from "../config/find.js";
import type { ClientConfig } from "../config/types.js";
import { Problems, UsageError } from "../diagnostics/index.js";
import { type CommonFlags, givenOptions } from "./common.js";
import { expectLongRun } from "./long-run.js";

/** A client as flags and configuration describe it; only some commands need its folder. */
export type AskedClient = Omit<ClientConfig, "output"> & { readonly output?: string };

export interface AskedClients {
  readonly clients: readonly AskedClient[];
  /** The configuration file that they come from, if any. */
  readonly config: string | undefined;
}

/**
 * The clients that a run is about. Without a document: all clients of the configuration. With one: those that the
 * configuration has for this document, or else the document alone. Flags override the configuration.
 */
export async function askedClients(
  spec: string | undefined,
  { config }: Pick<CommonFlags, "config">,
  given: Partial<ClientConfig>,
): Promise<AskedClients> {
  const path = await configOf(config);
  const known = path === undefined ? [] : await clientsIn(path);
  if (spec === undefined) {
    if (path === undefined)
      throw new UsageError(
        "No input. Pass an OpenAPI document, or create resil-gen.config.yaml. Run 'resil-gen --help' for usage.",
      );
    if (given.output !== undefined && known.length > 1)
      throw new UsageError(
        `${path} describes ${known.length} clients, and -o would write all of them to the same folder. Pass a document, too.`,
      );
    return { clients: known.map((client) => ({ ...client, ...given })), config: path };
  }
  const ofSpec = known.filter(({ input }) => isSame(input, spec));
  if (ofSpec.length === 0 && typeof config === "string")
    throw new UsageError(
      `${config} has no entry for ${spec}. It describes ${known.map(({ input }) => input).join(", ")}.`,
    );
  if (ofSpec.length === 0) return { clients: [{ ...given, input: spec }], config: undefined };
  return { clients: narrowed(ofSpec, given.output).map((client) => ({ ...client, ...given })), config: path };
}

/**
 * The one document that a command without output folder reads. Without a name it is the document of the configuration;
 * several clients of one document count as one document, whole.
 */
export async function askedDocument(spec: string | undefined, flags: CommonFlags): Promise<AskedClient> {
  const { clients, config } = await askedClients(spec, flags, givenOptions(flags));
  const [first, ...others] = clients;
  if (first === undefined || others.some(({ input }) => input !== first.input)) {
    const inputs = [...new Set(clients.map(({ input }) => input))].join(", ");
    throw new UsageError(`${config} describes several documents. Pass one of them: ${inputs}.`);
  }
  expectLongRun();
  if (spec !== undefined || others.length === 0) return first;
  return { ...givenOptions(flags), input: first.input };
}

/**
 * Tells the arguments of `explain` and `simulate` apart, where both the document and the operation may be missing: a
 * single one is a document if there is such a file, or if no configuration names one.
 */
export async function splitArguments(
  first: string | undefined,
  second: string | undefined,
  { config }: CommonFlags,
): Promise<{ spec: string | undefined; operation: string | undefined }> {
  if (first === undefined || second !== undefined) return { spec: first, operation: second };
  const isDocument =
    first === "-" || /^https?:\/\//i.test(first) || /\.(ya?ml|json)$/i.test(first) || existsSync(first);
  if (isDocument || (await configOf(config)) === undefined) return { spec: first, operation: undefined };
  return { spec: undefined, operation: first };
}

/** The configuration file in effect, whether it can be read or not. */
export async function configOf(config: CommonFlags["config"]): Promise<string | undefined> {
  if (config === false) return undefined;
  if (typeof config === "string") return config;
  return findConfig("");
}

async function clientsIn(path: string): Promise<readonly ClientConfig[]> {
  const { loadClients } = await import("../config/index.js");
  return loadClients(path, new Problems());
}

/** With one document and several clients, the folder selects the client. */
function narrowed(clients: readonly ClientConfig[], output: string | undefined): readonly ClientConfig[] {
  if (output === undefined || clients.length === 1) return clients;
  const named = clients.filter((client) => resolve(client.output) === resolve(output));
  if (named.length === 1) return named;
  const outputs = clients.map((client) => client.output).join(", ");
  throw new UsageError(`The configuration has several clients of this document. Set -o to one of ${outputs}.`);
}

function isSame(a: string, b: string): boolean {
  return a === b || (!/^https?:/i.test(b) && b !== "-" && resolve(a) === resolve(b));
}
