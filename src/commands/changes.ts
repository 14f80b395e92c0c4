import { existsSync, statSync } from "node:fs";
import { resolve } from "node:path";
import type { FSWatcher } from "chokidar";

/** Editors write a file in several steps: a run starts after this much time without a change. */
const quietMs = 100;

/** How often missing files are looked for: file systems report no events for them. */
const lookMs = 200;

/** How long to wait until a file is watched. A failure to watch it is reported. */
const patienceMs = 2_000;

/** Changes of the watched files since the last run started. */
export class Changes {
  private readonly watcher: FSWatcher;
  private readonly watched = new Set<string>();
  /** Files that are about to be watched, with a callback for when they are. */
  private readonly starting = new Map<string, () => void>();
  private missing: readonly string[] = [];
  private readonly looking: NodeJS.Timeout;
  private runBeganAt = 0;
  private isChanged = false;
  private timer: NodeJS.Timeout | undefined;
  private wake: (() => void) | undefined;

  constructor(watcher: FSWatcher) {
    this.watcher = watcher;
    watcher.on("all", (event, path) => this.hear(event, resolve(path)));
    // Report what can't be watched, and go on with the rest.
    watcher.on("error", (error) => process.stderr.write(`Warning: Can't watch for changes: ${String(error)}\n`));
    this.looking = setInterval(() => this.look(), lookMs);
  }

  beginRun(): void {
    this.runBeganAt = Date.now();
    this.isChanged = false;
  }

  /** Watches these files as well, and waits until that has started. Returns the number of all watched files. */
  async watchAlso(files: ReadonlySet<string>): Promise<number> {
    const unwatched = [...files].filter((file) => !this.watched.has(file));
    const present = unwatched.filter((file) => existsSync(file));
    this.missing = unwatched.filter((file) => !present.includes(file));
    const begun = present.map((file) => new Promise<void>((resolveBegun) => this.starting.set(file, resolveBegun)));
    for (const file of present) this.watched.add(file);
    this.watcher.add(present);
    let timer: NodeJS.Timeout | undefined;
    const givenUp = new Promise<void>((resolveGivenUp) => {
      timer = setTimeout(resolveGivenUp, patienceMs);
    });
    await Promise.race([Promise.all(begun), givenUp]);
    clearTimeout(timer);
    return this.watched.size + this.missing.length;
  }

  /** Resolves when something has changed and changes have stopped for a moment. */
  next(): Promise<"changed"> {
    return new Promise((resolveNext) => {
      this.wake = () => resolveNext("changed");
      if (this.isChanged) this.schedule();
    });
  }

  async close(): Promise<void> {
    clearTimeout(this.timer);
    clearInterval(this.looking);
    await this.watcher.close();
  }

  private hear(event: string, path: string): void {
    const begun = this.starting.get(path);
    this.starting.delete(path);
    begun?.();
    if (event === "unlink") this.watched.delete(path);
    if (event === "add") this.watched.add(path);
    // The first event of a file says that it is watched: it may have changed before that.
    if (begun !== undefined && (statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0) <= this.runBeganAt) return;
    this.change();
  }

  private look(): void {
    if (!this.missing.some((file) => existsSync(file))) return;
    this.missing = [];
    this.change();
  }

  private change(): void {
    this.isChanged = true;
    this.schedule();
  }

  private schedule(): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.wake?.(), quietMs);
  }
}
