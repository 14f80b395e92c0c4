import { describe, expect, test } from "vitest";
import { openapi, resolved, told } from "../../tests/support/stages.js";
import { buildApi } from "../ir/index.js";
import { addNotes } from "./index.js";

const ok = { responses: { 200: { description: "fine" } } };

/** What lint says of a document beyond its faults. */
async function notesOf(document: object | string): Promise<string[]> {
  const { policiesOf, ...found } = await resolved(document);
  const policies = policiesOf();
  const { renames } = await buildApi(found.document, found.operations, policies, found.problems);
  addNotes({ ...found, policies, renames }, found.problems);
  return told({ list: found.problems.list.filter(({ severity }) => severity === "note") }).map((line) =>
    line.replace(/^\S+ /, ""),
  );
}

describe("keys and reads", () => {
  test("a POST that looks like a read is named as such; another one for its key", async () => {
    const paths = { "/a/search": { post: ok }, "/a": { post: ok, put: ok, get: ok, patch: ok } };
    expect(await notesOf(openapi(paths))).toEqual([
      "RG6001 POST /a/search appears to be read-only.",
      "RG6002 POST /a requires an idempotency key, but nothing indicates that the server supports one.",
      "RG6002 PATCH /a requires an idempotency key, but nothing indicates that the server supports one.",
    ]);
  });

  test("nothing is noted of what somebody has decided", async () => {
    const decided = (block: object): object => ({ post: { ...ok, "x-resilience": block } });
    const declared = {
      post: { ...ok, parameters: [{ name: "Idempotency-Key", in: "header", schema: { type: "string" } }] },
    };
    const paths = {
      "/a/search": decided({ safe: true }),
      "/b": decided({ idempotency: { supported: true } }),
      "/c": decided({ idempotency: { key: "none" } }),
      "/d": declared,
    };
    expect(await notesOf(openapi(paths))).toEqual([]);
  });
});

describe("media types", () => {
  const contents = (...types: string[]): object =>
    Object.fromEntries(types.map((type) => [type, { schema: { type: "string" } }]));
  const operation = (body: object, response: object): object =>
    openapi({
      "/a": {
        put: {
          requestBody: { content: body },
          responses: { 200: { description: "fine", content: response }, 204: { description: "nothing" } },
        },
      },
    });

  test("XML beside JSON is noted where it is omitted, in bodies and in responses", async () => {
    const both = contents("application/json", "application/xml", "text/xml");
    const notes = (await notesOf(operation(both, both))).filter((note) => note.startsWith("RG6005"));
    expect(notes).toHaveLength(2);
    expect(notes[0]).toMatch(/PUT \/a request body.*application\/xml, text\/xml/);
    expect(notes[1]).toMatch(/PUT \/a 200.*application\/xml, text\/xml/);
  });

  test("what the client can use is not noted: XML alone, or several types of JSON", async () => {
    const notes = await notesOf(operation(contents("application/xml"), contents("application/json", "text/json")));
    expect(notes.filter((note) => note.startsWith("RG6005"))).toEqual([]);
  });
});

