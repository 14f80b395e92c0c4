import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { syntheticSpec } from "../../bench/lib/synthetic-spec.js";
import { formats, mocked, validator } from "../../tests/support/mocks.js";
import { ask } from "../../tests/support/plain-http.js";
import { openapi } from "../../tests/support/stages.js";

const json = (schema: object, example?: unknown): object => ({
  content: { "application/json": { schema, ...(example === undefined ? {} : { example }) } },
  description: "",
});

const get = (schema: object, more: object = {}): object => ({ get: { responses: { 200: json(schema) }, ...more } });

/** What the mock of `GET /` answers under a schema, and what ajv says of it. */
async function sampled(schema: object, schemas: object = {}): Promise<{ data: unknown; problems: string[] }> {
  const { api, mocks } = await mocked(openapi({ "/": get(schema) }, { components: { schemas } }));
  const data: unknown = await (await ask(mocks().handlers, "GET", "/")).json();
  const type = api.groups[0]?.operations[0]?.responses[0]?.contents[0]?.type;
  if (type?.kind !== "json") throw new Error("not JSON");
  return { data, problems: validator(api)(type.schema, data) };
}

/** Schemas that some data fits, of every kind that documents use. */
const schemas = fc.letrec<{ schema: object; object: object }>((tie) => ({
  object: fc
    .tuple(fc.dictionary(fc.stringMatching(/^[a-z]{1,4}$/), tie("schema"), { maxKeys: 4 }), fc.nat(), fc.boolean())
    .map(([properties, seed, closed]) => ({
      type: "object",
      properties,
      required: Object.keys(properties).filter((_, index) => (seed >> index) % 2 === 0),
      ...(closed ? { additionalProperties: false } : {}),
    })),
  schema: fc.oneof(
    { maxDepth: 3 },
    fc.record({ type: fc.constant("string"), minLength: fc.nat(30), format: fc.constantFrom("email", "uri") }),
    fc.constantFrom(...Object.keys(formats)).map((format) => ({ type: "string", format })),
    fc.nat(12).map((maxLength) => ({ type: "string", maxLength })),
    fc
      .constantFrom(
        "^[A-Z]{3}-\\d{4,}$",
        "^(?:card|bank)_[a-z0-9]+$",
        "^[^@\\s]+@x\\.y$",
        "^#?([a-f\\d]{2}){3}$",
        "\\.pdf$",
      )
      .map((pattern) => ({ type: "string", pattern })),
    fc
      .tuple(fc.integer({ min: -99, max: 99 }), fc.nat(50))
      .map(([minimum, room]) => ({ type: "integer", minimum, maximum: minimum + room })),
    fc.record({
      type: fc.constant("number"),
      exclusiveMinimum: fc.integer({ min: -9, max: 9 }),
      multipleOf: fc.constantFrom(0.01, 0.5, 3),
    }),
    fc.record({ type: fc.constant(["boolean", "null"]) }),
    fc.array(fc.oneof(fc.string(), fc.integer()), { minLength: 1 }).map((values) => ({ enum: values })),
    fc.record({ const: fc.string() }),
    tie("object"),
    fc.tuple(tie("object"), tie("object")).map((allOf) => {
      // A member that both describe may be impossible; a closed object forbids the other's members.
      const [one, other] = allOf as { properties: object; additionalProperties?: unknown }[];
      const open = { ...one, additionalProperties: true };
      const names = Object.keys(one?.properties ?? {});
      const rest = Object.entries(other?.properties ?? {}).filter(([name]) => !names.includes(name));
      return { allOf: [open, { type: "object", properties: Object.fromEntries(rest) }] };
    }),
    fc.array(tie("schema"), { minLength: 1, maxLength: 3 }).map((anyOf) => ({ anyOf })),
    fc.record({ type: fc.constant("array"), items: tie("schema"), minItems: fc.nat(3) }),
    fc.record({
      type: fc.constant("array"),
      items: fc.constant({ type: "integer" }),
      minItems: fc.nat(5),
      uniqueItems: fc.constant(true),
    }),
    fc.record({ type: fc.constant("object"), additionalProperties: tie("schema"), minProperties: fc.nat(3) }),
  ),
}));

