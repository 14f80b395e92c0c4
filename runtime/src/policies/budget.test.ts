import fc from "fast-check";
import { expect, test } from "vitest";
import { Budget } from "./budget.js";

/** How many tokens there are at a moment; takes them all. */
function drain(budget: Budget, now: number): number {
  let taken = 0;
  while (budget.take(now)) taken++;
  return taken;
}

function called(budget: Budget, calls: number, now: number): Budget {
  for (let call = 0; call < calls; call++) budget.countCall(now);
  return budget;
}

test("a budget starts full: a scope without calls has what `burst` earns", () => {
  expect(drain(new Budget({ ratio: 0.2, minPerSecond: 3, burst: 2_000 }), 0)).toBe(6);
  expect(drain(new Budget({ ratio: 0.2, minPerSecond: 3, burst: 2_000 }), 5_000)).toBe(6);
  expect(drain(new Budget({ ratio: 0.2, minPerSecond: 0, burst: 2_000 }), 0)).toBe(0);
});

test("each call adds its share", () => {
  const budget = new Budget({ ratio: 0.2, minPerSecond: 0, burst: 2_000 });
  expect(drain(called(budget, 9, 0), 0)).toBe(1);
  expect(drain(called(budget, 1, 0), 0)).toBe(1);
});

test("ten calls at 0.1 earn one retry, whatever sums of 0.1 come to", () => {
  const budget = new Budget({ ratio: 0.1, minPerSecond: 0, burst: 2_000 });
  for (let round = 0; round < 30; round++) expect(drain(called(budget, 10, round * 100), round * 100)).toBe(1);
});

test("a whole token is needed", () => {
  const budget = called(new Budget({ ratio: 0.5, minPerSecond: 0, burst: 2_000 }), 1, 0);
  expect(budget.take(0)).toBe(false);
  expect(called(budget, 1, 0).take(0)).toBe(true);
});

test("time fills it, up to what `burst` earns", () => {
  const budget = new Budget({ ratio: 0, minPerSecond: 4, burst: 2_000 });
  expect(drain(budget, 1_000)).toBe(8);
  expect(drain(budget, 1_249)).toBe(0);
  expect(drain(budget, 1_250)).toBe(1);
  expect(drain(budget, 2_000)).toBe(3);
  expect(drain(budget, 60_000)).toBe(8);
});

test("calls older than `burst` keep no tokens: a busy minute does not pay for a later storm", () => {
  const budget = called(new Budget({ ratio: 1, minPerSecond: 0, burst: 2_000 }), 10, 0);
  expect(budget.left(1_999)).toBe(10);
  expect(budget.left(2_000)).toBe(0);
  expect(drain(called(budget, 3, 2_500), 2_600)).toBe(3);
});

test("a retry that waits keeps its room, at most for `burst`: what waited and what is new is not sent at once", () => {
  const budget = new Budget({ ratio: 0, minPerSecond: 4, burst: 2_000 });
  for (let retry = 0; retry < 8; retry++) expect(budget.take(0, 1_000)).toBe(true);
  expect(budget.take(999)).toBe(false);
  expect(budget.left(1_250)).toBe(1);
  const patient = new Budget({ ratio: 0, minPerSecond: 4, burst: 2_000 });
  for (let retry = 0; retry < 8; retry++) expect(patient.take(0, 60_000)).toBe(true);
  expect(patient.left(1_999)).toBe(0);
  expect(patient.left(2_250)).toBe(1);
});

test("it tells what calls and retries the last `burst` has seen", () => {
  const budget = called(new Budget({ ratio: 1, minPerSecond: 0, burst: 2_000 }), 3, 0);
  budget.take(1_000);
  expect(budget.counts(1_500)).toMatchObject({ calls: 3, retries: 1 });
  expect(budget.counts(2_500)).toMatchObject({ calls: 0, retries: 1 });
});

test("in no span are there more retries than `burst` and the span have earned", () => {
  const step = fc.record({ gap: fc.integer({ min: 0, max: 1_500 }), isCall: fc.boolean() });
  fc.assert(
    fc.property(
      fc.record({
        ratio: fc.constantFrom(0, 0.1, 0.2, 1),
        minPerSecond: fc.constantFrom(0, 0.1, 1, 3),
        burst: fc.constantFrom(500, 2_000, 10_000),
      }),
      fc.array(step, { maxLength: 120 }),
      (policy, steps) => {
        const budget = new Budget(policy);
        const calls: number[] = [];
        const retries: number[] = [];
        let now = 0;
        for (const { gap, isCall } of steps) {
          now += gap;
          if (isCall) budget.countCall(now);
          if (isCall) calls.push(now);
          else if (budget.take(now)) retries.push(now);
        }
        const { ratio, minPerSecond, burst } = policy;
        for (const from of retries) {
          for (const to of retries.filter((at) => at >= from)) {
            const within = retries.filter((at) => at >= from && at <= to).length;
            const counted = calls.filter((at) => at > from - burst && at <= to).length;
            const earned = ratio * counted + (minPerSecond * (burst + to - from)) / 1_000;
            expect(within).toBeLessThanOrEqual(earned + 1e-6);
          }
        }
      },
    ),
  );
});
