// An outage as the callers of one service meet it: calls at a steady rate, the real runtime or another rule for retries,
// virtual time. What the binding properties of the defaults are shown with, in a test and in `npm run breaker-study`.
import { seededRandom } from "../../runtime/src/base/seeded-random.js";
import { callOperation } from "../../runtime/src/call/call.js";
import { buildClient } from "../../runtime/src/client/client.js";
import type { Policies } from "../../runtime/src/policies/types.js";
import type { Leaf } from "../../src/policies/origin.js";
import { type PresetName, presetValues } from "../../src/policies/presets.js";
import { policiesOf } from "../../src/policies/values.js";
import { EventClock } from "../../src/simulate/clock.js";

export interface Outage {
  /** Calls per second, of all processes together. */
  readonly perSecond: number;
  readonly processes: number;
  /** In ms. */
  readonly lasts: number;
  /** `503`: answered after 10 ms. `hang`: never answered. */
  readonly fault: "503" | "hang";
  readonly seed: number;
}

/** What came of it. Moments are in ms from the beginning of the outage. */
export interface Aftermath {
  readonly calls: readonly number[];
  readonly requests: readonly number[];
  /** From the end of the outage to the first good response; `undefined`: none came. */
  readonly recovery: number | undefined;
  /** Failed calls that began after the outage. */
  readonly lostAfter: number;
}

/** One request to the service. */
type Send = (signal: AbortSignal) => Promise<Response>;
/** How a process makes calls; gives whether one was answered well. */
export type Caller = (send: Send, clock: EventClock, random: () => number) => () => Promise<boolean>;

/** Before an outage, so that windows and budgets are filled. */
const before = 12_000;
/** After it: longer than any recovery that is asked for. */
const after = 20_000;
const healthyMs = 10;

/** Plays one outage. */
export async function play(caller: Caller, { perSecond, processes, lasts, fault, seed }: Outage): Promise<Aftermath> {
  const clock = new EventClock();
  const end = before + lasts;
  const calls: number[] = [];
  const requests: number[] = [];
  let recovery: number | undefined;
  let lostAfter = 0;
  const send: Send = (signal) =>
    new Promise((resolve, reject) => {
      const now = clock.now();
      const isOut = now >= before && now < end;
      requests.push(now - before);
      signal.addEventListener("abort", () => reject(signal.reason), { once: true });
      if (isOut && fault === "hang") return;
      clock.setTimer(() => resolve(new Response(null, { status: isOut ? 503 : 204 })), healthyMs);
    });
  const makers = Array.from({ length: processes }, (_, index) =>
    caller(send, clock, seededRandom(1_000 * seed + index)),
  );
  // Not in step with the outage: where between two calls it begins is the seed's.
  const phase = seededRandom(seed)();
  const gap = 1_000 / perSecond;
  const count = Math.floor((end + after) / gap);
  // Whole ms: sums of fractions would put a call more or less into a second.
  const momentOf = (index: number): number => Math.round((index + phase) * gap);
  const begin = (index: number): void => {
    const startedAt = clock.now();
    calls.push(startedAt - before);
    if (index + 1 < count) clock.setTimer(() => begin(index + 1), momentOf(index + 1) - startedAt);
    void makers[index % processes]?.().then((isOk) => {
      if (isOk && clock.now() >= end) recovery ??= clock.now() - end;
      if (!isOk && startedAt >= end) lostAfter++;
    });
  };
  clock.setTimer(() => begin(0), momentOf(0));
  await clock.runUntil(end + after);
  return { calls, requests, recovery, lostAfter };
}

/** The most requests per call in any stretch of the outage of a length; for a call, the rate is taken. */
export function worstLoad({ requests }: Aftermath, { perSecond, lasts }: Outage, stretch: number): number {
  if (stretch > lasts) return 0;
  const within = requests.filter((at) => at >= 0 && at < lasts);
  let most = 0;
  let first = 0;
  for (const [index, at] of within.entries()) {
    while (at - (within[first] ?? at) >= stretch) first++;
    most = Math.max(most, index - first + 1);
  }
  return most / ((perSecond * stretch) / 1_000);
}

/** The policies of a GET under a preset, without what would hide the breaker: earlier responses. */
export function presetPolicies(name: PresetName): Policies {
  const origin = { source: "preset", level: "all" } as const;
  const leaves = new Map([...presetValues(name)].map(([key, value]): [string, Leaf] => [key, { value, origin }]));
  return { ...policiesOf(leaves, "always", false), fallback: false, propagate: false };
}

/** Calls through the real runtime, a client for each process. */
export function byPolicies(policies: Policies): Caller {
  const operation = {
    id: "study",
    method: "GET",
    path: "/",
    policies,
    safe: true,
    responses: { 204: "", 503: "" },
  };
  return (send, clock, random) => {
    const transport = (_: unknown, init: RequestInit | undefined): Promise<Response> =>
      send(init?.signal as AbortSignal);
    const client = buildClient({ contract: 1, servers: ["https://study.example"] }, { clock, random, transport });
    return async () => (await callOperation(client, operation, {}, undefined).result()).ok;
  };
}

/** Retries as a rule: how many, after which waits, and the time after which a call is given up. */
export interface RetryRule {
  readonly retries: number;
  readonly wait: (retry: number) => number;
  readonly total: number | undefined;
}

/** What these libraries do where nothing is set, by their documentation. */
export const rules = {
  // https://github.com/sindresorhus/ky#retry: 2 retries after 0.3 × 2ⁿ s; 10 s in all; no retry after a timeout.
  ky: { retries: 2, wait: (retry) => 300 * 2 ** (retry - 1), total: 10_000 },
  // https://github.com/softonic/axios-retry#options: 3 retries without a wait; axios has no timeout.
  "axios-retry": { retries: 3, wait: () => 0, total: undefined },
} as const satisfies Readonly<Record<string, RetryRule>>;

/** Calls by a rule. */
export function byRule({ retries, wait, total }: RetryRule): Caller {
  return (send, clock) => async () => {
    const controller = new AbortController();
    const deadline = total === undefined ? undefined : clock.setTimer(() => controller.abort(), total);
    try {
      for (let retry = 0; ; retry++) {
        const { ok } = await send(controller.signal);
        if (ok || retry === retries || controller.signal.aborted) return ok;
        await new Promise<void>((resume) => clock.setTimer(resume, wait(retry + 1)));
      }
    } catch {
      return false;
    } finally {
      clock.clearTimer(deadline);
    }
  };
}

/** What the defaults promise of an outage (docs/breaker-study.md). */
export const promises = {
  /** Requests per call at most, over any stretch of so many ms, at 20 calls per second and scope or more. */
  load: [
    [1_000, 2],
    [2_000, 1.7],
    [5_000, 1.25],
    [10_000, 1],
  ],
  leastRate: 20,
} as const satisfies {
  readonly load: readonly (readonly [stretch: number, most: number])[];
  readonly leastRate: number;
};

/** How long a client may take to notice that an outage is over, with a call per second and process or more. */
export function longestRecovery({ breaker, timeout }: Policies, { fault }: Pick<Outage, "fault">): number {
  const cooldown = breaker ? breaker.cooldownMax * 1.1 : 0;
  // A call must come for a probe to be made; what answers errors answers them at once.
  return cooldown + (fault === "hang" ? Number(timeout.attempt) : 1_000);
}