describe("made-up data", () => {
  test("fits its schema, whatever that is", async () => {
    await fc.assert(
      fc.asyncProperty(schemas.schema, async (schema) => {
        expect((await sampled(schema)).problems).toEqual([]);
      }),
      { numRuns: 200, seed: 20_261_123 },
    );
  });

  test("is the same at each run", async () => {
    const document = openapi({
      "/": get({ type: "array", items: { type: "object", properties: { a: { type: "string" } } } }),
    });
    expect((await mocked(document)).text).toBe((await mocked(document)).text);
  });

  test("is the document's example where that fits, and made up where it does not", async () => {
    const schema = { type: "object", required: ["id"], properties: { id: { type: "integer" } } };
    expect((await sampled({ ...schema, example: { id: 7 } })).data).toEqual({ id: 7 });
    expect((await sampled({ ...schema, example: { id: "seven" } })).data).toEqual({ id: 1 });
  });

  test("of oneOf fits exactly one member", async () => {
    const oneOf = [
      { type: "object", properties: { a: { type: "string" } } },
      { type: "object", required: ["b"], properties: { b: { type: "string" }, a: { type: "integer" } } },
    ];
    expect((await sampled({ oneOf })).problems).toEqual([]);
  });

  test("of a discriminated union says its own value", async () => {
    const member = (name: string): object => ({
      type: "object",
      required: ["kind"],
      properties: { kind: { type: "string" }, [name]: { type: "string" } },
    });
    const { data, problems } = await sampled(
      {
        oneOf: [{ $ref: "#/components/schemas/Cat" }, { $ref: "#/components/schemas/Dog" }],
        discriminator: { propertyName: "kind" },
      },
      { Cat: member("claws"), Dog: member("nose") },
    );
    expect([data, problems]).toEqual([{ kind: "Cat", claws: "text" }, []]);
  });

  test("of an intersection that narrows a member fits both parts", async () => {
    const Base = {
      type: "object",
      required: ["size"],
      properties: { size: { type: "object", required: ["w"], properties: { w: { type: "integer" } } } },
    };
    const own = { properties: { size: { type: "object", required: ["h"], properties: { h: { type: "integer" } } } } };
    const { data, problems } = await sampled({ allOf: [{ $ref: "#/components/schemas/Base" }, own] }, { Base });
    expect([data, problems]).toEqual([{ size: { w: 1, h: 1 } }, []]);
  });

  const unique = (items: object): object => ({ type: "array", uniqueItems: true, minItems: 2, items });
  const text = (more: object): object => ({ type: "string", ...more });
  test.each<[string, object]>([
    ["yes and no", unique({ type: "boolean" })],
    ["objects of which no two are alike", unique({ type: "object", properties: { a: text({}) }, required: ["a"] })],
    ["lists of which no two are alike", unique({ type: "array", minItems: 1, items: { type: "integer" } })],
    ["numbers below a bound, no two alike", unique({ type: "integer", maximum: 1 })],
    ["UUIDs, no two alike", unique(text({ format: "uuid" }))],
    ["days, no two alike", unique(text({ format: "date" }))],
    ["addresses, no two alike", unique(text({ format: "ipv4" }))],
    ["enums, no two alike", unique({ enum: ["a", "b"] })],
    ["an e-mail address that must be short", text({ format: "email", maxLength: 8 })],
    ["a URI that must be short", text({ format: "uri", maxLength: 6 })],
    ["a URI that must be long", text({ format: "uri", minLength: 60 })],
    ["a password with rules", text({ pattern: "^(?=.*\\d)(?=.*[a-z])(?=.*[A-Z]).{8,}$" })],
    ["a large number", { type: "integer", minimum: 2 ** 53 }],
    [
      "bounds as 3.0 writes them",
      { type: "number", minimum: 0, exclusiveMinimum: true, maximum: 1, exclusiveMaximum: true },
    ],
    ["null or a text", { type: ["string", "null"], pattern: "^[A-Z]{2}$" }],
    ["a tuple", { type: "array", prefixItems: [text({}), { type: "integer" }], items: false, minItems: 2 }],
    [
      "unions within intersections within unions",
      {
        oneOf: [
          {
            allOf: [
              { type: "object", required: ["a"], properties: { a: { type: "integer", multipleOf: 7 } } },
              { anyOf: [{ type: "object", required: ["b"], properties: { b: text({ minLength: 9 }) } }] },
            ],
          },
          { type: "object", required: ["z"], properties: { z: { const: "z" } }, additionalProperties: false },
        ],
      },
    ],
  ])("fits: %s", async (_, schema) => {
    expect(await sampled(schema)).toMatchObject({ problems: [] });
  });

  test.each(Object.keys(formats))("of the format %s is a text of it", async (format) => {
    expect(await sampled(text({ format }))).toMatchObject({ problems: [], data: expect.any(String) });
  });

  test("of members that nobody describes is there when they are required", async () => {
    const { data, problems } = await sampled({
      type: "object",
      required: ["x"],
      additionalProperties: { type: "integer" },
    });
    expect([data, problems]).toEqual([{ x: 1 }, []]);
  });
});

