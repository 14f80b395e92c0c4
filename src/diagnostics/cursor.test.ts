import { expect, test } from "vitest";
import { Cursor } from "./cursor.js";

const at = (value: unknown): Cursor => new Cursor({ url: "", name: "", text: "", format: "yaml", value });

test("a pointer escapes slashes and tildes (RFC 6901 §3)", () => {
  const cursor = at({ paths: { "/a~b": { get: [1] } } })
    .get("paths")
    ?.get("/a~b")
    ?.get("get")
    ?.get(0);
  expect(cursor?.pointer).toBe("/paths/~1a~0b/get/0");
  expect(cursor?.value).toBe(1);
});

test("only own members are there: what every object inherits is not in a document", () => {
  expect(at({}).get("constructor")).toBeUndefined();
  expect(at({}).get("__proto__")).toBeUndefined();
  expect(at(JSON.parse('{"__proto__": 1}')).get("__proto__")?.value).toBe(1);
});

test("what is no object has no members, and what is no list has no items", () => {
  for (const value of ["text", 5, null, undefined, true, []]) {
    expect(at(value).entries()).toEqual([]);
    expect(at(value).record).toEqual({});
  }
  for (const value of ["text", 5, null, {}, true]) expect(at(value).items()).toEqual([]);
});

test("a text is given only where there is one", () => {
  expect(at({ a: "x", b: 1 }).text("a")).toBe("x");
  expect(at({ a: "x", b: 1 }).text("b")).toBeUndefined();
});
