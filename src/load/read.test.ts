import { execFileSync } from "node:child_process";
import { rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { folderWith } from "../../tests/support/folders.js";
import { told } from "../../tests/support/stages.js";
import { serve, serveFiles } from "../../tests/support/web.js";
import { Problems, SpecError } from "../diagnostics/index.js";
import { hash } from "../hash.js";
import { findInput, readInput } from "./read.js";

/** What is told of an input that cannot be read. */
async function complaint(input: string): Promise<string> {
  const problems = new Problems();
  await expect(readInput(input, problems)).rejects.toBeInstanceOf(SpecError);
  return told(problems).join("\n");
}

test("a file keeps the name that the user gave it", async () => {
  const folder = await folderWith({ "api.yaml": "a: 1\n" });
  const { name, url, bytes } = await readInput(`${folder}/./api.yaml`, new Problems());
  expect(name).toBe(`${folder}/./api.yaml`);
  expect(url).toBe(`file://${folder}/api.yaml`);
  expect(new TextDecoder().decode(bytes)).toBe("a: 1\n");
});

test("what a file holds is known before it is read", async () => {
  const folder = await folderWith({ "api.yaml": "a: 1\n" });
  const path = join(folder, "api.yaml");
  const found = await findInput(path, new Problems());
  expect(found).toMatchObject({ name: path, url: `file://${path}`, hash: hash("a: 1\n") });
  await writeFile(path, "a: 2\n");
  expect(new TextDecoder().decode((await found.read()).bytes)).toBe("a: 2\n");
  await rm(path);
  const problems = new Problems();
  const again = await findInput(join(folder, "."), problems).catch(() => told(problems));
  expect(again).toEqual([`RG1001 Can't read '${folder}': it is a directory.`]);
  await expect(found.read()).rejects.toBeInstanceOf(SpecError);
});

test.runIf(process.platform !== "win32")("a pipe is read once", async () => {
  const path = join(await folderWith(), "api.yaml");
  execFileSync("mkfifo", [path]);
  const [found] = await Promise.all([findInput(path, new Problems()), writeFile(path, "a: 1\n")]);
  expect(found.hash).toBe(hash("a: 1\n"));
  expect(new TextDecoder().decode((await found.read()).bytes)).toBe("a: 1\n");
});

test("a URL is read, and its last part is its name", async () => {
  const url = await serveFiles({ "/v1/api.json?key=secret": "{}" });
  expect(await readInput(`${url}/v1/api.json?key=secret`, new Problems())).toMatchObject({ name: "api.json" });
});

test("a redirect of the document itself is followed, and its end is where references start", async () => {
  const url = await serve((request, response) => {
    if (request.url === "/here") response.writeHead(302, { location: "/there/api.json" }).end();
    else response.end("{}");
  });
  expect((await readInput(`${url}/here`, new Problems())).url).toBe(`${url}/there/api.json`);
});

test.each([
  ["a file that is not there", "nope.yaml", "no such file"],
  ["a folder", ".", "it is a directory"],
  ["a file in the place of a folder", "api.yaml/nope", "a part of the path is not a directory"],
])("%s cannot be read", async (_what, path, reason) => {
  const folder = await folderWith({ "api.yaml": "a: 1\n" });
  expect(await complaint(join(folder, path))).toBe(`RG1001 Can't read '${join(folder, path)}': ${reason}.`);
});

test("a server that answers with an error, or not at all, is told", async () => {
  const url = await serveFiles({});
  expect(await complaint(`${url}/api.yaml`)).toContain("the server responded with 404");
  expect(await complaint("http://127.0.0.1:1/api.yaml")).toMatch(
    /Can't read .*: (connection refused|bad port|fetch failed)/,
  );
});

test("a URL with a password is refused, and the password is printed nowhere", async () => {
  let asked = 0;
  const url = await serve((_request, response) => {
    asked++;
    response.end("{}");
  });
  const withPassword = url.replace("//", "//user:secret@");
  expect(await complaint(`${withPassword}/api.json`)).toBe(
    `RG1001 Can't read '${url.replace("//", "//***@")}/api.json': it is a URL that contains a user name or a password.`,
  );
  expect(asked).toBe(0);
});

test.each([
  ["a local file", "file:///etc/passwd", "it redirects to a 'file:' URL"],
  ["text of its own", "data:application/json,{}", "it redirects to a 'data:' URL"],
  ["another protocol", "ftp://127.0.0.1/api.json", "it redirects to a 'ftp:' URL"],
  ["a password", "http://u:secret@127.0.0.1:1/a", "it redirects to a URL that contains a user name or a password"],
])("a redirect of the document to %s is refused in plain words", async (_what, location, reason) => {
  const url = await serve((_request, response) => void response.writeHead(302, { location }).end());
  expect(await complaint(`${url}/api.json`)).toBe(`RG1001 Can't read '${url}/api.json': ${reason}.`);
});
