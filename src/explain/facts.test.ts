import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { folderWith } from "../../tests/support/folders.js";
import { openapi } from "../../tests/support/stages.js";
import { type InspectOptions, inspect } from "../inspect.js";
import { policyDocs, warningDocs } from "./docs.js";
import { type Facts, factsOf, type OperationFacts } from "./facts.js";
import { findOperation } from "./find.js";

const ok = { responses: { "200": { description: "ok" } } };

/** The facts about a document. */
async function factsFor(document: object | string, options: Partial<InspectOptions> = {}): Promise<Facts> {
  const text = typeof document === "string" ? document : JSON.stringify(document);
  const folder = await folderWith({ "openapi.yaml": text });
  return factsOf(await inspect({ input: join(folder, "openapi.yaml"), ...options }));
}

async function of(operation: object, method = "get"): Promise<OperationFacts> {
  const { operations } = await factsFor(openapi({ "/a": { [method]: { ...ok, operationId: "it", ...operation } } }));
  return findOperation(operations, "it");
}

const value = ({ values }: OperationFacts, name: string) => {
  const found = values.find((candidate) => candidate.name === name);
  if (found === undefined) throw new Error(`No value ${name}`);
  return found;
};

const document = `openapi: 3.1.0
info: { title: Test, version: "1" }
x-resilience: { preset: internal }
paths:
  /a:
    x-resilience:
      timeout: { attempt: 3s }
    get:
      operationId: getA
      x-resilience: { retry: { maxRetries: 2 } }
      responses: { "200": { description: ok } }
`;

describe("the origin of a value", () => {
  test("is a line of the document, a preset, a default, or another value", async () => {
    const { operations } = await factsFor(document);
    const getA = findOperation(operations, "getA");
    const origins = ["timeout.attempt", "timeout.total", "timeout.idle", "retry.maxRetries", "breaker"].map((name) => {
      const { text, origin } = value(getA, name);
      return [name, text, origin.text, origin.level];
    });
    expect(origins).toEqual([
      ["timeout.attempt", "3 s", "openapi.yaml:7", "path"],
      ["timeout.total", "9 s", "derived: at least three attempts", "all"],
      ["timeout.idle", "1 min", "preset internal", "all"],
      ["retry.maxRetries", "2", "openapi.yaml:10", "operation"],
      ["breaker", "off", "preset internal", "all"],
    ]);
  });

  test("is a line of an overlay", async () => {
    const folder = await folderWith({
      "openapi.yaml": document,
      "overlay.yaml": `overlay: 1.1.0
info: { title: Overlay, version: "1" }
actions:
  - target: $.paths['/a'].get
    update: { x-resilience: { hedge: 200ms } }
`,
    });
    const facts = factsOf(
      await inspect({ input: join(folder, "openapi.yaml"), overlays: [join(folder, "overlay.yaml")] }),
    );
    const hedge = value(findOperation(facts.operations, "getA"), "hedge.after");
    expect([hedge.text, hedge.origin.text]).toEqual(["200 ms", "overlay overlay.yaml:5"]);
  });

  test("is the preset from the command line, which replaces the document's", async () => {
    const { operations } = await factsFor(document, { preset: "serverless" });
    expect(value(findOperation(operations, "getA"), "breaker.minimumCalls").origin.text).toBe("preset serverless");
  });

  test("settings of a policy that is off are inactive, and so are key settings of a read", async () => {
    const facts = await of({ "x-resilience": { breaker: false } });
    const active = ["breaker", "breaker.window", "idempotency.key"].map((name) => value(facts, name).isActive);
    expect(active).toEqual([true, false, false]);
  });
});

describe("the group of an operation, and why it is retried", () => {
  test("a read is retried because GET is safe or the operation is marked as safe", async () => {
    expect(await of({})).toMatchObject({ group: "read", isRetried: true, why: expect.stringContaining("GET is safe") });
    const marked = await of({ "x-resilience": { safe: true } }, "post");
    expect(marked).toMatchObject({
      group: "read",
      why: expect.stringContaining("Marked as read-only (openapi.yaml:1)"),
    });
  });

  test("a PUT is retried because it is idempotent, a POST because the document declares its key", async () => {
    expect(await of({}, "put")).toMatchObject({
      group: "retried-write",
      isRetried: true,
      why: expect.stringContaining("PUT is idempotent by HTTP semantics"),
    });
    const parameters = [{ name: "X-Idempotency-Key", in: "header", schema: { type: "string" } }];
    expect(await of({ parameters }, "post")).toMatchObject({
      group: "retried-write",
      why: expect.stringContaining("the document declares the key). The key is sent in the header X-Idempotency-Key"),
    });
  });

  test("a POST is retried if it is marked as idempotent", async () => {
    expect(await of({ "x-resilience": { idempotent: true } }, "post")).toMatchObject({
      group: "retried-write",
      why: expect.stringContaining("Marked as idempotent (openapi.yaml:1)"),
    });
  });

  test("a POST that is not retried explains how to confirm key support", async () => {
    const facts = await of({}, "post");
    expect(facts).toMatchObject({ group: "unretried-write", isRetried: false, repeat: "unprocessed" });
    expect(facts.warnings.map(({ id, yaml }) => [id, yaml])).toEqual([
      ["in-doubt", "x-resilience:\n  idempotency: { supported: true }\n"],
    ]);
  });

  test("retries that are off name the line that turns them off", async () => {
    expect((await of({ "x-resilience": { retry: false } }, "delete")).why).toContain("(openapi.yaml:1)");
  });
});

