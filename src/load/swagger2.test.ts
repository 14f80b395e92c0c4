import { join } from "node:path";
import { describe, expect, test, vi } from "vitest";
import { folderWith } from "../../tests/support/folders.js";
import { loaded, told } from "../../tests/support/stages.js";
import { Problems } from "../diagnostics/index.js";
import { load, readInput } from "./index.js";

interface Converted {
  readonly told: readonly string[];
  readonly value: { readonly paths: unknown; readonly components: { readonly schemas: unknown } };
}

const head = 'swagger: "2.0"\ninfo: { title: a, version: "1" }\nproduces: [application/json]\n';

/** `root.yaml` of the files as OpenAPI 3.0. */
async function convert(files: Readonly<Record<string, string>>): Promise<Converted> {
  const folder = await folderWith(files);
  const problems = new Problems();
  const raw = await readInput(join(folder, "root.yaml"), problems);
  const document = await load(raw, { allowExternalRefs: false, overlays: [] }, problems);
  return { told: told(problems), value: document.root.value as Converted["value"] };
}

const json = (name: string): object => ({ "application/json": { schema: { $ref: `#/components/schemas/${name}` } } });

describe("a Swagger 2.0 document of several files", () => {
  test("parameters, answers and paths of other files are converted as its own", async () => {
    const { told, value } = await convert({
      "root.yaml": `${head}paths:
  /users/{id}:
    get:
      parameters: [{ $ref: common.yaml#/parameters/Id }, { $ref: common.yaml#/parameters/Missing }]
      responses: { 404: { $ref: common.yaml#/responses/NotFound } }
  /things: { $ref: paths/things.yaml }
`,
      "common.yaml": `parameters: { Id: { name: id, in: path, required: true, type: integer } }
responses: { NotFound: { description: no, schema: { $ref: '#/definitions/Err' } } }
definitions: { Err: { type: object, properties: { from: { $ref: '#/definitions/Err' } } } }
`,
      "paths/things.yaml": `put:
  consumes: [application/json]
  parameters: [{ name: thing, in: body, schema: { $ref: ../common.yaml#/definitions/Err } }]
  responses: { 200: { description: ok } }
`,
    });
    expect(told).toEqual(["7:60 RG1006 Can't resolve $ref 'common.yaml#/parameters/Missing'."]);
    expect(value.paths).toMatchObject({
      "/users/{id}": {
        get: {
          parameters: [{ name: "id", in: "path", required: true, schema: { type: "integer" } }],
          responses: { 404: { description: "no", content: json("Err") } },
        },
      },
      "/things": { put: { requestBody: { content: json("Err") } } },
    });
    expect(value.components.schemas).toEqual({
      Err: { type: "object", properties: { from: { $ref: "#/components/schemas/Err" } } },
    });
  });

  test("definitions keep their names, and those of other files get one that is free", async () => {
    const { told, value } = await convert({
      "root.yaml": `${head}paths: { $ref: paths.yaml }
definitions:
  User: { type: object, properties: { other: { $ref: other.yaml#/definitions/User }, id: { $ref: id.yaml } } }
  Pet: { $ref: pet.yaml }
`,
      "paths.yaml": "/a: { get: { responses: { 200: { description: ok, schema: { $ref: pet.yaml } } } } }\n",
      "other.yaml": "definitions: { User: { type: string, x-nullable: true } }\n",
      "id.yaml": "type: integer\n",
      "pet.yaml": "type: object\nproperties: { owner: { $ref: 'root.yaml#/definitions/User' } }\n",
    });
    expect(told).toEqual([]);
    expect(value.paths).toMatchObject({ "/a": { get: { responses: { 200: { content: json("Pet") } } } } });
    const ref = (name: string): object => ({ $ref: `#/components/schemas/${name}` });
    expect(value.components.schemas).toEqual({
      User: { type: "object", properties: { other: ref("other_User"), id: ref("id") } },
      Pet: { type: "object", properties: { owner: ref("User") } },
      other_User: { type: "string", nullable: true },
      id: { type: "integer" },
    });
  });
});

test("aliases of YAML are read, and those that multiply are refused", async () => {
  const { document } = await loaded(
    `${head}paths:\n  /a: { get: { responses: &r { 200: { description: ok } } } }\n  /b: { get: { responses: *r } }\n`,
  );
  expect(document.root.value).toMatchObject({
    paths: { "/b": { get: { responses: { 200: { description: "ok" } } } } },
  });

  const rows = Array.from({ length: 21 }, (_, n) => `  - &s${n + 1} { a: *s${n}, b: *s${n} }\n`).join("");
  const bomb = `${head}paths: {}\nx-s:\n  - &s0 { type: string }\n${rows}definitions: { A: *s21 }\n`;
  await expect(loaded(bomb)).rejects.toThrow(/RG1003 The document expands to more than 5000000 values/);
});

test.each(["Pet", "/definitions/Pet"])("'%s' in place of a reference names a schema", async (ref) => {
  const { document, problems } = await loaded(
    `${head}paths: { /a: { get: { responses: { 200: { description: ok, schema: { $ref: ${ref} } } } } } }
definitions: { Pet: { type: string } }
`,
  );
  expect(told(problems)).toEqual([`4:70 RG3001 $ref '${ref}' is not a file. It was read as '#/definitions/Pet'.`]);
  expect(document.root.value).toMatchObject({
    paths: { "/a": { get: { responses: { 200: { content: json("Pet") } } } } },
  });
});

test("a host with parameters is a server with variables, also without schemes and with parameters of other files", async () => {
  const { told, value } = await convert({
    "root.yaml": `${head}paths: { /a: { get: { responses: { 200: { description: ok } } } } }
x-ms-parameterized-host:
  hostTemplate: "{account}.example"
  parameters: [{ $ref: 'common.yaml#/parameters/Account' }]
`,
    "common.yaml": "parameters: { Account: { name: account, in: path, required: true, type: string, default: a } }\n",
  });
  expect(told).toEqual([]);
  expect(value).toMatchObject({
    servers: [{ url: "https://{account}.example", variables: { account: { default: "a" } } }],
  });
});

test("parameters that lead nowhere are left out, and names that are no good references are escaped", async () => {
  const { told, value } = await convert({
    "root.yaml": `${head}paths: { /a: { get: { responses: { 200: { description: ok, schema: { $ref: '#/definitions/100%/x' } } } } } }
parameters: { A: { $ref: '#/parameters/B' } }
definitions: { '100%': { x: { type: string } }, '50%': { allOf: [{ $ref: '#/definitions/50%' }] } }
`,
  });
  expect(told).toEqual(["5:20 RG1006 Can't resolve $ref '#/parameters/B'. Did you mean 'A'?"]);
  expect(value.components.schemas).toMatchObject({ "50_": { allOf: [{ $ref: "#/components/schemas/50_" }] } });
});

test("a document that the converter refuses is told in one line", async () => {
  const warn = vi.spyOn(console, "warn");
  const secured = "securityDefinitions: { 'a b': { type: basic }, 'a c': { type: basic }, a_b: { type: basic } }";
  await expect(loaded(`${head}paths: {}\n${secured}\n`)).rejects.toThrow(/^RG1002 Can't convert .*: Duplicate/);
  expect(warn).not.toHaveBeenCalled();
});
