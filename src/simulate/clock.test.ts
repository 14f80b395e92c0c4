import { expect, test } from "vitest";
import { seededRandom } from "../../runtime/entries/testing/index.js";
import { EventClock } from "./clock.js";

test("timers fire in the order of their times, and timers of the same time in the order in which they were set", async () => {
  const clock = new EventClock();
  const random = seededRandom(3);
  const fired: [at: number, number: number][] = [];
  for (let number = 0; number < 500; number++) {
    clock.setTimer(() => fired.push([clock.now(), number]), Math.floor(random() * 50));
  }
  await clock.runUntil(1_000);
  expect(fired).toHaveLength(500);
  const sorted = [...fired].sort(([a, m], [b, n]) => a - b || m - n);
  expect(fired).toEqual(sorted);
  expect(clock.now()).toBe(1_000);
});

test("a cleared timer does not fire, a timer past the end waits, and promises settle before the next timer", async () => {
  const clock = new EventClock();
  const fired: string[] = [];
  const cleared = clock.setTimer(() => fired.push("cleared"), 1);
  clock.setTimer(() => fired.push("past the end"), 11);
  clock.setTimer(() => {
    void Promise.resolve().then(() => fired.push("promise of the first"));
    clock.setTimer(() => fired.push("set by the first"), 0);
  }, 2);
  clock.setTimer(() => fired.push("second"), 2);
  clock.clearTimer(cleared);
  clock.clearTimer(undefined);
  await clock.runUntil(10);
  expect(fired).toEqual(["promise of the first", "second", "set by the first"]);
  await clock.runUntil(11);
  expect(fired.at(-1)).toBe("past the end");
});
