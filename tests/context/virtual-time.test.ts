// Many users of one client in virtual time: every interleaving of what calls do to each other.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { VirtualClock } from "../../runtime/entries/testing/index.js";
import type { Client } from "../../runtime/src/client/client.js";
import type { Transport } from "../../runtime/src/http/transport.js";
import type { Policies } from "../../runtime/src/policies/types.js";
import { digestAtOnce } from "../rig/digest.js";
import { current, everyPolicy, operationOf, policySets, Witness } from "./users.js";

digestAtOnce();

/** A call of a user, and what the server does with its requests. */
const plan = fc.record({
  user: fc.integer({ min: 0, max: 59 }),
  at: fc.integer({ min: 0, max: 60 }),
  /** Ms until the answer to each attempt; 0: never. */
  after: fc.array(fc.integer({ min: 0, max: 1_200 }), { minLength: 1, maxLength: 4 }),
  statuses: fc.array(fc.constantFrom(200, 200, 503, 429, 500), { minLength: 1, maxLength: 4 }),
  abortAfter: fc.option(fc.integer({ min: 0, max: 1_500 }), { freq: 5, nil: undefined }),
  sharesAbort: fc.boolean(),
  /** Ms until the credentials are there; 0: at once. */
  credentialsAfter: fc.constantFrom(0, 0, 1, 20),
});

type Plan = typeof plan extends fc.Arbitrary<infer T> ? T : never;

/** Plays the calls; says what any of them did in another one's context. */
async function play(plans: readonly Plan[], policies: Partial<Policies>, closeAt: number | undefined) {
  const clock = new VirtualClock();
  const witness = new Witness();
  const byTrace = new Map<string, { plan: Plan; requests: number }>();
  const transport: Transport = (input, init) => {
    const headers = new Headers(input instanceof Request ? input.headers : init?.headers);
    const who = { user: headers.get("authorization")?.slice("Bearer ".length), trace: headers.get("x-trace") ?? "" };
    witness.saw("transport", who.user);
    const { plan: own, requests } = byTrace.get(who.trace) as { plan: Plan; requests: number };
    byTrace.set(who.trace, { plan: own, requests: requests + 1 });
    const after = own.after[requests % own.after.length] as number;
    const status = own.statuses[requests % own.statuses.length] as number;
    return new Promise((resolve, reject) => {
      const { signal } = init as RequestInit;
      const timer = after === 0 ? undefined : clock.setTimer(() => resolve(Response.json(who, { status })), after);
      signal?.addEventListener("abort", () => {
        witness.saw("abort", who.user);
        clock.clearTimer(timer);
        reject(signal.reason);
      });
    });
  };
  const bearer = (): string | Promise<string> => {
    const caller = current.getStore();
    const { plan: own } = byTrace.get(caller?.trace ?? "") as { plan: Plan };
    if (own.credentialsAfter === 0) return caller?.user as string;
    return new Promise<void>((resolve) => clock.setTimer(resolve, own.credentialsAfter)).then(
      () => current.getStore()?.user as string,
    );
  };
  const client: Client = witness.client({ clock, transport, random: () => 0.5, auth: { bearer } });
  const operation = operationOf("everything", policies);
  const shared = new AbortController();
  const ends = plans.map(
    (own, index) =>
      new Promise<unknown>((resolve) => {
        const caller = { user: `user${own.user}`, trace: `user${own.user}-${index}` };
        byTrace.set(caller.trace, { plan: own, requests: 0 });
        const controller = own.sharesAbort ? shared : new AbortController();
        clock.setTimer(() => {
          resolve(witness.call(client, operation, caller, { signal: controller.signal }));
          if (own.abortAfter !== undefined) clock.setTimer(() => controller.abort(), own.abortAfter);
        }, own.at);
      }),
  );
  if (closeAt !== undefined) {
    clock.setTimer(() => {
      void current.run({ user: "operator", trace: "operator-1" }, () => client.close({ drain: 30 }));
    }, closeAt);
  }
  await clock.run(Promise.all(ends));
  await clock.advance(0);
  const { running, queued } = client.resilience.operation("everything").counters;
  return { wrong: witness.wrong, left: { running, queued, runs: client["~core"].running.size } };
}

const calls = fc.array(plan, { minLength: 2, maxLength: 60 });
const closes = fc.option(fc.integer({ min: 0, max: 1_000 }), { freq: 4, nil: undefined });

describe("no call does anything in the context of another one, under", () => {
  test.each([...Object.entries(policySets), ["all policies", everyPolicy] as const])("%s", async (_name, policies) => {
    const bounded = { timeout: { attempt: 700, total: 2_500, idle: false } as const, ...policies };
    await fc.assert(
      fc.asyncProperty(calls, closes, async (plans, closeAt) => {
        expect(await play(plans, bounded, closeAt)).toEqual({ wrong: [], left: { running: 0, queued: 0, runs: 0 } });
      }),
      { numRuns: 25 },
    );
  });
});
