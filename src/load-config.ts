import type { ClientConfig } from "./config/types.js";
import { Problems, UsageError } from "./diagnostics/index.js";

/**
 * The clients of a configuration file, each as options for {@link generate}. Paths are relative to the working directory.
 *
 * @param file the file; without it, the working directory's `resil-gen.config.*`
 * @throws UsageError if there is no such file; SpecError if it is invalid
 */
export async function loadConfig(file?: string): Promise<ClientConfig[]> {
  const { findConfig, loadClients } = await import("./config/index.js");
  const path = file ?? findConfig("");
  if (path === undefined) throw new UsageError("No resil-gen.config.* in the working directory.");
  return loadClients(path, new Problems());
}
