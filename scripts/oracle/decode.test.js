import { describe, expect, test } from "vitest";
import { misreading } from "./decode.js";

const operation = (parameters, rest = {}) => ({ path: "/a/{id}", parameters, ...rest });
const id = { name: "id", in: "path", required: true };
const asked = (query, init) => new Request(`https://oracle.test/base/a/1${query}`, init);
const judged = (own, input, request) =>
  misreading(own, { path: { id: 1 }, ...input }, request, "/base", new Set(["key"]));

describe("a request that says what was given is read as that", () => {
  const list = ["a b", "x&y"];
  test.each([
    ["form", { name: "q", in: "query" }, "?q=a%20b&q=x%26y", list],
    ["form with plus signs", { name: "q", in: "query" }, "?q=a+b&q=x%26y", list],
    ["form, not exploded", { name: "q", in: "query", explode: false }, "?q=a%20b,x%26y", list],
    ["pipeDelimited", { name: "q", in: "query", style: "pipeDelimited", explode: false }, "?q=a%20b%7Cx%26y", list],
    ["deepObject", { name: "q", in: "query", style: "deepObject" }, "?q%5Ba%5D%5B0%5D=1&q%5Bb%5D=2", { a: [1], b: 2 }],
    ["JSON", { name: "q", in: "query", content: { "application/json": {} } }, "?q=%7B%22a%22%3A1%7D", { a: 1 }],
  ])("%s", async (_, parameter, query, value) => {
    expect(await judged(operation([id, parameter]), { query: { q: value } }, asked(query))).toBeUndefined();
  });
});

describe("what is refused", () => {
  const q = { name: "q", in: "query" };
  test.each([
    ["a value that is encoded twice", "?q=a%2520b", "a b"],
    ["a value that is not encoded", "?q=x&y", "x&y"],
    ["a list in one value", "?q=a,b", ["a", "b"]],
    ["a missing parameter", "", "a"],
    ["a parameter that nobody gave", "?q=a&r=b", "a"],
    ["an object that became a text", "?q=[object%20Object]", { a: 1 }],
  ])("%s", async (_, query, value) => {
    expect(await judged(operation([id, q]), { query: { q: value } }, asked(query))).toBeTypeOf("string");
  });

  test("a path with another value, and one that is another path", async () => {
    expect(await judged(operation([id]), { path: { id: 2 } }, asked(""))).toContain("path id");
    expect(await judged({ ...operation([id]), path: "/b/{id}" }, {}, asked(""))).toContain("is not /b/{id}");
  });

  const sent = (contentType, body) => asked("", { method: "POST", body, headers: { "content-type": contentType } });
  const withBody = (contentType) => operation([id], { body: { content: { [contentType]: {} } } });

  test.each([
    ["JSON with a member too many", "application/json", { a: 1 }, '{"a":1,"b":2}'],
    ["JSON without a member", "application/json", { a: 1, b: 2 }, '{"a":1}'],
    ["JSON with a text for a number", "application/json", { a: 1 }, '{"a":"1"}'],
    ["an empty form", "application/x-www-form-urlencoded", { a: 1 }, ""],
    ["a form with another value", "application/x-www-form-urlencoded", { a: "x y" }, "a=x%2520y"],
    ["another text", "text/plain", "a", "b"],
  ])("%s", async (_, contentType, body, text) => {
    expect(await judged(withBody(contentType), { body, contentType }, sent(contentType, text))).toBeTypeOf("string");
  });

  test("another content type", async () => {
    const input = { body: { a: 1 }, contentType: "application/json" };
    expect(await judged(withBody("application/json"), input, sent("text/plain", '{"a":1}'))).toContain("text/plain");
  });

  test("a part with other content, and one that is missing", async () => {
    const form = new FormData();
    form.append("a", new Blob(["other"]));
    const request = asked("", { method: "POST", body: form });
    const own = withBody("multipart/form-data");
    const given = (body) => ({ body, contentType: "multipart/form-data" });
    expect(await judged(own, given({ a: new Blob(["bytes"]) }), request.clone())).toContain("part a");
    expect(await judged(own, given({ a: new Blob(["other"]), b: 1 }), request)).toContain("part b");
  });
});
