import type { ClientConfig } from "./config/types.js";
import { Problems, UsageError } from "./diagnostics/index.js";

/**
 * The clients of a configuration file, each as options for {@link generate}; paths are relative to the working directory.
 *
 * @param file the file; without it, the working directory's `resil-gen.config.*`
 * @throws UsageError when there is none, SpecError when it is not as it must be
 */
export async function loadConfig(file?: string): Promise<ClientConfig[]> {
  const { findConfig, loadClients } = await import("./config/index.js");
  const path = file ?? findConfig("");
  if (path === undefined) throw new UsageError("there is no resil-gen.config.* in this folder");
  return loadClients(path, new Problems());
}
