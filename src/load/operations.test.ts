import { describe, expect, test } from "vitest";
import { loaded, openapi, told } from "../../tests/support/stages.js";
import { SpecError } from "../diagnostics/index.js";

const ok = { responses: { 200: { description: "fine" } } };

describe("the version", () => {
  test.each(["3.0.0", "3.0.4", "3.1.0", "3.1", "3.2.0"])("%s is read", async (version) => {
    const { document } = await loaded({ ...openapi({ "/a": { get: ok } }), openapi: version });
    expect(document.version).toBe(version.slice(0, 3));
  });

  test.each([
    ["swagger: 2.0", "3.0"],
    ["openapi: 3.0", "3.0"],
    ["openapi: 3.1", "3.1"],
  ])("'%s' without quotes is a number, and read", async (line, expected) => {
    const { document } = await loaded(`${line}\ninfo: { title: a, version: 1 }\npaths: { /a: { get: {} } }\n`);
    expect(document.version).toBe(expected);
  });

  test.each([
    ['openapi: "4.0.0"', "1:1 RG1005 Unsupported OpenAPI version '4.0.0'"],
    ["openapi: 3.10.0", "1:1 RG1005 Unsupported OpenAPI version '3.10.0'"],
    ['swagger: "1.2"', "1:1 RG1005 Unsupported OpenAPI version '1.2'"],
    ["openapi:", "1:1 RG1005 Unsupported OpenAPI version 'null'"],
    ["title: Shop", "1:1 RG1004 Not an OpenAPI document"],
    ["- openapi: 3.1.0", "1:1 RG1004 Not an OpenAPI document"],
    ["", "1:1 RG1004 Not an OpenAPI document"],
  ])("'%s' is refused", async (text, expected) => {
    const error = await loaded(text).catch((cause: unknown) => cause);
    expect(error).toBeInstanceOf(SpecError);
    expect(told({ list: [...(error as SpecError).problems] })[0]).toContain(expected);
  });
});

describe("the operations", () => {
  test("come in the order of the document, each with what its path gives it", async () => {
    const { operations, problems } = await loaded(
      openapi({
        "/b/{id}": {
          parameters: [
            { name: "id", in: "path" },
            { name: "page", in: "query", description: "of the path" },
          ],
          post: { ...ok, operationId: "makeB", tags: ["x", 5, "y"] },
          get: { ...ok, parameters: [{ name: "page", in: "query", description: "of the operation" }] },
        },
        "/a": { get: ok },
      }),
    );
    expect(operations.map(({ key }) => key)).toEqual(["GET /b/{id}", "POST /b/{id}", "GET /a"]);
    const [read, make] = operations;
    expect(make).toMatchObject({ id: "makeB", tags: ["x", "y"] });
    expect(make?.parameters.map((parameter) => parameter.text("name"))).toEqual(["id", "page"]);
    expect(read?.parameters.map((parameter) => parameter.text("description"))).toEqual(["of the operation", undefined]);
    expect(problems.list).toEqual([]);
  });

  test("a parameter of another place is another parameter", async () => {
    const { operations } = await loaded(
      openapi({
        "/a": { parameters: [{ name: "x", in: "header" }], get: { ...ok, parameters: [{ name: "x", in: "query" }] } },
      }),
    );
    expect(operations[0]?.parameters).toHaveLength(2);
  });

  test("references to path items, parameters, bodies and answers are followed", async () => {
    const { operations, problems } = await loaded({
      ...openapi({ "/a": { $ref: "#/components/pathItems/A" } }),
      components: {
        pathItems: {
          A: {
            post: {
              parameters: [{ $ref: "#/components/parameters/P" }],
              requestBody: { $ref: "#/components/requestBodies/B" },
              responses: { 200: { $ref: "#/components/responses/R" } },
            },
          },
        },
        parameters: { P: { name: "p", in: "query" } },
        requestBodies: { B: { $ref: "#/components/requestBodies/C" }, C: { description: "the body" } },
        responses: { R: { description: "fine" } },
      },
    });
    expect(problems.list).toEqual([]);
    const [operation] = operations;
    expect(operation?.parameters[0]?.text("name")).toBe("p");
    expect(operation?.body?.text("description")).toBe("the body");
    expect(operation?.responses[0]?.[1].text("description")).toBe("fine");
  });

  test("OpenAPI 3.2 has QUERY and further methods, sent as they are written", async () => {
    const { operations } = await loaded(openapi({ "/a": { query: ok, additionalOperations: { LINK: ok, copy: ok } } }));
    expect(operations.map(({ method }) => method)).toEqual(["QUERY", "LINK", "copy"]);
  });

  test("what fetch refuses to send is left out with a warning", async () => {
    const { operations, problems } = await loaded(
      openapi({ "/a": { trace: ok, get: ok, additionalOperations: { connect: ok, "TWO WORDS": ok, "": ok } } }),
    );
    expect(operations.map(({ key }) => key)).toEqual(["GET /a"]);
    expect(problems.list.map(({ code, severity }) => `${code} ${severity}`)).toEqual(Array(4).fill("RG3002 warning"));
  });

  test("a path without a slash is left out: it would become a part of the host's name", async () => {
    const { operations, problems } = await loaded(
      "openapi: 3.1.0\npaths:\n  pets: { get: {} }\n  .evil.example/x: { get: {} }\n  x-note: { get: {} }\n  /a: { get: {} }\n",
    );
    expect(operations.map(({ key }) => key)).toEqual(["GET /a"]);
    expect(told(problems)).toEqual([
      "3:3 RG3001 Path 'pets' doesn't start with a slash. It is ignored.",
      "4:3 RG3001 Path '.evil.example/x' doesn't start with a slash. It is ignored.",
    ]);
  });

  test("broken corners are left out, each with a warning at its place", async () => {
    const { operations, problems } = await loaded(
      [
        "openapi: 3.1.0",
        "paths:",
        "  /a:",
        "    get: 5",
        "    post:",
        "      parameters:",
        "        - name: x",
        "        - in: query",
        "        - null",
        "      responses: [1]",
        "      tags: no list",
        "    put:",
        "      parameters: { a: { name: a, in: query } }",
        "  /b: text",
        "  /c:",
      ].join("\n"),
    );
    expect(operations.map(({ key }) => key)).toEqual(["PUT /a", "POST /a"]);
    expect(told(problems)).toEqual([
      "4:5 RG3001 GET /a must be an object. It is ignored.",
      "13:7 RG3001 'parameters' must be a list. It is ignored.",
      "7:11 RG3001 A parameter without 'name' or 'in' is ignored.",
      "8:11 RG3001 A parameter without 'name' or 'in' is ignored.",
      "9:11 RG3001 A parameter without 'name' or 'in' is ignored.",
      "10:7 RG3001 'responses' must be an object. It is ignored.",
      "14:3 RG3001 Path '/b' must be an object. It is ignored.",
    ]);
  });

  test("a document without any operation is refused at its paths", async () => {
    const { problems } = await loaded("openapi: 3.1.0\ninfo: {}\npaths: {}\n");
    expect(told(problems)).toEqual(["3:1 RG1009 The document has no operations."]);
    expect(problems.count("error")).toBe(1);
  });

  test("a document of schemas alone makes a client of types alone, with a warning", async () => {
    const { problems } = await loaded("openapi: 3.1.0\ninfo: {}\ncomponents: { schemas: { A: { type: string } } }\n");
    expect(told(problems)).toEqual(["1:1 RG1009 The document has no operations."]);
    expect(problems.count("error")).toBe(0);
  });
});
