import type { ResilienceEvent } from "../../src/observe/events.js";

/** A line that is ready to be written. */
export interface Line {
  /** What makes lines alike. */
  readonly key: string;
  readonly write: (extra: { suppressed: number; periodMs: number } | undefined) => void;
}

interface Period {
  readonly since: number;
  written: number;
  suppressed: number;
  last: Line;
}

/**
 * Writes the first lines of each kind in each period, and counts the rest. It has no timer: a count is written with the
 * first event after its period, or when the log is detached.
 */
export class Sampler {
  readonly #first: number;
  readonly #everyMs: number;
  readonly #periods = new Map<string, Period>();
  #sweptAt = 0;

  constructor(first: number, everyMs: number) {
    this.#first = first;
    this.#everyMs = everyMs;
  }

  take(line: Line): void {
    const now = performance.now();
    if (now - this.#sweptAt >= this.#everyMs) this.#sweep(now);
    const period = this.#periods.get(line.key);
    if (period === undefined) {
      this.#periods.set(line.key, { since: now, written: 1, suppressed: 0, last: line });
      line.write(undefined);
    } else if (period.written < this.#first) {
      period.written++;
      line.write(undefined);
    } else {
      period.suppressed++;
      period.last = line;
    }
  }

  /** Writes all counts. */
  flush(): void {
    this.#sweep(Number.POSITIVE_INFINITY);
  }

  #sweep(now: number): void {
    this.#sweptAt = now === Number.POSITIVE_INFINITY ? 0 : now;
    for (const [key, { since, suppressed, last }] of this.#periods) {
      if (now - since < this.#everyMs) continue;
      this.#periods.delete(key);
      if (suppressed > 0) last.write({ suppressed, periodMs: Math.min(now, performance.now()) - since });
    }
  }
}

/** What makes two lines alike: few values each, so that the number of kinds is bounded. */
export function lineKey(kind: string, event: ResilienceEvent): string {
  const operation = "operation" in event ? event.operation : "";
  const code = "outcome" in event ? event.outcome : "because" in event ? event.because : "";
  const status = "status" in event ? event.status : undefined;
  return [kind, operation, code, status ?? ""].join("\n");
}
