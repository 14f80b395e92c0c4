import { resolve } from "node:path";
import { UsageError } from "../diagnostics/index.js";
import { Changes } from "./changes.js";
import { configOf } from "./clients.js";
import type { CommandContext } from "./common.js";
import { tellFailure } from "./failure.js";
import { type GenerateFlags, runAll } from "./generate.js";

/**
 * Generates now, and again whenever something changes that the clients depend on. What is wrong is told and ends
 * nothing; SIGINT and SIGTERM end it, with exit code 0.
 */
export async function watch(
  spec: string | undefined,
  flags: GenerateFlags,
  { color }: CommandContext,
): Promise<number> {
  if (spec === "-") throw new UsageError("--watch needs a file: standard input does not change");
  if (flags.check) throw new UsageError("--watch and --check exclude each other");
  const { watch: observe } = await import("chokidar");
  const changes = new Changes(observe([]));
  try {
    await runUntilEnded(spec, flags, color, changes);
    return 0;
  } finally {
    await changes.close();
  }
}

async function runUntilEnded(
  spec: string | undefined,
  flags: GenerateFlags,
  color: boolean,
  changes: Changes,
): Promise<void> {
  const ended = new Promise<"ended">((resolveEnded) => {
    for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => resolveEnded("ended"));
  });
  for (let isFirst = true; ; isFirst = false) {
    const inputs = new Set<string>();
    changes.beginRun();
    try {
      const config = await configOf(flags.config);
      if (config !== undefined) inputs.add(resolve(config));
      await runAll(spec, flags, { color, exit: () => {} }, (file) => inputs.add(file));
    } catch (error) {
      if (isFirst && error instanceof UsageError) throw error;
      await tellFailure(error, { color, isJson: flags.json === true });
    }
    const count = await changes.watchAlso(inputs);
    if (count === 0) throw new UsageError("--watch needs a file: there is nothing local to watch");
    if (!flags.quiet && !flags.json)
      process.stderr.write(`Watching ${count} ${count === 1 ? "file" : "files"}. Ctrl-C ends.\n`);
    if ((await Promise.race([ended, changes.next()])) === "ended") return;
  }
}