describe("warnings", () => {
  const idsOf = async (policies: object, method?: string) =>
    (await of({ "x-resilience": policies }, method)).warnings.map(({ id }) => id);

  test("the presets have none", async () => {
    for (const preset of ["standard", "internal", "high-traffic", "serverless", "microservices"]) {
      expect(await idsOf({ preset }), preset).toEqual([]);
    }
  });

  test("a call that can hang forever is reported first", async () => {
    const facts = await of({ "x-resilience": { preset: "off" } });
    expect(facts.warnings.map(({ id }) => id)).toEqual(["no-deadline", "no-policies"]);
  });

  test("unbounded retries are reported, unless there is a budget or a breaker", async () => {
    expect(await idsOf({ breaker: false, retry: { budget: false } })).toEqual(["retry-storm"]);
    expect(await idsOf({ breaker: false })).toEqual([]);
  });

  test("retries that cannot happen before the deadline are reported", async () => {
    expect(await idsOf({ timeout: { attempt: "600ms", total: "2s" } })).toEqual([]);
    expect(await idsOf({ timeout: { attempt: false } })).toEqual(["no-attempt-timeout"]);
  });

  test("a long wait, a long queue, a stream without an idle timeout, and a POST that looks like a read are reported", async () => {
    expect(await idsOf({ timeout: { attempt: "40s", total: "2m" } })).toEqual(["long-wait"]);
    expect(await idsOf({ bulkhead: { queueTimeout: "20s" } })).toEqual(["long-queue"]);
    const stream = { "200": { description: "ok", content: { "text/event-stream": {} } } };
    const silent = await of({ responses: stream, "x-resilience": { timeout: { idle: false } } });
    expect(silent.warnings.map(({ id }) => id)).toEqual(["no-idle-timeout"]);
    const { operations } = await factsFor(openapi({ "/search": { post: ok } }));
    expect(operations[0]?.warnings.map(({ id }) => id)).toEqual(["looks-like-read"]);
  });
});

describe("server load", () => {
  test("a budget keeps it close to the call rate, whatever the number of retries", async () => {
    const attempts = (await of({})).amplification.map((row) => row.attempts);
    expect(attempts).toEqual([4, 15, 123, 1_203]);
    const unbounded = await of({ "x-resilience": { retry: { budget: false } } });
    expect(unbounded.amplification.map((row) => row.attempts)).toEqual([4, 40, 400, 4_000]);
  });

  test("bulkhead throughput is slots divided by duration, up to the attempt timeout", async () => {
    expect((await of({})).throughput).toEqual([
      { attemptMs: 50, callsPerSecond: 1_000 },
      { attemptMs: 200, callsPerSecond: 250 },
      { attemptMs: 1_000, callsPerSecond: 50 },
      { attemptMs: 5_000, callsPerSecond: 10 },
    ]);
  });
});

test("operations share a breaker and a budget by operation, by service origin, or by name", async () => {
  const named = { "x-resilience": { breaker: { scope: "db" }, bulkhead: false } };
  const perService = { "x-resilience": { breaker: { scope: "service" }, bulkhead: false } };
  const server = { servers: [{ url: "https://files.example/v1" }] };
  const get = (id: string, more: object) => ({ get: { ...ok, operationId: id, ...more } });
  const { scopes } = await factsFor(
    openapi(
      {
        "/a": get("a", named),
        "/b": get("b", named),
        "/c": get("c", perService),
        "/d": get("d", perService),
        "/e": get("e", { ...perService, ...server }),
        "/f": get("f", { "x-resilience": { bulkhead: false } }),
      },
      { servers: [{ url: "https://api.example/v1" }] },
    ),
  );
  const breakers = scopes.filter(({ policy }) => policy === "breaker");
  expect(breakers.map(({ scope, service, members }) => [scope, service, members])).toEqual([
    ["db", undefined, ["a", "b"]],
    ["service", "https://api.example", ["c", "d"]],
    ["service", "https://files.example", ["e"]],
    ["operation", undefined, ["f"]],
  ]);
  expect(scopes.filter(({ policy }) => policy === "budget").map(({ members }) => members)).toEqual(
    breakers.map(({ members }) => members),
  );
});

test("an operation is found by name, id, or method and path; a typo gets a suggestion", async () => {
  const { operations } = await factsFor(openapi({ "/a-b": { get: { ...ok, operationId: "pets/list" } } }));
  for (const wanted of ["petsList", "pets/list", "GET /a-b", "PETSLIST"]) {
    expect(findOperation(operations, wanted).name, wanted).toBe("petsList");
  }
  expect(() => findOperation(operations, "petList")).toThrow("Did you mean 'petsList'?");
});

test("every link into the documentation leads to a page and a heading that exist", () => {
  for (const link of [...Object.values(policyDocs), ...Object.values(warningDocs)]) {
    const [page = "", anchor] = link.split("#");
    const headings = readFileSync(join("docs", page), "utf8").match(/^#+ .*$/gm) ?? [];
    const anchors = headings.map((heading) =>
      heading
        .replace(/^#+ /, "")
        .toLowerCase()
        .replace(/[^\w -]/g, "")
        .replaceAll(" ", "-"),
    );
    if (anchor !== undefined) expect(anchors, link).toContain(anchor);
  }
});
