// One copy of the runtime for several clients: a folder with a manifest of its own, beside those of the clients.
import { relative } from "node:path";
import type { ClientConfig, ImportExtension } from "./config/types.js";
import { type Problems, UsageError } from "./diagnostics/index.js";
import { hash } from "./hash.js";
import { buildId, packageVersion } from "./package-file.js";
import { isAsLeft, readManifest, type WriteReport, write } from "./write/index.js";

interface Runtime extends Pick<ClientConfig, "runtime" | "output"> {
  readonly check?: boolean | undefined;
  readonly force?: boolean | undefined;
}

/** How a client refers to its runtime: `copy`, `package`, or the way from its folder to that of a shared one. */
export function runtimeSeenFrom(output: string | undefined, runtime: ClientConfig["runtime"] = "copy"): string {
  if (runtime === "copy" || runtime === "package") return runtime;
  return (output === undefined ? runtime : relative(output, runtime)).replaceAll("\\", "/").replace(/\/$/, "");
}

/** The folder of a shared runtime, if a client has one. */
export function sharedFolder({ runtime }: Pick<ClientConfig, "runtime">): string | undefined {
  return runtime === "copy" || runtime === "package" ? undefined : runtime;
}

/** Whether the shared runtime of a client, if it has one, stands as it was left. */
export function isSharedUpToDate(options: Runtime, importExtension: ImportExtension): boolean {
  const folder = sharedFolder(options);
  return folder === undefined || isAsLeft(folder, readManifest(folder), identityOf(importExtension));
}

/**
 * Writes the shared runtime of a client, if it has one: whole, for the next client may need another part of it.
 *
 * @throws UsageError when the clients that share it do not agree on how imports end, else as `write`
 */
export async function writeShared(
  options: Runtime,
  importExtension: ImportExtension,
  problems: Problems,
): Promise<WriteReport | undefined> {
  const folder = sharedFolder(options);
  if (folder === undefined) return undefined;
  const { check = false, force = false } = options;
  const known = readManifest(folder)?.importExtension;
  if (known !== undefined && known !== importExtension && !force)
    throw new UsageError(
      `imports of the shared runtime ${folder} end as '${known}', those of this client as '${importExtension}': pass --import-extension ${known}, or --force to change the runtime`,
    );
  const { sharedRuntime } = await import("./emit/index.js");
  const manifest = { ...identityOf(importExtension), importExtension, inputs: {} };
  const report = await write(sharedRuntime(importExtension), { folder, force, check, manifest }, problems);
  const seen = (path: string): string => `${runtimeSeenFrom(options.output, options.runtime)}/${path}`;
  const changes = report.changes.map((change) => ({ ...change, path: seen(change.path) }));
  return { ...report, written: report.written.map(seen), removed: report.removed.map(seen), changes };
}

/** What came of both. */
export function bothReports(client: WriteReport, shared: WriteReport | undefined): WriteReport {
  if (shared === undefined) return client;
  return {
    written: [...client.written, ...shared.written],
    removed: [...client.removed, ...shared.removed],
    unchanged: client.unchanged + shared.unchanged,
    changes: [...client.changes, ...shared.changes],
    differences: client.differences + shared.differences,
  };
}

function identityOf(importExtension: ImportExtension): { readonly version: string; readonly options: string } {
  return { version: packageVersion(), options: hash(JSON.stringify([buildId(), importExtension])) };
}
