import { expect, test } from "vitest";
import { built, loaded, told } from "../../tests/support/stages.js";

/** What is told of a document, and the ways out. */
async function complaints(...lines: string[]): Promise<string[]> {
  const { problems } = await loaded(["openapi: 3.1.0", ...lines].join("\n"));
  return told(problems).map((line, index) => `${line} | ${problems.list[index]?.hint}`);
}

test("two paths that differ in the names of their parameters only are told at the second", async () => {
  expect(await complaints("paths:", "  /a/{x}: { get: {} }", "  /a/{y}: { put: {} }", "  /a/x: { get: {} }")).toEqual([
    "4:3 RG3009 Paths '/a/{y}' and '/a/{x}' match the same requests. | Put their methods under one path, or make the paths differ.",
  ]);
});

test("a parameter that stands twice in one list is told; one of an operation over that of its path is none", async () => {
  const parameter = "{ name: q, in: query }";
  expect(
    await complaints(
      "paths:",
      "  /a:",
      `    parameters: [${parameter}]`,
      "    get:",
      "      parameters:",
      `        - ${parameter}`,
      "        - { name: q, in: header }",
      "        - { in: query, name: q }",
    ),
  ).toEqual(["9:11 RG3010 Duplicate query parameter 'q'. The first one is used. | Remove one of them."]);
});

test("a security scheme that nobody declared is told, with the one that was probably meant", async () => {
  expect(
    await complaints(
      "security: [{ token: [] }, {}]",
      "components: { securitySchemes: { token: { type: http, scheme: bearer } } }",
      "paths:",
      "  /a:",
      "    get: { security: [{ tokn: [] }, { other: [] }] }",
    ),
  ).toEqual([
    "6:25 RG3011 Unknown security scheme 'tokn'. It is ignored. Did you mean 'token'? | Declare it in components/securitySchemes.",
    "6:39 RG3011 Unknown security scheme 'other'. It is ignored. | Declare it in components/securitySchemes.",
  ]);
});

test("variables of servers must be declared, and their defaults be among their values", async () => {
  expect(
    await complaints(
      "servers:",
      "  - url: https://{regoin}.example/{base}",
      "    variables:",
      "      region: { default: eu, enum: [us, ap] }",
      "      base: { default: v1 }",
      "paths: { /a: { get: {} } }",
    ),
  ).toEqual([
    "3:5 RG3012 Server variable '{regoin}' is not declared. Did you mean 'region'? | Declare it in 'variables', with a default.",
    "5:17 RG3012 The default of server variable 'region' is not in its 'enum'. | Add it to 'enum', or use one of the listed values.",
  ]);
});

test("a key that is nearly one of OpenAPI's is told; any other may be somebody's own", async () => {
  expect(
    await complaints(
      "paths:",
      "  /a:",
      "    paramaters: []",
      "    get: { operationID: a, respones: {}, produces: [], owner: me, x-respones: {} }",
    ),
  ).toEqual([
    "5:12 RG3013 Unknown field 'operationID'. Did you mean 'operationId'? | Fix the name. Names of extensions start with 'x-'.",
    "5:28 RG3013 Unknown field 'respones'. Did you mean 'responses'? | Fix the name. Names of extensions start with 'x-'.",
    "4:5 RG3013 Unknown field 'paramaters'. Did you mean 'parameters'? | Fix the name. Names of extensions start with 'x-'.",
  ]);
});

test("a block that is nearly one of ours is told, for it would be without effect; those of other vendors are theirs", async () => {
  expect(
    await complaints(
      "x-resiliance: { retry: 2 }",
      "paths:",
      "  /a: { x-resilence: {}, get: { X-Resilience: {}, x-paginaton: {}, x-retries: {}, x-internal: true } }",
    ),
  ).toEqual([
    "2:1 RG3013 Unknown extension 'x-resiliance'. Did you mean 'x-resilience'? | Fix the name.",
    "4:33 RG3013 Unknown extension 'X-Resilience'. Did you mean 'x-resilience'? | Fix the name.",
    "4:51 RG3013 Unknown extension 'x-paginaton'. Did you mean 'x-pagination'? | Fix the name.",
    "4:9 RG3013 Unknown extension 'x-resilence'. Did you mean 'x-resilience'? | Fix the name.",
  ]);
});

test("what was probably meant is said of references and path parameters too", async () => {
  const { problems } = await built(
    [
      "openapi: 3.1.0",
      "paths:",
      "  /a/{petId}:",
      "    get:",
      "      parameters: [{ name: petid, in: path }, { name: q, in: qury }]",
      "      responses: { 200: { $ref: '#/components/responses/Ok' } }",
      "components: { responses: { OK: { description: '' } } }",
    ].join("\n"),
  );
  expect(problems.list.map(({ code, hint }) => `${code} ${hint.split("?")[0]}`)).toEqual([
    "RG1006 Fix the reference.",
    "RG3005 Fix the path or the name of the parameter.",
    "RG3001 Use one of path, query, header, cookie.",
    "RG3004 Declare a parameter with this name and 'in: path'.",
  ]);
});

test("everything is told in one run", async () => {
  const { problems } = await built({
    openapi: "3.0.0",
    paths: {
      "/a/{x}": { get: { operationId: "a", requestBody: { content: { "text/plain": {} } } } },
      "/a/{y}": { get: { operationId: "a", parameters: [{ name: "z", in: "path" }] } },
    },
    components: { schemas: { Self: { $ref: "#/components/schemas/Self" } } },
    security: [{ nobody: [] }],
  });
  expect(new Set(problems.list.map(({ code }) => code))).toEqual(
    new Set(["RG3003", "RG3004", "RG3005", "RG3006", "RG3008", "RG3009", "RG3011"]),
  );
});
