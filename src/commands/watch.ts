import { resolve } from "node:path";
import { UsageError } from "../diagnostics/index.js";
import { Changes } from "./changes.js";
import { configOf } from "./clients.js";
import type { CommandContext } from "./common.js";
import { reportFailure } from "./failure.js";
import { type GenerateFlags, runAll } from "./generate.js";

/**
 * Generates now, and again whenever a file changes that the clients depend on. Errors are reported without stopping the
 * watcher; SIGINT and SIGTERM stop it with exit code 0.
 */
export async function watch(spec: string | undefined, flags: GenerateFlags, context: CommandContext): Promise<number> {
  if (spec === "-") throw new UsageError("--watch needs a file, because standard input doesn't change.");
  if (flags.check) throw new UsageError("--watch and --check can't be combined.");
  const { watch: observe } = await import("chokidar");
  const changes = new Changes(observe([]));
  try {
    await runUntilEnded(spec, flags, context, changes);
    return 0;
  } finally {
    await changes.close();
  }
}

async function runUntilEnded(
  spec: string | undefined,
  flags: GenerateFlags,
  { out, err }: CommandContext,
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
      await runAll(spec, flags, { out, err, exit: () => {} }, (file) => inputs.add(file));
    } catch (error) {
      if (isFirst && error instanceof UsageError) throw error;
      const isVerbose = flags.verbose === true;
      await reportFailure(error, { out, err, isJson: flags.json === true, isVerbose, isDataOnOut: false });
    }
    const count = await changes.watchAlso(inputs);
    if (count === 0) throw new UsageError("--watch needs a local file. The document is remote.");
    if (!flags.quiet && !flags.json)
      process.stderr.write(`Watching ${count} ${count === 1 ? "file" : "files"}. Press Ctrl-C to stop.\n`);
    if ((await Promise.race([ended, changes.next()])) === "ended") return;
  }
}
