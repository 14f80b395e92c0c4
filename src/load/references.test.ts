import { execFileSync } from "node:child_process";
import { symlink } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { folderWith } from "../../tests/support/folders.js";
import { told } from "../../tests/support/stages.js";
import { serve, serveFiles } from "../../tests/support/web.js";
import { Problems } from "../diagnostics/index.js";
import { inputHashes, listOperations, load, readInput, type SpecDocument } from "./index.js";

interface Loaded {
  readonly document: SpecDocument;
  readonly told: readonly string[];
  /** The value that the answer's schema refers to. */
  readonly schema: unknown;
}

/** A document whose one answer is what `$ref` leads to. */
function answering(ref: string): string {
  return `openapi: 3.1.0\npaths:\n  /a:\n    get:\n      responses:\n        200:\n          $ref: ${JSON.stringify(ref)}\n`;
}

async function loadFrom(input: string, allowExternalRefs = false): Promise<Loaded> {
  const problems = new Problems();
  const document = await load(await readInput(input, problems), { allowExternalRefs, overlays: [] }, problems);
  const [operation] = listOperations(document, problems);
  return { document, told: told(problems), schema: operation?.responses[0]?.[1].value };
}

/** The same from a folder, with the answer in the place of `ref`. */
async function follow(ref: string, files: Readonly<Record<string, string>> = {}): Promise<Loaded> {
  const folder = await folderWith({ ...files, "api/openapi.yaml": answering(ref) });
  return loadFrom(join(folder, "api/openapi.yaml"));
}

const ok = "description: fine\n";
const chunk = Buffer.alloc(1_000_000, " ");

describe("a document of several files", () => {
  test("references lead from file to file, relative to where they stand", async () => {
    const { told, schema, document } = await follow("parts/a.yaml#/ok", {
      "api/parts/a.yaml": "ok:\n  $ref: deeper/b.json\n",
      "api/parts/deeper/b.json": '{"$ref": "../../c.yaml#/x~1y/%7Bz%7D"}',
      "api/c.yaml": "x/y:\n  '{z}': { description: fine }\n",
    });
    expect(told).toEqual([]);
    expect(schema).toEqual({ description: "fine" });
    expect([...document.files.keys()]).toHaveLength(3);
  });

  test("files that refer to each other in a circle are read once each", async () => {
    const { told, document } = await follow("a.yaml", {
      "api/a.yaml": "description: fine\nx-see: { $ref: b.yaml }\n",
      "api/b.yaml": "x-see: { $ref: a.yaml }\nx-root: { $ref: openapi.yaml }\n",
    });
    expect(told).toEqual([]);
    expect([...document.files.keys()].map((url) => url.split("/").at(-1))).toEqual(
      expect.arrayContaining(["a.yaml", "b.yaml"]),
    );
  });

  test("a file that names the document itself means the same values", async () => {
    const folder = await folderWith({
      "openapi.yaml": `${answering("a.yaml#/ok")}components: { responses: { Ok: { description: fine } } }\n`,
      "a.yaml": "ok: { $ref: 'openapi.yaml#/components/responses/Ok' }\n",
    });
    const { told, schema } = await loadFrom(join(folder, "openapi.yaml"));
    expect(told).toEqual([]);
    expect(schema).toEqual({ description: "fine" });
  });

  test("paths, operations and whole sections may be references, as large documents are written", async () => {
    const folder = await folderWith({
      "openapi.yaml":
        "openapi: 3.0.3\npaths: { $ref: paths.yaml }\ncomponents: { responses: { $ref: answers.yaml } }\n",
      "paths.yaml": "/a: { get: { $ref: 'get.yaml' } }\n",
      "get.yaml": "responses: { $ref: 'all.yaml' }\n",
      "all.yaml": "200: { $ref: 'openapi.yaml#/components/responses/Ok' }\n",
      "answers.yaml": "Ok: { description: fine }\n",
    });
    const { told, schema } = await loadFrom(join(folder, "openapi.yaml"));
    expect(told).toEqual([]);
    expect(schema).toEqual({ description: "fine" });
  });

  test("references that pass each other on their way lead nowhere", async () => {
    const folder = await folderWith({
      "openapi.yaml": `${answering("#/x/a/b")}x: { a: { $ref: "#/x/b/c" }, b: { $ref: "#/x/a/c" } }\n`,
    });
    const { told } = await loadFrom(join(folder, "openapi.yaml"));
    expect(told.filter((line) => line.includes("Can't resolve"))).not.toEqual([]);
  });

  test("names of files with spaces and marks are found", async () => {
    const { told, schema } = await follow("my parts/50%25 ä.yaml", { "api/my parts/50% ä.yaml": ok });
    expect(told).toEqual([]);
    expect(schema).toEqual({ description: "fine" });
  });

  test("every file is known by its bytes, so that a later run sees a change in any", async () => {
    const folder = await folderWith({ "openapi.yaml": answering("parts/a.yaml"), "parts/a.yaml": ok });
    const problems = new Problems();
    const raw = await readInput(join(folder, "openapi.yaml"), problems);
    const document = await load(raw, { allowExternalRefs: false, overlays: [] }, problems);
    expect(Object.keys(inputHashes(raw, document))).toEqual(["document", "parts/a.yaml"]);
  });

  test("what is wrong in another file is told at its place in that file", async () => {
    const { told } = await follow("a.yaml", { "api/a.yaml": "description: [\n" });
    expect(told).toEqual([
      "2:1 RG1002 Invalid YAML: unexpected end of the stream within a flow collection.",
      "7:11 RG1015 Can't resolve $ref 'a.yaml': it is neither valid YAML nor JSON.",
    ]);
  });
});

