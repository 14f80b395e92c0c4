import { getEventListeners } from "node:events";
import { describe, expect, test } from "vitest";
import { getWith, Rig } from "../../../tests/rig/rig.js";
import { coalesce } from "../extensions/coalesce.js";
import { AbortListeners } from "./abort-listeners.js";

const count = (signal: AbortSignal): number => getEventListeners(signal, "abort").length;

describe("a signal that many calls share", () => {
  test("has one listener of a client, and none when the calls have ended", async () => {
    const rig = new Rig();
    rig.usually = { after: 100 };
    const { signal } = new AbortController();
    const calls = Array.from({ length: 30 }, () => rig.call(getWith({}), {}, { signal }).result());
    await rig.clock.advance(50);
    expect(count(signal)).toBe(1);
    for (const end of await rig.clock.run(Promise.all(calls))) expect(end.ok).toBe(true);
    expect(count(signal)).toBe(0);
  });

  test("has one listener too while calls share their work, or find out whose they are", async () => {
    const rig = new Rig({ identity: () => "somebody" });
    rig.usually = { after: 100 };
    const { signal } = new AbortController();
    const shared = getWith({ coalesce: true }, { extensions: [coalesce] });
    const calls = Array.from({ length: 30 }, () => rig.call(shared, {}, { signal }).result());
    expect(count(signal)).toBeLessThanOrEqual(1);
    await rig.clock.advance(50);
    expect(count(signal)).toBe(1);
    await rig.clock.run(Promise.all(calls));
    expect([count(signal), rig.requests]).toEqual([0, 1]);
  });

  test("ends them all", async () => {
    const rig = new Rig();
    rig.usually = { after: "never" };
    const controller = new AbortController();
    const { signal } = controller;
    const calls = Array.from({ length: 30 }, () => rig.call(getWith({}), {}, { signal }).result());
    await rig.clock.advance(50);
    controller.abort("enough");
    for (const end of await Promise.all(calls))
      expect(end).toMatchObject({ error: { code: "aborted", cause: "enough" } });
    expect(count(signal)).toBe(0);
  });
});

describe("who listens", () => {
  test("hears of an abort until it listens no more; twice is no fault", () => {
    const listeners = new AbortListeners();
    const controller = new AbortController();
    const heard: string[] = [];
    listeners.add(controller.signal, () => heard.push("first"));
    const leave = listeners.add(controller.signal, () => heard.push("second"));
    leave();
    leave();
    controller.abort();
    expect(heard).toEqual(["first"]);
  });

  test("may come back to a signal that everybody had left", () => {
    const listeners = new AbortListeners();
    const controller = new AbortController();
    const heard: string[] = [];
    const leave = listeners.add(controller.signal, () => heard.push("first"));
    leave();
    expect(count(controller.signal)).toBe(0);
    listeners.add(controller.signal, () => heard.push("second"));
    leave();
    expect(count(controller.signal)).toBe(1);
    controller.abort();
    expect(heard).toEqual(["second"]);
  });

  test("to no signal leaves nothing to leave", () => {
    expect(new AbortListeners().add(undefined, () => {})()).toBe(undefined);
  });
});
