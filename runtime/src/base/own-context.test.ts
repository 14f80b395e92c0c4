import { AsyncLocalStorage } from "node:async_hooks";
import { expect, test } from "vitest";
import { OwnContext } from "./own-context.js";

const user = new AsyncLocalStorage<string>();

/** Lets everything that waits for nothing else go on. */
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

test("a task runs in the context in which the call began, whoever hands it in, and however often", async () => {
  const seen: unknown[] = [];
  const own = user.run("anna", () => new OwnContext());
  for (const other of ["bert", "carl", "dora"]) {
    user.run(other, () => own.run(() => seen.push(user.getStore())));
    await turn();
  }
  expect(seen).toEqual(["anna", "anna", "anna"]);
});

test("tasks keep their order, and one that a task hands in comes after them", async () => {
  const seen: string[] = [];
  const own = new OwnContext();
  own.run(() => {
    seen.push("first");
    own.run(() => seen.push("third"));
  });
  own.run(() => seen.push("second"));
  expect(seen).toEqual([]);
  await turn();
  expect(seen).toEqual(["first", "second", "third"]);
});

test("a task that enters another context does not take the following ones along", async () => {
  const seen: unknown[] = [];
  const own = user.run("anna", () => new OwnContext());
  own.run(() => user.enterWith("bert"));
  await turn();
  own.run(() => seen.push(user.getStore()));
  await turn();
  expect(seen).toEqual(["anna"]);
});