describe("a setting without effect", () => {
  const withBlock = (block: object, method = "get", rest: object = {}): object =>
    openapi({ "/a": { [method]: { ...ok, ...rest, "x-resilience": block } } });

  test.each<[string, object, string[], string?]>([
    [
      "off above it",
      { breaker: false, retry: { budget: { ratio: 0.5 }, maxRetries: 0 } },
      [
        "RG6003 'retry.budget' has no effect: there are no retries.",
        "RG6003 'retry.budget.ratio' has no effect: there are no retries.",
      ],
    ],
    ["hedge without attempts", { retry: 0, hedge: true }, ["RG6003 'hedge' has no effect: there are no retries."]],
    [
      "one wait",
      { retry: { maxRetries: 1, backoff: { factor: 3 } } },
      ["RG6003 'retry.backoff.factor' has no effect: with a single retry there is only one delay."],
    ],
    [
      "no stream",
      { timeout: { idle: "5s" } },
      ["RG6003 'timeout.idle' has no effect: only streams, uploads, and downloads have an idle timeout."],
    ],
    [
      "no queue",
      { bulkhead: { queue: 0, queueTimeout: "1s" } },
      ["RG6003 'bulkhead.queueTimeout' has no effect: there is no queue."],
    ],
    ["a GET that is safe", { safe: true }, ["RG6003 'safe' has no effect: GET is safe already."]],
    ["a PUT that is not", { safe: false }, ["RG6003 'safe' has no effect: PUT isn't safe anyway."], "put"],
    [
      "a read and keys",
      { idempotency: { supported: true } },
      ["RG6003 'idempotency.supported' has no effect: read-only operations take no idempotency key."],
    ],
    [
      "no key",
      { idempotency: { key: "none", format: "structured" } },
      ["RG6003 'idempotency.format' has no effect: 'idempotency.key' is 'none'."],
      "put",
    ],
    [
      "numbers that count",
      { timeout: { attempt: "2s" }, retry: { maxRetries: 2, backoff: { factor: 3 } }, breaker: { probes: 2 } },
      [],
    ],
  ])("%s", async (_name, block, notes, method) => {
    expect(await notesOf(withBlock(block, method))).toEqual(notes);
  });

  test("a number beneath what is off there", async () => {
    const root = { "x-resilience": { breaker: { probes: 2 } } };
    const off = { ...ok, "x-resilience": { breaker: false } };
    expect(await notesOf(openapi({ "/a": { get: off } }, root))).toEqual([
      "RG6003 'breaker.probes' has no effect: 'breaker' is off.",
    ]);
    expect(await notesOf(openapi({ "/a": { get: off }, "/b": { get: ok } }, root))).toEqual([]);
  });

  test("idle counts where there is a stream", async () => {
    const stream = { responses: { 200: { description: "fine", content: { "text/event-stream": {} } } } };
    expect(await notesOf(withBlock({ timeout: { idle: "5s" } }, "get", stream))).toEqual([]);
  });
});

describe("operations that look as if they gave pages", () => {
  const list = { type: "array", items: { type: "string" } };
  const answer = (schema: object, rest: object = {}): object => ({
    responses: { 200: { description: "fine", content: { "application/json": { schema } }, ...rest } },
  });
  const query = (...names: string[]): object => ({
    parameters: names.map((name) => ({ name, in: "query", schema: { type: "string" } })),
  });
  const wrapped = { allOf: [{ type: "object", properties: { items: { $ref: "#/components/schemas/List" } } }] };

  test.each<[string, object, string | undefined]>([
    ["cursor", { ...answer(list), ...query("limit", "cursor") }, "query parameter 'cursor'"],
    [
      "starting_after",
      { ...answer(wrapped), ...query("ending_before", "starting_after") },
      "query parameter 'starting_after'",
    ],
    ["pageToken", { ...answer(wrapped), ...query("pageToken") }, "query parameter 'pageToken'"],
    ["page", { ...answer(list), ...query("per_page", "page") }, "query parameter 'page'"],
    ["offset", { ...answer(list), ...query("offset", "limit") }, "query parameter 'offset'"],
    ["Link", answer(list, { headers: { Link: { schema: { type: "string" } } } }), "response header 'Link'"],
    ["start without a size: a date, perhaps", { ...answer(list), ...query("start", "end") }, undefined],
    ["no list", { ...answer({ type: "object" }), ...query("cursor") }, undefined],
    ["declared", { ...answer(list), ...query("cursor"), "x-pagination": {} }, undefined],
  ])("%s", async (_name, operation, found) => {
    const notes = await notesOf({ ...openapi({ "/a": { get: operation } }), components: { schemas: { List: list } } });
    expect(notes.filter((note) => note.startsWith("RG6004"))).toEqual(
      found === undefined ? [] : [`RG6004 GET /a looks paginated (${found}).`],
    );
  });

  test("a POST gives none", async () => {
    const paths = { "/a/search": { post: { ...answer(list), ...query("cursor") } } };
    expect((await notesOf(openapi(paths))).some((note) => note.startsWith("RG6004"))).toBe(false);
  });
});

test("names that could not stay are told with the ones that they got", async () => {
  const operation = { operationId: "delete", responses: ok.responses };
  const schemas = { Client: { type: "object" } };
  expect(await notesOf({ ...openapi({ "/a": { get: operation } }), components: { schemas } })).toEqual([
    "RG3007 'Client' is named Client_ in the client.",
    "RG3007 'delete' is named delete_ in the client.",
  ]);
});
