import { expect, test } from "vitest";
import { getWith, Rig, retriesAtOnce } from "../../../tests/rig/rig.js";
import type { Middleware } from "./middleware.js";
import { Watchers } from "./watchers.js";

const getThing = getWith({});

test("without watchers nobody builds events for nobody", () => {
  const watchers = new Watchers();
  expect(watchers.observe).toBeUndefined();
  const detach = watchers.attach({ observe: () => {} });
  expect(watchers.observe).toBeDefined();
  detach();
  expect(watchers.observe).toBeUndefined();
});

test("an attached observer hears the calls from then on, until it is taken away", async () => {
  const rig = new Rig();
  const heard: string[] = [];
  await rig.end(getThing);
  const detach = rig.client.attach({ observe: ({ type }) => heard.push(type) });
  await rig.end(getThing);
  expect(heard).toEqual(["start", "attempt", "call"]);
  detach();
  await rig.end(getThing);
  expect(heard).toHaveLength(3);
  expect(rig.heard("call")).toHaveLength(3);
});

test("a call that began with a watcher is told to it to its end", async () => {
  const rig = new Rig().replies({ after: 100 });
  const heard: string[] = [];
  const detach = rig.client.attach({ observe: ({ type }) => heard.push(type) });
  const end = rig.end(getThing);
  detach();
  await end;
  expect(heard).toEqual(["start", "attempt", "call"]);
});

test("the same watcher twice watches once", async () => {
  const rig = new Rig();
  const heard: string[] = [];
  const watcher = { observe: ({ type }: { type: string }) => heard.push(type) };
  rig.client.attach(watcher);
  rig.client.with({}).attach(watcher);
  await rig.end(getThing);
  expect(heard).toEqual(["start", "attempt", "call"]);
});

test("of one key there is one watcher: the latest, which the earlier one cannot take away", async () => {
  const rig = new Rig();
  const heard: string[] = [];
  const detachFirst = rig.client.attach({ key: "k", observe: () => heard.push("first") });
  const detachSecond = rig.client.attach({ key: "k", observe: ({ type }) => heard.push(type) });
  detachFirst();
  await rig.end(getThing);
  expect(heard).toEqual(["start", "attempt", "call"]);
  detachSecond();
  await rig.end(getThing);
  expect(heard).toHaveLength(3);
});

test("a watcher is told once when it watches no more", () => {
  const watchers = new Watchers();
  const told: string[] = [];
  const watcher = (name: string) => ({ key: "k", detached: () => told.push(name) });
  const first = watcher("first");
  const detachFirst = watchers.attach(first);
  watchers.attach(first);
  expect(told).toEqual([]);
  const detachSecond = watchers.attach(watcher("second"));
  detachFirst();
  expect(told).toEqual(["first"]);
  detachSecond();
  detachSecond();
  expect(told).toEqual(["first", "second"]);
});

test("attached middleware runs around each attempt, inside that of the options", async () => {
  const order: string[] = [];
  const named =
    (name: string): Middleware =>
    (request, next, { attempt }) => {
      order.push(`${name} ${attempt}`);
      return next(request);
    };
  const rig = new Rig({ middleware: [named("options")] }).replies(503, 200);
  const detach = rig.client.attach({ middleware: named("attached") });
  await rig.end(getWith({ retry: retriesAtOnce(1) }));
  expect(order).toEqual(["options 1", "attached 1", "options 2", "attached 2"]);
  detach();
  await rig.end(getThing);
  expect(order.slice(4)).toEqual(["options 1"]);
});
