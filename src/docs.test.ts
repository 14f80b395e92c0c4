// What the documentation writes under x-resilience must be right: read, and refused where it makes no sense, like any
// other document.
import { readdirSync, readFileSync } from "node:fs";
import yaml from "js-yaml";
import { expect, test } from "vitest";
import { resolved, told } from "../fixtures/support/stages.js";
import { isRecord } from "./diagnostics/index.js";

const docs = new URL("../docs/", import.meta.url);

/** The YAML of a page that is a part of an OpenAPI document: it has paths, or policies of its root. */
function partsOf(page: string): Record<string, unknown>[] {
  const fences = [...readFileSync(new URL(page, docs), "utf8").matchAll(/^( *)```yaml\n(.*?)^ *```/gms)];
  return fences.flatMap(([, indent = "", text = ""]) => {
    const part = yaml.load(text.replaceAll(new RegExp(`^${indent}`, "gm"), ""));
    return isRecord(part) && Object.keys(part).every((key) => key === "paths" || key === "x-resilience") ? [part] : [];
  });
}

/** A whole document around a part, with an operation that reads where the part has none. */
function documentWith({ paths = {}, ...root }: Record<string, unknown>): object {
  const responses = { "200": { description: "ok", content: { "application/json": {} } } };
  const items = Object.entries({ "/other": { get: {} }, ...(paths as object) }).map(([path, item]) => {
    const members = Object.entries(item as object).map(([name, member]) => [
      name,
      name === "x-resilience" ? member : { responses, ...(member as object) },
    ]);
    return [path, Object.fromEntries(members)];
  });
  return { openapi: "3.1.0", info: { title: "Docs", version: "1" }, ...root, paths: Object.fromEntries(items) };
}

const parts = readdirSync(docs)
  .filter((name) => name.endsWith(".md"))
  .flatMap((page) => partsOf(page).map((part, index) => [`${page}, ${index + 1}`, part] as const));

test("there are some", () => {
  expect(parts.length).toBeGreaterThan(8);
});

test.each(parts)("%s", async (_, part) => {
  const { problems } = await resolved(documentWith(part));
  expect(told(problems)).toEqual([]);
});
