import { distance } from "fastest-levenshtein";
import type { Cursor, Problems } from "../diagnostics/index.js";
import { didYouMean, nearest } from "../diagnostics/suggest.js";
import { type SpecDocument, sectionOf } from "./document.js";
import type { SpecOperation } from "./operations.js";

/** Reports what OpenAPI forbids, parsers accept, and the author certainly did not intend. */
export function checkDocument(document: SpecDocument, operations: readonly SpecOperation[], problems: Problems): void {
  checkTemplates(operations, problems);
  checkSecurity(document, operations, problems);
  checkServers(document, operations, problems);
  checkKeys(document.root, operations, problems);
}

/** Paths that differ only in the names of their parameters are the same path to a server (OpenAPI "Paths Object"). */
function checkTemplates(operations: readonly SpecOperation[], problems: Problems): void {
  const known = new Map<string, string>();
  for (const { path, items } of operations) {
    const shape = path.replace(/\{[^{}]*\}/g, "{}");
    const other = known.get(shape);
    if (other === undefined) known.set(shape, path);
    else if (other !== path) {
      problems.add(
        "collidingPaths",
        `Paths '${path}' and '${other}' match the same requests.`,
        "Put their methods under one path, or make the paths differ.",
        items[0],
      );
    }
  }
}

function checkSecurity(document: SpecDocument, operations: readonly SpecOperation[], problems: Problems): void {
  const schemes = sectionOf(document, document.root.get("components"), "securitySchemes", problems);
  const known = Object.keys(schemes?.record ?? {});
  for (const holder of [document.root, ...operations.map(({ at }) => at)]) {
    for (const requirement of holder.get("security")?.items() ?? []) {
      for (const [name, at] of requirement.entries()) {
        if (known.includes(name)) continue;
        problems.add(
          "unknownScheme",
          `Unknown security scheme '${name}'. It is ignored.${didYouMean(nearest(name, known))}`,
          "Declare it in components/securitySchemes.",
          at,
        );
      }
    }
  }
}

function checkServers(document: SpecDocument, operations: readonly SpecOperation[], problems: Problems): void {
  const holders = new Set([document.root, ...operations.flatMap(({ at, items }) => [at, ...items])]);
  for (const holder of holders)
    for (const server of holder.get("servers")?.items() ?? []) checkServer(server, problems);
}

function checkServer(server: Cursor, problems: Problems): void {
  const variables = server.get("variables");
  const declared = Object.keys(variables?.record ?? {});
  for (const [, name = ""] of (server.text("url") ?? "").matchAll(/\{([^{}]*)\}/g)) {
    if (declared.includes(name)) continue;
    problems.add(
      "serverVariable",
      `Server variable '{${name}}' is not declared.${didYouMean(nearest(name, declared))}`,
      "Declare it in 'variables', with a default.",
      server.get("url"),
    );
  }
  for (const [name, variable] of variables?.entries() ?? []) {
    const fallback = variable.get("default");
    const values = variable.get("enum")?.items() ?? [];
    if (fallback === undefined || values.length === 0 || values.some(({ value }) => value === fallback.value)) continue;
    problems.add(
      "serverVariable",
      `The default of server variable '${name}' is not in its 'enum'.`,
      "Add it to 'enum', or use one of the listed values.",
      fallback,
    );
  }
}

const keysOf = (text: string): ReadonlySet<string> => new Set(text.split(" "));
const operationKeys = keysOf(
  "tags summary description externalDocs operationId parameters requestBody responses callbacks deprecated security servers",
);
const parameterKeys = keysOf(
  "name in description required deprecated allowEmptyValue style explode allowReserved schema example examples content",
);
const itemKeys = keysOf(
  "$ref summary description get put post delete options head patch trace query additionalOperations servers parameters",
);

const ownBlocks = ["x-resilience", "x-pagination"];

/** Extensions of other vendors are ignored; one with almost our name is a typo, and would have no effect. */
function checkBlockNames(at: Cursor, problems: Problems): void {
  for (const key of Object.keys(at.record)) {
    if (!/^x-/i.test(key) || ownBlocks.includes(key)) continue;
    const meant = ownBlocks.find((own) => distance(key.toLowerCase(), own) <= 2);
    if (meant !== undefined)
      problems.add("unknownKey", `Unknown extension '${key}'.${didYouMean(meant)}`, "Fix the name.", at.get(key));
  }
}

/** A key that is almost one of OpenAPI's is a typo; any other may be a custom one. */
function checkKeys(root: Cursor, operations: readonly SpecOperation[], problems: Problems): void {
  checkBlockNames(root, problems);
  const seen = new Set<unknown>();
  const check = (at: Cursor, known: ReadonlySet<string>): void => {
    if (seen.has(at.value)) return;
    seen.add(at.value);
    for (const key of Object.keys(at.record)) {
      const meant = known.has(key) || key.startsWith("x-") ? undefined : nearest(key, [...known]);
      if (meant === undefined || distance(key.toLowerCase(), meant.toLowerCase()) > (key.length > 6 ? 2 : 1)) continue;
      const fix = "Fix the name. Names of extensions start with 'x-'.";
      problems.add("unknownKey", `Unknown field '${key}'.${didYouMean(meant)}`, fix, at.get(key));
    }
  };
  for (const { at, items, parameters } of operations) {
    check(at, operationKeys);
    checkBlockNames(at, problems);
    for (const item of items) {
      check(item, itemKeys);
      checkBlockNames(item, problems);
    }
    for (const parameter of parameters) check(parameter, parameterKeys);
  }
}