describe("ways in which a place is named besides by its pointer", () => {
  test.each<[what: string, ref: string, parts: string]>([
    ["an anchor", "a.yaml#fine", "x:\n  - y: { $anchor: fine, description: fine }\n"],
    ["a dynamic anchor", "a.yaml#fine", "x: { $dynamicAnchor: fine, description: fine }\n"],
    ["a pointer without its first slash", "a.yaml#x/y", "x: { y: { description: fine } }\n"],
    [
      "a key that is percent-encoded itself",
      "a.yaml#/x/Pick_%22a%22",
      "x: { 'Pick_%22a%22': { description: fine } }\n",
    ],
  ])("%s", async (_what, ref, parts) => {
    const { told, schema } = await follow(ref, { "api/a.yaml": parts });
    expect(told).toEqual([]);
    expect(schema).toMatchObject({ description: "fine" });
  });
});

test.each(["https://shop.example/fine", "fine.json"])("a schema whose $id is '%s' is no file", async (id) => {
  const folder = await folderWith({
    "openapi.yaml": `${answering(id)}components: { schemas: { A: { $id: '${id}', description: fine } } }\n`,
  });
  const { told, schema } = await loadFrom(join(folder, "openapi.yaml"));
  expect(told).toEqual([]);
  expect(schema).toMatchObject({ description: "fine" });
});

