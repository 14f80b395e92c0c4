import { existsSync, statSync } from "node:fs";
import { resolve } from "node:path";
import type { FSWatcher } from "chokidar";
import { UsageError } from "../diagnostics/index.js";
import { configOf } from "./clients.js";
import type { CommandContext } from "./common.js";
import { tellFailure } from "./failure.js";
import { type GenerateFlags, runAll } from "./generate.js";

/** Editors write a file in several steps: so long nothing may have changed before a run begins. */
const quietMs = 100;

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
    if ((await Promise.race([ended, changes.next()])) === "ended") break;
  }
  await changes.close();
  return 0;
}

/** Changes of the watched files since the last run began. */
class Changes {
  private readonly watcher: FSWatcher;
  private readonly watched = new Set<string>();
  /** Files that are about to be watched, by what to call when they are. */
  private readonly starting = new Map<string, () => void>();
  private runBeganAt = 0;
  private isChanged = false;
  private timer: NodeJS.Timeout | undefined;
  private wake: (() => void) | undefined;

  constructor(watcher: FSWatcher) {
    this.watcher = watcher;
    watcher.on("all", (_event, path) => this.hear(resolve(path)));
    // A file system that cannot be watched is told; what is watched already goes on.
    watcher.on("error", (error) => process.stderr.write(`watching: ${String(error)}\n`));
  }

  beginRun(): void {
    this.runBeganAt = Date.now();
    this.isChanged = false;
  }

  /** Watches these files too, and waits until that has begun; gives the number of all. */
  async watchAlso(files: ReadonlySet<string>): Promise<number> {
    const added = [...files].filter((file) => !this.watched.has(file));
    for (const file of added) this.watched.add(file);
    const begun = added
      .filter((file) => existsSync(file))
      .map((file) => new Promise<void>((resolveBegun) => this.starting.set(file, resolveBegun)));
    this.watcher.add(added);
    await Promise.all(begun);
    return this.watched.size;
  }

  /** Resolves when something has changed, and nothing more for a moment. */
  next(): Promise<"changed"> {
    return new Promise((resolveNext) => {
      this.wake = () => resolveNext("changed");
      if (this.isChanged) this.schedule();
    });
  }

  async close(): Promise<void> {
    clearTimeout(this.timer);
    await this.watcher.close();
  }

  private hear(path: string): void {
    const begun = this.starting.get(path);
    this.starting.delete(path);
    begun?.();
    // The first that is heard of a file is that it is watched: it may have changed while it was not.
    if (begun !== undefined && (statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0) <= this.runBeganAt) return;
    this.isChanged = true;
    this.schedule();
  }

  private schedule(): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.wake?.(), quietMs);
  }
}
