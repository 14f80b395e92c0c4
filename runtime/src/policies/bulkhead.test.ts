import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Bulkhead } from "./bulkhead.js";

const bulkheadOf = (concurrency: number, queue: number): Bulkhead =>
  new Bulkhead({ concurrency, queue, queueTimeout: false, scope: "operation" });

test("it has as many places as it says", () => {
  const bulkhead = bulkheadOf(2, 0);
  expect([bulkhead.tryEnter(), bulkhead.tryEnter(), bulkhead.tryEnter()]).toEqual([true, true, false]);
  expect(bulkhead.running).toBe(2);
  bulkhead.leave();
  expect(bulkhead.running).toBe(1);
  expect(bulkhead.tryEnter()).toBe(true);
});

test("its queue is as long as it says", () => {
  const bulkhead = bulkheadOf(1, 2);
  bulkhead.tryEnter();
  expect([1, 2, 3].map(() => bulkhead.queue(() => {}))).toEqual([true, true, false]);
  expect(bulkhead.queued).toBe(2);
});

test("a freed place goes to the head of the queue within the same call, so nobody can overtake", () => {
  const bulkhead = bulkheadOf(1, 2);
  const granted: string[] = [];
  bulkhead.tryEnter();
  bulkhead.queue(() => granted.push("first"));
  bulkhead.queue(() => granted.push("second"));
  bulkhead.leave();
  expect(granted).toEqual(["first"]);
  expect(bulkhead.tryEnter()).toBe(false);
  bulkhead.leave();
  expect(granted).toEqual(["first", "second"]);
  expect(bulkhead.queued).toBe(0);
});

test("who left the queue gets no place", () => {
  const bulkhead = bulkheadOf(1, 3);
  const granted: string[] = [];
  const second = (): unknown => granted.push("second");
  bulkhead.tryEnter();
  bulkhead.queue(() => granted.push("first"));
  bulkhead.queue(second);
  bulkhead.queue(() => granted.push("third"));
  bulkhead.unqueue(second);
  expect(bulkhead.queued).toBe(2);
  bulkhead.leave();
  bulkhead.leave();
  expect(granted).toEqual(["first", "third"]);
});

test("leaving the queue makes room in it", () => {
  const bulkhead = bulkheadOf(1, 1);
  const waiter = (): void => {};
  bulkhead.tryEnter();
  bulkhead.queue(waiter);
  bulkhead.unqueue(waiter);
  bulkhead.unqueue(waiter);
  expect(bulkhead.queue(() => {})).toBe(true);
});

describe("who cannot use a place gives it back at once", () => {
  test("and the next in the queue gets it", () => {
    const bulkhead = bulkheadOf(1, 2);
    const granted: string[] = [];
    bulkhead.tryEnter();
    bulkhead.queue(() => bulkhead.leave());
    bulkhead.queue(() => granted.push("second"));
    bulkhead.leave();
    expect(granted).toEqual(["second"]);
    expect(bulkhead.running).toBe(1);
  });

  test("twenty thousand in a row need no deep stack", () => {
    const bulkhead = bulkheadOf(1, 20_000);
    let refused = 0;
    bulkhead.tryEnter();
    for (let waiter = 0; waiter < 20_000; waiter++) {
      bulkhead.queue(() => {
        refused++;
        bulkhead.leave();
      });
    }
    bulkhead.leave();
    expect(refused).toBe(20_000);
    expect([bulkhead.running, bulkhead.queued]).toEqual([0, 0]);
  });

  test("who queues while places are handed over has its turn too", () => {
    const bulkhead = bulkheadOf(1, 5);
    const granted: string[] = [];
    bulkhead.tryEnter();
    bulkhead.queue(() => {
      bulkhead.queue(() => granted.push("late"));
      bulkhead.leave();
    });
    bulkhead.leave();
    expect(granted).toEqual(["late"]);
  });
});

test("a hand-over that is over does not keep the next from happening", () => {
  const bulkhead = bulkheadOf(1, 5);
  const granted: number[] = [];
  for (const round of [1, 2, 3]) {
    bulkhead.tryEnter();
    bulkhead.queue(() => granted.push(round));
    bulkhead.leave();
    bulkhead.leave();
  }
  expect(granted).toEqual([1, 2, 3]);
});

test("never more run than may, nobody is overtaken, nobody forgotten", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 4 }),
      fc.integer({ min: 0, max: 5 }),
      fc.array(fc.constantFrom("enter", "leave", "abandon"), { maxLength: 200 }),
      (concurrency, queue, steps) => {
        const bulkhead = bulkheadOf(concurrency, queue);
        let running = 0;
        let line: { granted: () => void }[] = [];
        for (const step of steps) {
          if (step === "enter") {
            const isFree = running < concurrency;
            expect(bulkhead.tryEnter()).toBe(isFree);
            if (isFree) running++;
            else {
              const waiter = {
                granted: (): void => {
                  expect(line[0]).toBe(waiter);
                  line.shift();
                  running++;
                },
              };
              const hasRoom = line.length < queue;
              if (hasRoom) line.push(waiter);
              expect(bulkhead.queue(waiter.granted)).toBe(hasRoom);
            }
          } else if (step === "leave" && running > 0) {
            running--;
            bulkhead.leave();
          } else if (step === "abandon" && line.length > 0) {
            const waiter = line[Math.floor(line.length / 2)];
            line = line.filter((other) => other !== waiter);
            if (waiter !== undefined) bulkhead.unqueue(waiter.granted);
          }
          expect([bulkhead.running, bulkhead.queued]).toEqual([running, line.length]);
          expect(running).toBeLessThanOrEqual(concurrency);
          expect(line.length === 0 || running === concurrency).toBe(true);
        }
      },
    ),
  );
});
