import { describe, expect, test } from "vitest";
import { mergeSamples, sample, streamText } from "./sample.js";

describe("a made-up value", () => {
  test("has the members that are given, and its own", () => {
    expect(sample({ id: 1, name: "a" }, { name: "b" })).toEqual({ id: 1, name: "b" });
    expect(sample<{ id: number; name?: string }>({ id: 1 }, { name: "b" })).toEqual({ id: 1, name: "b" });
  });

  test("is itself without any, and where it has no members", () => {
    const value = { id: 1 };
    expect(sample(value)).toBe(value);
    expect([sample("text", {}), sample(null, {})]).toEqual(["text", null]);
  });
});

describe("the made-up values of an intersection", () => {
  test("are one object with the members of all, the later ones first", () => {
    expect(mergeSamples({ a: 1, b: 1 }, { b: 2 }, undefined)).toEqual({ a: 1, b: 2 });
  });

  test("are the last where none is an object", () => {
    expect([mergeSamples("a", "b"), mergeSamples([1], [2])]).toEqual(["b", [2]]);
  });
});

describe("a stream of one item", () => {
  test.each([
    ["lines", { a: 1 }, '{"a":1}\n'],
    ["events", { a: 1 }, 'data: {"a":1}\n\n'],
    ["text", "hello", "data: hello\n\n"],
  ])("as %s", (format, item, text) => {
    expect(streamText(format, item)).toBe(text);
  });
});
