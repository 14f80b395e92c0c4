import type { Clock } from "../base/clock.js";
import { type Duration, durationMs } from "../base/duration.js";
import { seededRandom } from "../base/seeded-random.js";
import type { MockReply } from "./types.js";

/** What a mock does with its next request. */
export type Behaviour = () => MockReply;

/** Answers with the usual status and with data, or with a sample where none is given. */
export function answering(data?: unknown): Behaviour {
  return () => (data === undefined ? {} : { body: data });
}

/** One step after the other, the last one for ever. */
export function sequence(steps: readonly unknown[]): Behaviour {
  let next = 0;
  return () => replyOf(steps[Math.min(next++, steps.length - 1)]);
}

export function delayed(inner: Behaviour, duration: Duration): Behaviour {
  milliseconds(duration);
  return () => ({ ...inner(), delay: duration });
}

export function dropping(inner: Behaviour, drop: "connect" | "answer"): Behaviour {
  return () => ({ ...inner(), drop });
}

export function flaky(inner: Behaviour, share: number, seed: number): Behaviour {
  const random = seededRandom(seed);
  return () => (random() < share ? { status: 503 } : inner());
}

export function outage(inner: Behaviour, from: Duration, to: Duration, clock: Clock): Behaviour {
  const start = clock.now();
  const [fromMs, toMs] = [milliseconds(from), milliseconds(to)];
  return () => {
    const now = clock.now() - start;
    return now >= fromMs && now < toMs ? { drop: "connect" } : inner();
  };
}

/** @throws RangeError for a time that is none */
export function milliseconds(duration: Duration): number {
  const ms = durationMs(duration);
  if (ms === undefined) throw new RangeError(`${String(duration)} is no length of time: a number of ms or '200ms'`);
  return ms;
}

const members = ["status", "body", "headers", "retryAfter", "delay", "drop"];

function replyOf(step: unknown): MockReply {
  if (typeof step === "number") return { status: step };
  return isReply(step) ? step : answering(step)();
}

function isReply(step: unknown): step is MockReply {
  if (typeof step !== "object" || step === null || !Object.keys(step).every((name) => members.includes(name)))
    return false;
  const { status, drop, delay } = step as MockReply;
  return typeof status === "number" || drop === "connect" || drop === "answer" || durationMs(delay) !== undefined;
}