describe("recursive schemas", () => {
  const Node = {
    type: "object",
    required: ["name", "children"],
    properties: {
      name: { type: "string" },
      children: { type: "array", items: { $ref: "#/components/schemas/Node" } },
      parent: { $ref: "#/components/schemas/Node" },
    },
  };
  const A = { type: "object", properties: { b: { $ref: "#/components/schemas/B" }, id: { type: "string" } } };
  const B = { type: "object", properties: { a: { $ref: "#/components/schemas/A" }, id: { type: "string" } } };
  const List = {
    oneOf: [
      { type: "object", required: ["next"], properties: { next: { $ref: "#/components/schemas/List" } } },
      { type: "null" },
    ],
  };

  test("come to an end, one as well as two that lead to each other", async () => {
    const { api, samples } = await mocked(openapi({}, { components: { schemas: { Node, A, B, List } } }));
    const check = validator(api);
    for (const name of ["Node", "A", "B", "List"]) {
      const data = samples[`sample${name}`]?.();
      expect(JSON.stringify(data).length).toBeLessThan(200);
      expect(check({ $ref: `#/components/schemas/${name}` }, data)).toEqual([]);
    }
    expect(samples["sampleNode"]?.()).toEqual({ name: "text", children: [] });
  });

  test("that branch widely stay small", async () => {
    const names = Array.from({ length: 40 }, (_, index) => `S${index}`);
    const properties = Object.fromEntries(names.map((name) => [name, { $ref: `#/components/schemas/${name}` }]));
    const schemas = Object.fromEntries(names.map((name) => [name, { type: "object", properties }]));
    const { samples, text } = await mocked(openapi({}, { components: { schemas } }));
    for (const name of names) expect(JSON.stringify(samples[`sample${name}`]?.()).length).toBeLessThan(20_000);
    expect(text.length).toBeLessThan(60_000);
  });
});

describe("schema factories", () => {
  test("take single members", async () => {
    const Order = { type: "object", properties: { id: { type: "string" }, count: { type: "integer" } } };
    const { samples } = await mocked(openapi({}, { components: { schemas: { Order } } }));
    expect(samples["sampleOrder"]?.({ id: "o-7" })).toEqual({ id: "o-7", count: 1 });
  });

  test("have names that clash with no operation", async () => {
    const paths = { "/a": { get: { operationId: "sampleOrder", responses: { 200: json({ type: "string" }) } } } };
    const { samples, mocks } = await mocked(openapi(paths, { components: { schemas: { Order: { type: "object" } } } }));
    expect(Object.keys(samples)).toEqual(["sampleOrder_"]);
    expect(typeof mocks()["sampleOrder"]).toBe("function");
  });
});

describe("lists in pages", () => {
  const list = (schema: object, parameter: string): object =>
    openapi({ "/": get(schema, { parameters: [{ name: parameter, in: "query", schema: { type: "string" } }] }) });
  const items = { type: "array", items: { type: "integer" } };

  test.each([
    ["a cursor that may be absent", "cursor", { items, nextCursor: { type: "string" } }, [], { items: [1] }],
    ["a cursor that must be there", "cursor", { items, next: { type: "string" } }, ["next"], { items: [1], next: "" }],
    [
      "a cursor that may be null",
      "cursor",
      { items, next: { type: ["string", "null"] } },
      ["next"],
      { items: [1], next: null },
    ],
    [
      "a flag",
      "starting_after",
      { data: items, has_more: { type: "boolean" } },
      ["has_more"],
      { data: [1], has_more: false },
    ],
    ["a number of the next page", "page", { items, next_page: { type: "integer" } }, [], { items: [1] }],
    [
      "an object of its own",
      "after",
      { items, page: { type: "object", properties: { end_cursor: { type: "string" } } } },
      [],
      { items: [1], page: {} },
    ],
    ["nothing but an empty page", "offset", { items }, [], { items: [] }],
  ])("end by %s", async (_, parameter, properties, required, last) => {
    const { api, mocks } = await mocked(list({ type: "object", properties, required }, parameter));
    const { handlers } = mocks();
    const first = await (await ask(handlers, "GET", "/")).json();
    const second = await (await ask(handlers, "GET", `/?${parameter}=1`)).json();
    expect(second).toEqual(last);
    expect(first).not.toEqual(last);
    const type = api.groups[0]?.operations[0]?.responses[0]?.contents[0]?.type;
    if (type?.kind !== "json") throw new Error("not JSON");
    for (const page of [first, second]) expect(validator(api)(type.schema, page)).toEqual([]);
  });
});

