import { expect, test } from "vitest";
import { seededRandom } from "../../runtime/entries/testing/index.js";
import { EventClock } from "./clock.js";

test("timers fire in the order of their moments, of one moment in the order in which they were set", async () => {
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

test("a dropped timer does not fire, one beyond the end waits, and what a timer sets going comes before the next", async () => {
  const clock = new EventClock();
  const told: string[] = [];
  const dropped = clock.setTimer(() => told.push("dropped"), 1);
  clock.setTimer(() => told.push("beyond"), 11);
  clock.setTimer(() => {
    void Promise.resolve().then(() => told.push("promise of the first"));
    clock.setTimer(() => told.push("set by the first"), 0);
  }, 2);
  clock.setTimer(() => told.push("second"), 2);
  clock.clearTimer(dropped);
  clock.clearTimer(undefined);
  await clock.runUntil(10);
  expect(told).toEqual(["promise of the first", "second", "set by the first"]);
  await clock.runUntil(11);
  expect(told.at(-1)).toBe("beyond");
});
