import { timerDelay } from "../../src/base/clock.js";
import { type Duration, durationMs } from "../../src/base/duration.js";

/** Tests one dependency: it fails if it throws, rejects, resolves to `false`, or takes too long. */
export type CheckFunction = (signal: AbortSignal) => unknown;

/** A check, with a timeout of its own. */
export interface Check {
  /** Tests the dependency. */
  readonly run: CheckFunction;
  /** @default "500ms" */
  readonly timeout?: Duration | undefined;
}

/** The process's own dependencies, by name. */
export type Checks = Readonly<Record<string, Check | CheckFunction>>;

/** `failed`: it threw, rejected, or resolved to `false`. */
export type CheckResult = "ok" | "failed" | "timeout";

/** A result is used again for this long, in ms: several probes, or a curious visitor, do not multiply the checks. */
const cachedMs = 1_000;
const defaultTimeoutMs = 500;

interface Cached {
  readonly at: number;
  readonly result: Promise<CheckResult>;
}

/** By function, because reports are made anew for each request. */
const cache = new WeakMap<CheckFunction, Cached>();

/** @throws RangeError for an invalid timeout */
export function checkTimeouts(checks: Checks): void {
  for (const [name, check] of Object.entries(checks)) {
    const { timeout = defaultTimeoutMs } = partsOf(check);
    if (durationMs(timeout) === undefined)
      throw new RangeError(`'checks.${name}.timeout' must be a number of ms or a string like '500ms'.`);
  }
}

/** Results of all checks, at the latest after the longest of their timeouts. */
export async function resultsOf(checks: Checks): Promise<Readonly<Record<string, CheckResult>>> {
  const results = Object.entries(checks).map(async ([name, check]) => {
    const { run, timeout = defaultTimeoutMs } = partsOf(check);
    return [name, await resultOf(run, durationMs(timeout) ?? defaultTimeoutMs)] as const;
  });
  return Object.fromEntries(await Promise.all(results));
}

function partsOf(check: Check | CheckFunction): Check {
  return typeof check === "function" ? { run: check } : check;
}

function resultOf(run: CheckFunction, timeoutMs: number): Promise<CheckResult> {
  const now = performance.now();
  const known = cache.get(run);
  if (known !== undefined && now - known.at < cachedMs) return known.result;
  const result = resultOfNew(run, timeoutMs);
  cache.set(run, { at: now, result });
  return result;
}

function resultOfNew(run: CheckFunction, timeoutMs: number): Promise<CheckResult> {
  const controller = new AbortController();
  return new Promise((resolve) => {
    const timer = setTimeout(() => {
      resolve("timeout");
      controller.abort();
    }, timerDelay(timeoutMs));
    const end = (result: CheckResult): void => {
      clearTimeout(timer);
      resolve(result);
    };
    Promise.resolve()
      .then(() => run(controller.signal))
      .then(
        (value) => end(value === false ? "failed" : "ok"),
        () => end("failed"),
      );
  });
}