describe("lists in pages whose document says how", () => {
  const rows = { type: "array", items: { type: "object", properties: { id: { type: "string" } } } };
  const meta = { type: "object", properties: { resumeAt: { type: ["string", "null"] } }, required: ["resumeAt"] };
  const row = { id: "text" };
  test.each<[string, object, object, unknown, unknown]>([
    [
      "a cursor",
      { by: "cursor", next: "/meta/resumeAt", more: "/meta/unfinished" },
      { meta: { ...meta, properties: { ...meta.properties, unfinished: { type: "boolean" } } } },
      { rows: [row], meta: { resumeAt: "text", unfinished: true } },
      { rows: [row], meta: { resumeAt: null, unfinished: false } },
    ],
    ["the last item", { by: "cursor", lastItem: "/id" }, {}, { rows: [row] }, { rows: [] }],
    ["a page's number", { by: "page", start: 7 }, {}, { rows: [row] }, { rows: [] }],
    ["an offset", { by: "offset" }, {}, { rows: [row] }, { rows: [] }],
    ["a link", { by: "link", next: "/goOn" }, { goOn: { type: "string" } }, { rows: [row] }, { rows: [row] }],
  ])("end by %s", async (_, pagination, properties, first, last) => {
    const parameter = (pagination as { by: string }).by === "link" ? {} : { parameter: "fromKey" };
    const operation = get(
      { type: "object", properties: { rows, ...properties }, required: ["rows"] },
      {
        operationId: "list",
        "x-pagination": { ...pagination, ...parameter, items: "/rows" },
        parameters: [{ name: "fromKey", in: "query", schema: { type: "string" } }],
      },
    );
    const { handlers } = (await mocked(openapi({ "/": operation }))).mocks();
    for (const url of ["/", "/?fromKey=", ...("start" in pagination ? ["/?fromKey=7"] : [])])
      expect(await (await ask(handlers, "GET", url)).json()).toEqual(first);
    expect(await (await ask(handlers, "GET", "/?fromKey=8")).json()).toEqual(last);
  });
});

describe("all answers of a whole document", () => {
  test("fit what is documented for their status", async () => {
    const { api, mocks } = await mocked(syntheticSpec(50));
    const check = validator(api);
    const mock = mocks();
    let checked = 0;
    for (const { name, method, path, responses } of api.groups.flatMap(({ operations }) => operations)) {
      for (const { status, contents } of responses) {
        const type = contents[0]?.type;
        if (type?.kind !== "json" || !/^\d+$/.test(status)) continue;
        const handler = mock[name]?.status?.(Number(status));
        if (handler === undefined) throw new Error(name);
        const response = await ask([handler], method, path.replace(/\{.*?\}/g, "x"), { key: `${name} ${status}` });
        expect([name, check(type.schema, await response.json())]).toEqual([name, []]);
        checked++;
      }
    }
    expect(checked).toBeGreaterThan(100);
  });

  test("are no longer than the document: ten times the operations, ten times the text", async () => {
    const [small, large] = await Promise.all(
      [30, 300].map(async (count) => (await mocked(syntheticSpec(count))).text.length),
    );
    expect((large ?? 0) / (small ?? 1)).toBeLessThan(11);
  });

  test("share an example that several of them have", async () => {
    const example = { value: { text: "x".repeat(100) } };
    const shared = {
      description: "",
      content: { "application/json": { schema: {}, examples: { one: { $ref: "#/components/examples/E" } } } },
    };
    const paths = { "/a": { get: { responses: { 200: shared } } }, "/b": { get: { responses: { 200: shared } } } };
    const { text, mocks } = await mocked(openapi(paths, { components: { examples: { E: example } } }));
    expect(text.split("x".repeat(100))).toHaveLength(2);
    for (const path of ["/a", "/b"])
      expect(await (await ask(mocks().handlers, "GET", path)).json()).toEqual(example.value);
  });

  test.each([
    ["*/*", { type: "string", format: "binary" }, "application/octet-stream"],
    ["image/*", {}, "image/x-sample"],
    ["text/*", {}, "text/plain"],
    ["*/*", { type: "object" }, "application/json"],
  ])("are of one type out of a range: %s %j", async (range, schema, expected) => {
    const responses = { 200: { description: "", content: { [range]: { schema } } } };
    const { mocks } = await mocked(openapi({ "/": { get: { responses } } }));
    const { headers } = await ask(mocks().handlers, "GET", "/");
    expect(headers.get("content-type")).toBe(expected);
  });
});
