import { type Cursor, isRecord, type Problems } from "../diagnostics/index.js";
import { follow, type SpecDocument, sectionOf } from "./document.js";

/** One method of one path of the document, with its references resolved. */
export interface SpecOperation {
  /** `GET /orders/{orderId}`: its name in messages and configuration files. */
  readonly key: string;
  /** As sent on the wire. */
  readonly method: string;
  readonly path: string;
  /** The path items that apply to it: the written one, and the one it refers to. */
  readonly items: readonly Cursor[];
  readonly at: Cursor;
  readonly id: string | undefined;
  readonly tags: readonly string[];
  /** The operation's own, then those of the path that it doesn't override (same name and location). */
  readonly parameters: readonly Cursor[];
  readonly body: Cursor | undefined;
  readonly responses: readonly (readonly [status: string, response: Cursor])[];
}

const methods = ["get", "put", "post", "delete", "options", "head", "patch", "trace", "query"];

/** Every operation, in the order of the document. */
export function listOperations(document: SpecDocument, problems: Problems): SpecOperation[] {
  const paths = sectionOf(document, document.root, "paths", problems);
  const operations = (paths?.entries() ?? [])
    .filter(([path, item]) => isPath(path, item, problems))
    .flatMap(([path, item]) => operationsOf(document, path, item, problems));
  const hasWebhooks =
    Object.keys(document.root.get("webhooks")?.record ?? document.root.get("x-webhooks")?.record ?? {}).length > 0;
  if (operations.length === 0 && !hasWebhooks && problems.count("error") === 0)
    reportNoOperations(document, paths ?? document.root, problems);
  return operations;
}

/** A document with only schemas still has types to generate: others may refer to it, or its paths may follow later. */
function reportNoOperations(document: SpecDocument, at: Cursor, problems: Problems): void {
  const schemas = sectionOf(document, document.root.get("components"), "schemas", problems);
  const severity = (schemas?.entries() ?? []).length > 0 ? "warning" : "error";
  problems.add("noOperations", "The document has no operations.", "Add at least one path with a method.", at, severity);
}

/** A request that the client receives: a webhook or a callback. */
export interface IncomingOperation {
  readonly name: string;
  readonly operation: SpecOperation;
}

/** The document's webhooks (OpenAPI 3.1); in 3.0 documents they are in `x-webhooks`. */
export function listWebhooks(document: SpecDocument, problems: Problems): IncomingOperation[] {
  const { root } = document;
  return incoming(document, root.get("webhooks") ?? root.get("x-webhooks"), problems);
}

/** The callbacks of an operation, by their names. */
export function callbacksOf(document: SpecDocument, { at }: SpecOperation, problems: Problems): IncomingOperation[] {
  return (at.get("callbacks")?.entries() ?? []).flatMap(([name, written]) => {
    const callback = follow(document, written, problems);
    return incoming(document, callback, problems).map(({ operation }) => ({ name, operation }));
  });
}

function incoming(document: SpecDocument, items: Cursor | undefined, problems: Problems): IncomingOperation[] {
  return (items?.entries() ?? [])
    .filter(([name]) => !name.startsWith("x-"))
    .flatMap(([name, item]) => operationsOf(document, name, item, problems).map((operation) => ({ name, operation })));
}

/** A path without a slash would become part of the host: `https://api.example` and `pets` make another host. */
function isPath(path: string, item: Cursor, problems: Problems): boolean {
  if (path.startsWith("/") || path.startsWith("x-")) return path.startsWith("/");
  problems.add("brokenCorner", `Path '${path}' doesn't start with a slash. It is ignored.`, "Add the slash.", item);
  return false;
}

function operationsOf(document: SpecDocument, path: string, written: Cursor, problems: Problems): SpecOperation[] {
  if (written.value !== null && !isRecord(written.value))
    problems.add("brokenCorner", `Path '${path}' must be an object. It is ignored.`, useObject, written);
  const referred = written.get("$ref") === undefined ? undefined : follow(document, written, problems);
  const items = referred === undefined ? [written] : [written, referred];
  const found = new Map<string, Cursor>();
  for (const item of items) {
    for (const [method, at] of methodsOf(item)) if (!found.has(method)) found.set(method, at);
  }
  // OpenAPI doesn't allow a reference in place of an operation, but some large documents of many files have them.
  return [...found].flatMap(([method, from]) => {
    const at = follow(document, from, problems);
    return at === undefined ? [] : (operationOf(document, path, method, at, items, problems) ?? []);
  });
}

