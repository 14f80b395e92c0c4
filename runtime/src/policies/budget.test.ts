import fc from "fast-check";
import { expect, test } from "vitest";
import { Budget } from "./budget.js";

/** How many tokens there are at a moment; takes them all. */
function drain(budget: Budget, now: number): number {
  let taken = 0;
  while (budget.take(now)) taken++;
  return taken;
}

test("a scope without calls has the floor: ten times `minPerSecond`", () => {
  expect(drain(new Budget({ ratio: 0.2, minPerSecond: 3 }), 0)).toBe(30);
  expect(drain(new Budget({ ratio: 0.2, minPerSecond: 0 }), 0)).toBe(0);
});

test("each call adds its share", () => {
  const budget = new Budget({ ratio: 0.2, minPerSecond: 0 });
  for (let call = 0; call < 9; call++) budget.countCall(0);
  expect(drain(budget, 0)).toBe(1);
  budget.countCall(0);
  expect(drain(budget, 0)).toBe(1);
});

test("a full token is needed", () => {
  const budget = new Budget({ ratio: 0.5, minPerSecond: 0 });
  budget.countCall(0);
  expect(budget.take(0)).toBe(false);
  budget.countCall(0);
  expect(budget.take(0)).toBe(true);
});

test("a floor below one retry in ten seconds is none", () => {
  expect(drain(new Budget({ ratio: 0, minPerSecond: 0.099 }), 0)).toBe(0);
  expect(drain(new Budget({ ratio: 0, minPerSecond: 0.1 }), 0)).toBe(1);
});

test("it is full again exactly ten seconds after it was used up", () => {
  const budget = new Budget({ ratio: 0, minPerSecond: 3 });
  expect(drain(budget, 1_000)).toBe(30);
  expect(drain(budget, 10_999)).toBe(0);
  expect(drain(budget, 11_000)).toBe(30);
});

test("calls count for ten seconds", () => {
  const budget = new Budget({ ratio: 1, minPerSecond: 0 });
  budget.countCall(0);
  expect(budget.take(10_000)).toBe(false);
  budget.countCall(20_000);
  expect(budget.take(29_999)).toBe(true);
});

test("within any ten seconds the retries are at most a share of the calls and the floor", () => {
  const step = fc.record({ gap: fc.integer({ min: 0, max: 3_000 }), isCall: fc.boolean() });
  fc.assert(
    fc.property(
      fc.constantFrom(0, 0.1, 0.2, 1),
      fc.constantFrom(0, 0.1, 1),
      fc.array(step, { maxLength: 200 }),
      (ratio, minPerSecond, steps) => {
        const budget = new Budget({ ratio, minPerSecond });
        const calls: number[] = [];
        const retries: number[] = [];
        let now = 0;
        for (const { gap, isCall } of steps) {
          now += gap;
          if (isCall) {
            budget.countCall(now);
            calls.push(now);
          } else {
            const inWindow = (times: number[]): number => times.filter((at) => now - at < 10_000).length;
            const allowed = inWindow(retries) + 1 <= ratio * inWindow(calls) + 10 * minPerSecond;
            expect(budget.take(now)).toBe(allowed);
            if (allowed) retries.push(now);
          }
        }
      },
    ),
  );
});
