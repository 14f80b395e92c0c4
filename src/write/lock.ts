import { readdirSync, readlinkSync, rmSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { hash } from "../hash.js";
import { codeOf, disk } from "./disk.js";

/**
 * Prefix of the folder that each run creates in the output folder. The folder is both the lock and the place where files are
 * staged. Its name contains the machine and the process, so that its owner is known from the moment it exists.
 */
const prefix = ".resil-gen-";
const pattern = /^\.resil-gen-([0-9a-f]{8})-(\d+)-\w+$/;

const waitMs = 10_000;
const staleMs = 60_000;
const heartbeatMs = 10_000;

/** The clock of a lock. */
export interface LockClock {
  now(): number;
  sleep(ms: number): Promise<void>;
}

const systemClock: LockClock = {
  now: () => Date.now(),
  sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
};

/** Another run that writes into the same folder. */
export interface OtherWriter {
  /** Its folder in the output folder. */
  readonly name: string;
  readonly pid: number;
  readonly isHere: boolean;
}

export interface Lock {
  /** Where files are staged before they are moved into place. */
  readonly staging: string;
  /** The run that held the lock before this one got it. */
  readonly waitedFor: OtherWriter | undefined;
  release(): Promise<void>;
}

/**
 * Makes this run the only writer of a folder. Waits up to 10 s for another run, and returns that run if it is still writing.
 *
 * Each run first creates its own folder and then looks for others: of two that start at the same time, at least one sees the
 * other and backs off. No lock is ever taken over, so there is no moment in which two runs could do so.
 */
export async function lockFolder(folder: string, clock: LockClock = systemClock): Promise<Lock | OtherWriter> {
  const endsAt = clock.now() + waitMs;
  let waitedFor: OtherWriter | undefined;
  for (;;) {
    let other = await liveWriter(folder, clock);
    if (other === undefined) {
      const staging = await disk.mkdtemp(join(folder, `${prefix}${machine()}-${process.pid}-`));
      try {
        other = await liveWriter(folder, clock, staging);
      } catch (cause) {
        await remove(staging);
        throw cause;
      }
      if (other === undefined) return hold(folder, staging, waitedFor, clock);
      await remove(staging);
    }
    waitedFor = other;
    if (clock.now() >= endsAt) return other;
    await clock.sleep(50 + Math.random() * 50);
  }
}

async function hold(
  folder: string,
  staging: string,
  waitedFor: OtherWriter | undefined,
  clock: LockClock,
): Promise<Lock> {
  const beat = setInterval(() => {
    const now = clock.now() / 1000;
    // If the folder is gone, the next move out of it fails.
    disk.utimes(staging, now, now).catch(() => {});
  }, heartbeatMs);
  beat.unref();
  const forget = releaseOnSignals(staging);
  const release = async (): Promise<void> => {
    clearInterval(beat);
    forget();
    await remove(staging);
  };
  try {
    for (const name of await abandonedFolders(folder, clock))
      await disk.rm(join(folder, name), { recursive: true, force: true });
    return { staging, waitedFor, release };
  } catch (cause) {
    await release();
    throw cause;
  }
}

/** If it can't be removed now, the next run removes it. */
async function remove(staging: string): Promise<void> {
  await disk.rm(staging, { recursive: true, force: true }).catch(() => {});
}

/** Ctrl-C must not block the next run. A program that has signal handlers of its own decides for itself. */
function releaseOnSignals(staging: string): () => void {
  const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
  const end = (signal: NodeJS.Signals): void => {
    if (process.listenerCount(signal) > 1) return;
    forget();
    rmSync(staging, { recursive: true, force: true });
    process.kill(process.pid, signal);
  };
  const forget = (): void => {
    for (const signal of signals) process.removeListener(signal, end);
  };
  for (const signal of signals) process.on(signal, end);
  return forget;
}

/** Folders left by killed runs. */
export async function abandonedFolders(folder: string, clock: LockClock = systemClock): Promise<string[]> {
  const abandoned: string[] = [];
  for (const name of await namesIn(folder)) {
    if (pattern.test(name) && (await isStale(folder, name, clock))) abandoned.push(name);
  }
  return abandoned.sort();
}

/** Whether a run is writing a folder, or was killed while doing so. */
export function hasWriter(folder: string): boolean {
  try {
    return readdirSync(folder).some((name) => pattern.test(name));
  } catch {
    return false;
  }
}

async function liveWriter(folder: string, clock: LockClock, own?: string): Promise<OtherWriter | undefined> {
  for (const name of await namesIn(folder)) {
    const writer = writerOf(name);
    if (writer === undefined || own?.endsWith(name)) continue;
    if (!(await isStale(folder, name, clock))) return writer;
  }
  return undefined;
}

function writerOf(name: string): OtherWriter | undefined {
  const [, where, pid] = pattern.exec(name) ?? [];
  return pid === undefined ? undefined : { name, pid: Number(pid), isHere: where === machine() };
}

/** A writer is gone if its process is gone or, as it may run on another machine, without a heartbeat for a minute. */
async function isStale(folder: string, name: string, clock: LockClock): Promise<boolean> {
  const writer = writerOf(name);
  if (writer?.isHere && !isRunning(writer.pid)) return true;
  try {
    return clock.now() - (await disk.lstat(join(folder, name))).mtimeMs > staleMs;
  } catch (cause) {
    if (codeOf(cause) === "ENOENT") return true;
    throw cause;
  }
}

async function namesIn(folder: string): Promise<string[]> {
  try {
    return await disk.readdir(folder);
  } catch (cause) {
    if (codeOf(cause) === "ENOENT") return [];
    throw cause;
  }
}

let known: string | undefined;

/** Where process ids are comparable: this machine and, on it, this container. */
function machine(): string {
  known ??= hash(`${hostname()} ${processSpace()}`).slice(0, 8);
  return known;
}

function processSpace(): string {
  try {
    return readlinkSync("/proc/self/ns/pid");
  } catch {
    return "";
  }
}

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (cause) {
    // It exists and belongs to another user.
    return codeOf(cause) === "EPERM";
  }
}
