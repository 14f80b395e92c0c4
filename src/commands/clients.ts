import { resolve } from "node:path";
import { findConfig } from "../config/find.js";
import type { ClientConfig } from "../config/types.js";
import { Problems, UsageError } from "../diagnostics/index.js";
import type { InspectOptions } from "../inspect.js";
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
 * Which clients a run is about. Without a document: all of the configuration. With one: those that the configuration has
 * for this document, or else the document alone. What was given as a flag stands over what the configuration says.
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
        "name an OpenAPI document, or describe it in resil-gen.config.yaml; 'resil-gen --help' shows how",
      );
    if (given.output !== undefined && known.length > 1)
      throw new UsageError(`${path} describes ${known.length} clients: -o would write them all into one folder`);
    return { clients: known.map((client) => ({ ...client, ...given })), config: path };
  }
  const ofSpec = known.filter(({ input }) => isSame(input, spec));
  if (ofSpec.length === 0 && typeof config === "string")
    throw new UsageError(`${config} has no entry for ${spec}: it has ${known.map(({ input }) => input).join(", ")}`);
  if (ofSpec.length === 0) return { clients: [{ ...given, input: spec }], config: undefined };
  return { clients: narrowed(ofSpec, given.output).map((client) => ({ ...client, ...given })), config: path };
}

/**
 * How a document is read by a command that writes no client: what the flags say, over what the configuration says of it.
 * Where the configuration has several clients of the document, the first one counts.
 */
export async function inspectOptions(input: string, flags: CommonFlags): Promise<InspectOptions> {
  const { clients } = await askedClients(input, flags, givenOptions(flags));
  expectLongRun();
  return { ...clients[0], input };
}

/** The configuration file that holds, whether it can be read or not. */
export async function configOf(config: CommonFlags["config"]): Promise<string | undefined> {
  if (config === false) return undefined;
  if (typeof config === "string") return config;
  return findConfig("");
}

async function clientsIn(path: string): Promise<readonly ClientConfig[]> {
  const { loadClients } = await import("../config/index.js");
  return loadClients(path, new Problems());
}

/** With one document and several clients, the folder tells which is meant. */
function narrowed(clients: readonly ClientConfig[], output: string | undefined): readonly ClientConfig[] {
  if (output === undefined || clients.length === 1) return clients;
  const named = clients.filter((client) => resolve(client.output) === resolve(output));
  if (named.length === 1) return named;
  const outputs = clients.map((client) => client.output).join(", ");
  throw new UsageError(`the configuration has several clients of this document, -o tells which: ${outputs}`);
}

function isSame(a: string, b: string): boolean {
  return a === b || (!/^https?:/i.test(b) && b !== "-" && resolve(a) === resolve(b));
}
