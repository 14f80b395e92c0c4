import fc from "fast-check";
import { describe, expect, test, vi } from "vitest";
import { Bulkhead, type BulkheadSlot, type SlotWaiter } from "./bulkhead.js";

const bulkheadOf = (concurrency: number, queue: number): Bulkhead =>
  new Bulkhead({ concurrency, queue, queueTimeout: false, scope: "operation" });

const clock = { now: (): number => 0 };
const seeker = { slotLost: (): void => {} };

/** A waiter that notes its name when it has a slot. */
const waiterOf = (granted: (slot: BulkheadSlot) => void, lateAt = 5_000): SlotWaiter => ({
  lateAt,
  granted,
  overdueSooner: () => {},
});

/** Takes a slot that must be free. */
function taken(bulkhead: Bulkhead, now = 0): BulkheadSlot {
  const slot = bulkhead.tryEnter(now, seeker);
  if (slot === undefined) throw new Error("no slot is free");
  return slot;
}

test("a bulkhead has as many slots as its policy says", () => {
  const bulkhead = bulkheadOf(2, 0);
  const first = taken(bulkhead);
  taken(bulkhead);
  expect(bulkhead.tryEnter(0, seeker)).toBeUndefined();
  expect(bulkhead.running).toBe(2);
  bulkhead.leave(first, clock);
  expect(bulkhead.running).toBe(1);
  expect(bulkhead.tryEnter(0, seeker)).toBeDefined();
});

test("a slot that is given back twice counts once", () => {
  const bulkhead = bulkheadOf(2, 0);
  const first = taken(bulkhead);
  taken(bulkhead);
  bulkhead.leave(first, clock);
  bulkhead.leave(first, clock);
  expect(bulkhead.running).toBe(1);
});

test("the queue is as long as its policy says", () => {
  const bulkhead = bulkheadOf(1, 2);
  taken(bulkhead);
  expect(
    [1, 2, 3].map(() =>
      bulkhead.queue(
        waiterOf(() => {}),
        0,
      ),
    ),
  ).toEqual([true, true, false]);
  expect(bulkhead.queued).toBe(2);
});

test("a freed slot goes to the head of the queue at once, so no newcomer overtakes", () => {
  const bulkhead = bulkheadOf(1, 2);
  const granted: BulkheadSlot[] = [];
  const slot = taken(bulkhead);
  const second = waiterOf((own) => granted.push(own));
  bulkhead.queue(
    waiterOf((own) => granted.push(own)),
    0,
  );
  bulkhead.queue(second, 0);
  bulkhead.leave(slot, clock);
  expect(granted).toHaveLength(1);
  expect(bulkhead.tryEnter(0, seeker)).toBeUndefined();
  bulkhead.leave(granted[0] as BulkheadSlot, clock);
  expect(granted).toHaveLength(2);
  expect(bulkhead.queued).toBe(0);
});

test("a waiter that left the queue gets no slot, and makes room in the queue", () => {
  const bulkhead = bulkheadOf(1, 1);
  const granted = vi.fn();
  const slot = taken(bulkhead);
  const waiter = waiterOf(granted);
  bulkhead.queue(waiter, 0);
  bulkhead.unqueue(waiter);
  bulkhead.unqueue(waiter);
  expect(
    bulkhead.queue(
      waiterOf(() => {}),
      0,
    ),
  ).toBe(true);
  bulkhead.leave(slot, clock);
  expect(granted).not.toHaveBeenCalled();
});

describe("a slot whose holder vanished", () => {
  test("is taken back by the next attempt that looks once it is overdue, and that attempt is told", () => {
    const bulkhead = bulkheadOf(1, 0);
    const lost = { slotLost: vi.fn() };
    const slot = taken(bulkhead);
    bulkhead.hold(slot, 3_000);
    expect(bulkhead.tryEnter(2_999, lost)).toBeUndefined();
    expect(lost.slotLost).not.toHaveBeenCalled();
    const next = bulkhead.tryEnter(3_000, lost);
    expect(next).toBeDefined();
    expect(lost.slotLost).toHaveBeenCalledTimes(1);
    // The lost one comes back after all.
    bulkhead.leave(slot, clock);
    expect(bulkhead.running).toBe(1);
  });

  test("goes to the head of the queue when a waiter looks", () => {
    const bulkhead = bulkheadOf(1, 2);
    const granted: string[] = [];
    bulkhead.hold(taken(bulkhead), 3_000);
    bulkhead.queue(
      waiterOf(() => granted.push("first")),
      0,
    );
    bulkhead.queue(
      waiterOf(() => granted.push("second")),
      0,
    );
    bulkhead.look(2_750, seeker);
    expect(granted).toEqual([]);
    bulkhead.look(3_000, seeker);
    expect(granted).toEqual(["first"]);
  });

  test("is not handed to a newcomer while others wait", () => {
    const bulkhead = bulkheadOf(1, 2);
    const granted = vi.fn();
    bulkhead.hold(taken(bulkhead), 3_000);
    bulkhead.queue(waiterOf(granted), 0);
    expect(bulkhead.tryEnter(3_000, seeker)).toBeUndefined();
    expect(granted).toHaveBeenCalledTimes(1);
  });

  test("comes back within a second where a waiter got it and does not use it", () => {
    const bulkhead = bulkheadOf(1, 2);
    const granted: string[] = [];
    const slot = taken(bulkhead);
    bulkhead.queue(
      waiterOf(() => granted.push("vanished")),
      0,
    );
    bulkhead.queue(
      waiterOf(() => granted.push("second")),
      0,
    );
    bulkhead.leave(slot, { now: () => 100 });
    bulkhead.look(1_099, seeker);
    expect(granted).toEqual(["vanished"]);
    bulkhead.look(1_100, seeker);
    expect(granted).toEqual(["vanished", "second"]);
  });
});

