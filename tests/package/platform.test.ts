// What the runtime asks of a platform: the versions that the README states follow from what its sources use.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import type { CompatData, CompatStatement, Identifier } from "@mdn/browser-compat-data/types";
import { expect, test } from "vitest";
import { platformUses } from "../support/platform-uses.js";
import { emitted, openapi } from "../support/stages.js";

// Not by an import: it would be transformed as a module, all 20 MB of it.
const bcd = createRequire(import.meta.url)("@mdn/browser-compat-data") as CompatData;
const root = join(import.meta.dirname, "../..");
const uses = platformUses(join(root, "runtime/src"));
const stated = ["chrome", "edge", "firefox", "safari", "nodejs", "deno", "bun"] as const;

/** What is asked for only where it is known to be there, or by a client whose operations need it. */
const optional = new Set([
  // `own-context`, `platform`: looked for on `globalThis` first.
  "Crypto.randomUUID",
]);

/** The versions that know a use; `undefined` for what every platform with modules knows. */
function supportOf(use: string): CompatStatement["support"] | undefined {
  const [owner = "", name = ""] = use.split(".");
  const isStatic = /Constructor$|\(\)$/.test(owner);
  const type = owner.replace(/^Readonly(Array|Map|Set)$/, "$1").replace(/Constructor$|\(\)$/, "");
  const builtin = bcd.javascript?.builtins?.[type] as Identifier | undefined;
  const places = type === "Body" ? ["Response", "Request"] : [type];
  const found =
    builtin?.[name] ??
    places.map((place) => bcd.api[place]?.[isStatic ? `${name}_static` : name]).find((each) => each !== undefined);
  return found?.__compat?.support;
}

function firstVersion(support: CompatStatement["support"], platform: (typeof stated)[number]): string {
  const given = support[platform];
  const statements = Array.isArray(given) ? given : given === undefined ? [] : [given];
  const whole = statements.find(({ version_removed, flags }) => version_removed === undefined && flags === undefined);
  return String(whole?.version_added ?? "").replace("≤", "");
}

function isBelow(a: string, b: string): boolean {
  const [left, right] = [a, b].map((text) => text.split(".").map(Number));
  for (const [index, part] of (right ?? []).entries()) {
    const other = left?.[index] ?? 0;
    if (other !== part) return other < part;
  }
  return false;
}

/** For each platform the earliest version that has all of it, and what the latest addition is. */
function minimum(): Record<(typeof stated)[number], string> {
  const versions = Object.fromEntries(stated.map((name) => [name, "0"])) as Record<(typeof stated)[number], string>;
  for (const use of uses.members) {
    const support = optional.has(use) ? undefined : supportOf(use);
    if (support === undefined) continue;
    for (const platform of stated) {
      const first = firstVersion(support, platform);
      if (/^\d/.test(first) && isBelow(versions[platform], first)) versions[platform] = first;
    }
  }
  return versions;
}

test("the data know nearly all of what is used", () => {
  expect(uses.members.size).toBeGreaterThan(150);
  expect([...uses.members].filter((use) => supportOf(use) === undefined).sort()).toMatchInlineSnapshot(`
    [
      "AbortSignal.addEventListener",
      "AbortSignal.removeEventListener",
      "ArrayBufferView.buffer",
      "ArrayBufferView.byteLength",
      "ArrayBufferView.byteOffset",
      "AsyncIterator.next",
      "AsyncIterator.return",
      "PromiseConstructor.prototype",
      "ReadableStreamGenericReader.cancel",
      "RequestInit.body",
      "Uint8Array.byteLength",
      "Uint8Array.lastIndexOf",
      "Uint8Array.length",
      "Uint8Array.set",
      "Uint8Array.slice",
      "Uint8Array.subarray",
    ]
  `);
});

test("README states the first versions of browsers that have all that the runtime uses", () => {
  const { chrome, edge, firefox, safari } = minimum();
  const sentence = `Chrome ${chrome}, Edge ${edge}, Firefox ${firefox}, and Safari ${safari}`;
  expect(readFileSync(join(root, "README.md"), "utf8").replace(/\s+/g, " ")).toContain(sentence);
});

test("the oldest Node, Deno, and Bun that we name have all of it", () => {
  const { nodejs, deno, bun } = minimum();
  expect(isBelow("20.19", nodejs)).toBe(false);
  expect(isBelow("2.0", deno)).toBe(false);
  expect(isBelow("1.2", bun)).toBe(false);
});

test("client.ts names every type of the platform that the runtime uses, so that a missing lib does not compile", async () => {
  const client = (await emitted(openapi({ "/a": { get: { responses: { 200: { description: "" } } } } }))).get(
    "client.ts",
  );
  const named = /export type Platform = \[([^\]]+)\]/.exec(client ?? "")?.[1] ?? "";
  const names = named.split(/[\s,<>]+/);
  const ofDom = [...uses.types].filter((name) => name in bcd.api);
  expect(ofDom.length).toBeGreaterThan(8);
  expect(ofDom.filter((name) => !names.includes(name))).toEqual([]);
});
