// Reads a document without the generator: its operations, and what each sends and receives.

import { writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import $RefParser from "@apidevtools/json-schema-ref-parser";
import yaml from "js-yaml";
import { textOf } from "../lib/documents.js";

const methods = ["get", "put", "post", "delete", "options", "head", "patch", "trace", "query"];

/** A file that the generator can read: gzipped documents are unpacked into `folder`. */
export function unpacked(file, folder) {
  if (!file.endsWith(".gz")) return file;
  const plain = join(folder, basename(file, ".gz"));
  writeFileSync(plain, textOf(file));
  return plain;
}

/** @returns the document in one piece, with internal references only, as OpenAPI 3 */
export async function readDocument(file) {
  const root =
    /^[^{]/.test(textOf(file).trimStart()) || file.endsWith(".gz") ? await bundled(file) : await bundled(file);
  if (root.swagger === undefined) return root;
  const { default: converter } = await import("swagger2openapi");
  const { openapi } = await converter.convertObj(root, { patch: true, warnOnly: true });
  return openapi;
}

async function bundled(file) {
  const parsed = yaml.load(textOf(file), { json: true });
  if (!JSON.stringify(parsed).match(/"\$ref":"[^#"]/)) return parsed;
  return $RefParser.bundle(file, { dereference: { circular: "ignore" } });
}

/** What a reference leads to. */
export function follow(root, node) {
  let found = node;
  for (let hops = 0; typeof found?.$ref === "string" && hops < 50; hops++) found = at(root, found.$ref);
  return found;
}

export function at(root, ref) {
  if (!ref.startsWith("#")) return undefined;
  return ref
    .slice(1)
    .split("/")
    .slice(1)
    .map((step) => decodeURIComponent(step).replaceAll("~1", "/").replaceAll("~0", "~"))
    .reduce((node, step) => node?.[step], root);
}

/** Every operation: method, path, parameters, request contents and responses, with references to them followed. */
export function operationsOf(root) {
  return Object.entries(root.paths ?? {}).flatMap(([path, written]) => {
    if (!path.startsWith("/")) return [];
    const item = { ...follow(root, written), ...written };
    const named = methods.filter((method) => item[method] !== undefined).map((method) => [method, item[method]]);
    const others = Object.entries(item.additionalOperations ?? {});
    return [...named, ...others].map(([method, operation]) =>
      describe(root, path, method.toUpperCase(), item, operation),
    );
  });
}

function describe(root, path, method, item, operation) {
  const parameters = new Map();
  for (const parameter of [...(item.parameters ?? []), ...(operation.parameters ?? [])]) {
    const target = follow(root, parameter);
    if (target?.in !== undefined) parameters.set(`${target.in} ${target.name}`, target);
  }
  return {
    method,
    path: path.replace(/#.*$/s, ""),
    key: `${method} ${path}`,
    parameters: [...parameters.values()],
    body: follow(root, operation.requestBody),
    responses: Object.entries(operation.responses ?? {})
      .filter(([status]) => !status.startsWith("x-"))
      .map(([status, response]) => ({ status, ...follow(root, response) })),
  };
}