test("the head of the queue is told when a slot is overdue sooner than it knows", () => {
  const bulkhead = bulkheadOf(1, 3);
  const overdueSooner = vi.fn();
  const slot = taken(bulkhead);
  bulkhead.queue({ lateAt: 9_000, granted: () => {}, overdueSooner }, 0);
  expect(bulkhead.overdueAt).toBe(1_000);
  bulkhead.hold(slot, 6_000);
  expect(overdueSooner).not.toHaveBeenCalled();
  bulkhead.hold(slot, 700);
  expect(overdueSooner).toHaveBeenCalledTimes(1);
  expect(bulkhead.overdueAt).toBe(700);
});

test("a waiter whose own timer should have ended its wait a second ago is passed over and takes no room", () => {
  const bulkhead = bulkheadOf(1, 1);
  const vanished = vi.fn();
  const granted = vi.fn();
  const slot = taken(bulkhead);
  bulkhead.hold(slot, 60_000);
  bulkhead.queue(waiterOf(vanished, 2_000), 0);
  expect(bulkhead.queue(waiterOf(granted, 9_000), 3_000)).toBe(false);
  expect(bulkhead.queue(waiterOf(granted, 9_000), 3_001)).toBe(true);
  bulkhead.leave(slot, { now: () => 4_000 });
  expect([vanished.mock.calls.length, granted.mock.calls.length]).toEqual([0, 1]);
});

test("never more run than may, nobody is overtaken, nobody forgotten, whatever vanishes", () => {
  const step = fc.record({
    does: fc.constantFrom("enter", "leave", "abandon", "hold", "look"),
    which: fc.nat(3),
    after: fc.nat(400),
  });
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 4 }),
      fc.integer({ min: 0, max: 5 }),
      fc.array(step, { maxLength: 200 }),
      (concurrency, queue, steps) => {
        const bulkhead = bulkheadOf(concurrency, queue);
        let now = 0;
        // Nobody in this test is late: only holders vanish.
        const running = new Set<BulkheadSlot>();
        let line: SlotWaiter[] = [];
        const entered = (slot: BulkheadSlot): void => {
          running.add(slot);
          bulkhead.hold(slot, now + 1_000);
        };
        for (const { does, which, after } of steps) {
          now += after;
          const lose = { slotLost: (): void => {} };
          const sweep = (): void => {
            for (const slot of running) if (slot.index < 0) running.delete(slot);
          };
          if (does === "enter") {
            const slot = bulkhead.tryEnter(now, lose);
            sweep();
            if (slot !== undefined) {
              expect(line).toEqual([]);
              entered(slot);
            } else {
              const waiter: SlotWaiter = {
                lateAt: 1e9,
                overdueSooner: () => {},
                granted: (own) => {
                  expect(line.shift()).toBe(waiter);
                  entered(own);
                },
              };
              const hasRoom = line.length < queue;
              if (hasRoom) line.push(waiter);
              expect(bulkhead.queue(waiter, now)).toBe(hasRoom);
            }
          } else if (does === "look") bulkhead.look(now, lose);
          else if (does === "abandon") {
            const waiter = line[which];
            line = line.filter((other) => other !== waiter);
            if (waiter !== undefined) bulkhead.unqueue(waiter);
          } else {
            const slot = [...running][which];
            if (slot !== undefined && does === "hold") bulkhead.hold(slot, now + 10 * after);
            if (slot !== undefined && does === "leave") {
              running.delete(slot);
              bulkhead.leave(slot, { now: () => now });
            }
          }
          sweep();
          expect([bulkhead.running, bulkhead.queued]).toEqual([running.size, line.length]);
          expect(running.size).toBeLessThanOrEqual(concurrency);
          expect(line.length === 0 || running.size === concurrency).toBe(true);
        }
      },
    ),
  );
});