describe("references that lead nowhere are told where they stand", () => {
  test.each([
    ["#/components/responses/Nope", "Can't resolve $ref '#/components/responses/Nope'"],
    ["#/%zz", "Can't resolve $ref '#/%zz'"],
    ["#anchor", "Can't resolve $ref '#anchor'"],
    ["nope.yaml", "Can't resolve $ref 'nope.yaml': no such file"],
    ["a.yaml#/nope", "Can't resolve $ref 'a.yaml#/nope'"],
    ["parts/", "Can't resolve $ref 'parts/'"],
    ["http://[bad", "Can't resolve $ref 'http://[bad': it is not a file or URL"],
    ["..%2fa.yaml", "Can't resolve $ref '..%2fa.yaml'"],
    ["//host/a.yaml", "Can't resolve $ref '//host/a.yaml'"],
    ["%zz.yaml", "Can't resolve $ref '%zz.yaml'"],
  ])("%s", async (ref, expected) => {
    const { told } = await follow(ref, { "api/a.yaml": ok });
    expect(told).toHaveLength(1);
    expect(told[0]).toMatch(/#/.test(ref) ? /^7:11 RG1006 / : /^7:11 RG1015 /);
    expect(told[0]).toContain(expected);
  });

  test("a reference that is none does not keep others from being followed", async () => {
    const folder = await folderWith({
      "openapi.yaml": `${answering("a.yaml")}x-odd: { $ref: 'http://[bad' }\nx-more: { $ref: 'a.yaml#/%zz' }\n`,
      "a.yaml": ok,
    });
    const { told, schema } = await loadFrom(join(folder, "openapi.yaml"));
    expect(told).toEqual([]);
    expect(schema).toEqual({ description: "fine" });
  });

  test("a missing file that only an extension names is nobody's problem", async () => {
    const folder = await folderWith({
      "openapi.yaml": `${answering("a.yaml")}x-code: { $ref: code/sample.php }\n`,
      "a.yaml": ok,
    });
    expect((await loadFrom(join(folder, "openapi.yaml"))).told).toEqual([]);
  });
});

describe("references in a circle", () => {
  test("that never reach a value are told", async () => {
    const { told } = await follow("a.yaml", { "api/a.yaml": "$ref: b.yaml\n", "api/b.yaml": "$ref: a.yaml\n" });
    expect(told).toEqual(["6:9 RG1008 Circular $ref: following it leads back to itself."]);
  });

  test("to itself is told", async () => {
    const { told } = await follow("#/paths/~1a/get/responses/200");
    expect(told).toEqual(["6:9 RG1008 Circular $ref: following it leads back to itself."]);
  });
});

describe("references out of the document's folder are refused", () => {
  test.each([
    "../secret.yaml",
    "%2e%2e/secret.yaml",
    ".%2E/secret.yaml",
    "a/../../secret.yaml",
    "/etc/passwd",
    "file:///etc/passwd",
  ])("%s", async (ref) => {
    const { told, document } = await follow(ref, { "secret.yaml": "top: secret\n" });
    expect(told).toEqual([`7:11 RG1007 Can't resolve $ref '${ref}': it is outside the document's folder.`]);
    expect([...document.files.values()].map((file) => "text" in file)).toEqual([false]);
  });

  test("a folder whose name only begins like the document's is another one", async () => {
    const { told } = await follow("../api-secret/a.yaml", { "api-secret/a.yaml": ok });
    expect(told[0]).toContain("RG1007");
  });

  test("through a symbolic link", async () => {
    const folder = await folderWith({ "api/openapi.yaml": answering("link.yaml"), "secret.yaml": "top: secret\n" });
    await symlink(join(folder, "secret.yaml"), join(folder, "api/link.yaml"));
    const { told } = await loadFrom(join(folder, "api/openapi.yaml"));
    expect(told).toEqual(["7:11 RG1007 Can't resolve $ref 'link.yaml': it is outside the document's folder."]);
  });

  test("to what is no file is told: reading a pipe would never end", async () => {
    const folder = await folderWith({ "openapi.yaml": answering("pipe") });
    execFileSync("mkfifo", [join(folder, "pipe")]);
    const { told } = await loadFrom(join(folder, "openapi.yaml"));
    expect(told).toEqual(["7:11 RG1015 Can't resolve $ref 'pipe': it is not a file."]);
  });

  test("through a folder that is a symbolic link", async () => {
    const folder = await folderWith({ "api/openapi.yaml": answering("parts/a.yaml"), "elsewhere/a.yaml": ok });
    await symlink(join(folder, "elsewhere"), join(folder, "api/parts"));
    expect((await loadFrom(join(folder, "api/openapi.yaml"))).told[0]).toContain("RG1007");
  });

  test("from within a file that may be read", async () => {
    const { told } = await follow("a.yaml", { "api/a.yaml": "$ref: ../secret.yaml\n", "secret.yaml": ok });
    expect(told).toEqual(["1:1 RG1007 Can't resolve $ref '../secret.yaml': it is outside the document's folder."]);
  });

  test.each([
    "http://example.invalid/a.yaml",
    "ftp://example.invalid/a.yaml",
    "data:text/plain,description",
    "mailto:a@example.invalid",
  ])("%s", async (ref) => {
    const { told } = await follow(ref);
    expect(told).toHaveLength(1);
    expect(told[0]).toMatch(/^7:11 RG1007 /);
  });

  test("the document may itself be reached by a link: its real folder counts", async () => {
    const folder = await folderWith({ "api/openapi.yaml": answering("a.yaml"), "api/a.yaml": ok });
    await symlink(join(folder, "api/openapi.yaml"), join(folder, "link.yaml"));
    expect((await loadFrom(join(folder, "link.yaml"))).told).toEqual([]);
  });

  test("unless that is allowed", async () => {
    const folder = await folderWith({ "api/openapi.yaml": answering("../other/a.yaml"), "other/a.yaml": ok });
    const { told, schema } = await loadFrom(join(folder, "api/openapi.yaml"), true);
    expect(told).toEqual([]);
    expect(schema).toEqual({ description: "fine" });
  });
});

describe("a document on the web", () => {
  test("is read with what it refers to on the same host", async () => {
    const url = await serveFiles({ "/v1/openapi.yaml": answering("../a.yaml"), "/a.yaml": ok });
    const { told, schema, document } = await loadFrom(`${url}/v1/openapi.yaml`);
    expect(told).toEqual([]);
    expect(schema).toEqual({ description: "fine" });
    expect(document.root.file.name).toBe("openapi.yaml");
  });

  test("does not lead to another host, nor to local files", async () => {
    const other = await serveFiles({ "/a.yaml": ok });
    for (const ref of [`${other}/a.yaml`, "file:///etc/passwd"]) {
      const url = await serveFiles({ "/openapi.yaml": answering(ref) });
      expect((await loadFrom(`${url}/openapi.yaml`)).told[0]).toContain("RG1007");
    }
  });

  test("does not lead to another host by way of a redirect, which is not even asked", async () => {
    const asked: (string | undefined)[] = [];
    const other = await serve((request, response) => {
      asked.push(request.url);
      response.end(ok);
    });
    const url = await serve((request, response) => {
      if (request.url === "/openapi.yaml") response.end(answering("a.yaml"));
      else response.writeHead(302, { location: `${other}/a.yaml` }).end();
    });
    const { told } = await loadFrom(`${url}/openapi.yaml`);
    expect(told).toEqual(["7:11 RG1007 Can't resolve $ref 'a.yaml': it is on another host."]);
    expect(asked).toEqual([]);
  });

  test.each([
    ["in a circle", "a.yaml", "too many redirects"],
    ["to a local file", "file:///etc/passwd", "a remote document can't refer to a local file"],
    ["to nowhere", "http://[bad", "Invalid URL"],
  ])("a part that is redirected %s is told where it is named", async (_where, location, why) => {
    const url = await serve((request, response) => {
      if (request.url === "/openapi.yaml") response.end(answering("a.yaml"));
      else response.writeHead(302, { location }).end();
    });
    const { told } = await loadFrom(`${url}/openapi.yaml`);
    expect(told).toEqual([expect.stringMatching(/^7:11 RG10(07|15) Can't resolve \$ref 'a.yaml': /)]);
    expect(told[0]).toContain(why);
  });

  test("a part without end is not read without end", async () => {
    const url = await serve((request, response) => {
      if (request.url === "/openapi.yaml") return response.end(answering("a.yaml"));
      const more = (): void => {
        while (response.writable && response.write(chunk));
        response.once("drain", more);
      };
      return more();
    });
    const { told } = await loadFrom(`${url}/openapi.yaml`);
    expect(told).toEqual(["7:11 RG1015 Can't resolve $ref 'a.yaml': it is larger than 100 MB."]);
  });

  test("a part that the server does not have is told where it is named", async () => {
    const url = await serveFiles({ "/openapi.yaml": answering("a.yaml") });
    const { told } = await loadFrom(`${url}/openapi.yaml`);
    expect(told).toEqual(["7:11 RG1015 Can't resolve $ref 'a.yaml': the server responded with 404."]);
  });
});

describe("$self", () => {
  const main = (self: string): string =>
    `openapi: 3.2.0
$self: ${self}
info: { title: T, version: "1" }
paths:
  /a: { $ref: "https://api.example/v1/openapi.yaml#/components/pathItems/A" }
  /b: { $ref: "https://api.example/v1/parts/b.yaml" }
  /c: { $ref: "parts/c.yaml" }
components:
  pathItems:
    A: { get: { operationId: a, responses: {} } }
`;
  const files = (self: string): Record<string, string> => ({
    "openapi.yaml": main(self),
    "parts/b.yaml": "get: { operationId: b, responses: {} }",
    "parts/c.yaml": 'get: { $ref: "https://api.example/v1/openapi.yaml#/components/pathItems/A/get" }',
  });

  test("is a name of the document, and what is named as lying beside it lies beside it", async () => {
    const folder = await folderWith(files("https://api.example/v1/openapi.yaml"));
    const problems = new Problems();
    const raw = await readInput(join(folder, "openapi.yaml"), problems);
    const document = await load(raw, { allowExternalRefs: false, overlays: [] }, problems);
    expect(listOperations(document, problems).map(({ key, id }) => [key, id])).toEqual([
      ["GET /a", "a"],
      ["GET /b", "b"],
      ["GET /c", "a"],
    ]);
    expect(problems.list).toEqual([]);
  });

  test("of another document does not open other hosts", async () => {
    const folder = await folderWith(files("https://other.example/openapi.yaml"));
    const problems = new Problems();
    const raw = await readInput(join(folder, "openapi.yaml"), problems);
    const document = await load(raw, { allowExternalRefs: false, overlays: [] }, problems);
    listOperations(document, problems);
    expect(problems.list.map(({ code }) => code)).toContain("RG1007");
  });
});