/** From this number of operations on, the author of a document is rarely the person who generates a client from it. */
const manyOperations = 20;

/** Whether a document is large, by the operations in its root file. */
export function isLarge(value: unknown): boolean {
  const paths = isRecord(value) && isRecord(value["paths"]) ? Object.values(value["paths"]) : [];
  const operations = paths.filter(isRecord).map((item) => Math.max(1, methods.filter((name) => name in item).length));
  return operations.reduce((sum, count) => sum + count, 0) >= manyOperations;
}

function methodsOf(item: Cursor): [string, Cursor][] {
  const fixed = methods.flatMap((method): [string, Cursor][] => {
    const at = item.get(method);
    return at === undefined ? [] : [[method.toUpperCase(), at]];
  });
  return [...fixed, ...(item.get("additionalOperations")?.entries() ?? [])];
}

function operationOf(
  document: SpecDocument,
  path: string,
  method: string,
  at: Cursor,
  items: readonly Cursor[],
  problems: Problems,
): SpecOperation | undefined {
  const key = `${method} ${path}`;
  if (typeof at.value !== "object" || at.value === null || Array.isArray(at.value)) {
    problems.add("brokenCorner", `${key} must be an object. It is ignored.`, useObject, at);
    return undefined;
  }
  if (/^(trace|connect|track)$/i.test(method) || !/^[!#$%&'*+.^_`|~0-9a-z-]+$/i.test(method)) {
    problems.add(
      "unsendable",
      `Can't generate ${key}: fetch doesn't allow this method.`,
      "Use another method, or omit the operation with --exclude.",
      at,
    );
    return undefined;
  }
  const body = at.get("requestBody");
  return {
    key,
    method,
    path,
    items,
    at,
    id: at.text("operationId"),
    tags: (at.get("tags")?.items() ?? []).flatMap(({ value }) => (typeof value === "string" ? [value] : [])),
    parameters: parametersOf(document, [at, ...items], problems),
    body: body === undefined ? undefined : follow(document, body, problems),
    responses: answersOf(document, at, problems).flatMap(([status, response]) => {
      if (status.startsWith("x-")) return [];
      // A response with an unresolved reference is still a response, of unknown type.
      return [[status, follow(document, response, problems) ?? response] as const];
    }),
  };
}

/** The parameters of an operation or a path. */
function listOf(document: SpecDocument, level: Cursor, problems: Problems): Cursor[] {
  const list = sectionOf(document, level, "parameters", problems);
  if (list !== undefined && list.value !== null && !Array.isArray(list.value))
    problems.add("brokenCorner", "'parameters' must be a list. It is ignored.", "Write one item per parameter.", list);
  return list?.items() ?? [];
}

/** The responses of an operation. */
function answersOf(document: SpecDocument, operation: Cursor, problems: Problems): [string, Cursor][] {
  const answers = sectionOf(document, operation, "responses", problems);
  if (answers !== undefined && answers.value !== null && !isRecord(answers.value))
    problems.add("brokenCorner", "'responses' must be an object. It is ignored.", useObject, answers);
  return answers?.entries() ?? [];
}

const useObject = "Use an object.";

function parametersOf(document: SpecDocument, levels: readonly Cursor[], problems: Problems): Cursor[] {
  const found = new Map<string, Cursor>();
  for (const level of levels) {
    const own = new Set<string>();
    for (const written of listOf(document, level, problems)) {
      const parameter = follow(document, written, problems);
      if (parameter === undefined) continue;
      const name = parameter.text("name");
      const place = parameter.text("in");
      if (name === undefined || place === undefined) {
        problems.add(
          "brokenCorner",
          "A parameter without 'name' or 'in' is ignored.",
          "Add the missing field.",
          written,
        );
        continue;
      }
      const key = `${place} ${name}`;
      if (own.has(key)) {
        const which = `${place} parameter '${name}'`;
        problems.add(
          "duplicateParameter",
          `Duplicate ${which}. The first one is used.`,
          "Remove one of them.",
          written,
        );
      }
      own.add(key);
      if (!found.has(key)) found.set(key, parameter);
    }
  }
  return [...found.values()];
}
