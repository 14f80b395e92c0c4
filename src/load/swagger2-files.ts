import { type Cursor, type Problems, SpecError } from "../diagnostics/index.js";
import { follow, type SpecDocument, step } from "./document.js";

/** What a place of a Swagger 2.0 document contains, and so what a reference there points to. */
type Role =
  | "root"
  | "paths"
  | "pathItem"
  | "operation"
  | "parameters"
  | "parameter"
  | "responses"
  | "response"
  | "definitions"
  | "schemas"
  | "schema"
  | "host"
  | "data";

/** The roles of the members of each role, by their keys; `*` for all others. Data contains no references. */
const rolesOf: Readonly<Record<Role, Readonly<Record<string, Role>>>> = {
  root: {
    paths: "paths",
    parameters: "parameters",
    responses: "responses",
    definitions: "definitions",
    "x-ms-parameterized-host": "host",
    "*": "data",
  },
  host: { parameters: "parameters", "*": "data" },
  paths: { "*": "pathItem" },
  pathItem: { parameters: "parameters", "*": "operation" },
  operation: { parameters: "parameters", responses: "responses", "*": "data" },
  parameters: { "*": "parameter" },
  parameter: { schema: "schema", "*": "data" },
  responses: { "*": "response" },
  response: { schema: "schema", "*": "data" },
  definitions: { "*": "schema" },
  schemas: { "*": "schema" },
  schema: { properties: "schemas", enum: "data", default: "data", example: "data", examples: "data", "*": "schema" },
  data: { "*": "data" },
};

function roleOf(holder: Role, key: string): Role {
  const roles = rolesOf[holder];
  if (Object.hasOwn(roles, key)) return roles[key] ?? "data";
  return key.startsWith("x-") && holder !== "schemas" && holder !== "definitions" ? "data" : (roles["*"] ?? "data");
}

/** The maximum number of copied values: each YAML alias expands to a copy of its own. */
const maxValues = 5_000_000;

/**
 * Merges a Swagger 2.0 document of several files into one, because the converter reads only one file. Schemas of other files
 * become definitions; anything else is copied to where it is referenced. The copy contains no object twice.
 */
export class SwaggerInOneFile {
  private readonly document: SpecDocument;
  private readonly problems: Problems;
  /** Names of definitions, by the places of their schemas. */
  private readonly names = new Map<string, string>();
  private readonly taken = new Set<string>();
  /** Definitions that consist of a reference to another file. */
  private readonly sources = new Map<string, Cursor>();
  /** Definitions still to be copied. */
  private readonly queue: [name: string, at: Cursor][] = [];
  private count = 0;

  constructor(document: SpecDocument, problems: Problems) {
    this.document = document;
    this.problems = problems;
  }

  whole(): Record<string, unknown> {
    this.nameOwnDefinitions();
    const copy = this.copy(this.document.root, "root") as Record<string, unknown>;
    const found: [string, unknown][] = [];
    for (let next = this.queue.pop(); next !== undefined; next = this.queue.pop())
      found.push([next[0], this.copy(next[1], "schema")]);
    if (found.length === 0) return copy;
    return { ...copy, definitions: { ...(copy["definitions"] as object | undefined), ...Object.fromEntries(found) } };
  }

  /** They keep their names, wherever they are written. */
  private nameOwnDefinitions(): void {
    const written = this.document.root.get("definitions");
    const own = (written && follow(this.document, written, this.problems)?.entries()) ?? [];
    for (const [name, at] of own) {
      this.taken.add(name);
      this.names.set(placeOf(at), name);
    }
    for (const [name, at] of own) {
      const source = follow(this.document, at, this.problems);
      if (source === undefined || this.names.has(placeOf(source))) continue;
      this.names.set(placeOf(source), name);
      this.sources.set(name, source);
    }
  }

  private copy(at: Cursor, role: Role): unknown {
    if (++this.count > maxValues) this.refuse(at);
    if (Array.isArray(at.value)) return at.items().flatMap((item) => this.copy(item, roleOf(role, "*")) ?? []);
    if (typeof at.value !== "object" || at.value === null) return at.value;
    if (role !== "data" && typeof at.text("$ref") === "string") return this.reference(at, role);
    const copies = at.entries().map(([key, member]): [string, unknown] => {
      const source = role === "definitions" ? this.sources.get(key) : undefined;
      return [key, this.copy(source ?? member, roleOf(role, key))];
    });
    return Object.fromEntries(copies.filter(([, value]) => value !== undefined));
  }

  /** Unresolved references are omitted. */
  private reference(at: Cursor, role: Role): unknown {
    const target = (role === "schema" ? step : follow)(this.document, at, this.problems);
    if (target === undefined) return role === "parameter" ? undefined : {};
    const name = role === "schema" ? this.names.get(placeOf(target)) : undefined;
    if (name === undefined && this.isForConverter(at, target)) return { ...at.record };
    if (role !== "schema") return this.copy(target, role);
    return { ...at.record, $ref: `#/definitions/${encodeKey(name ?? this.newName(target))}` };
  }

  /** Whether a reference stays within the document: the converter resolves those. */
  private isForConverter(at: Cursor, target: Cursor): boolean {
    const { file } = this.document.root;
    const text = at.text("$ref") ?? "";
    return at.file === file && target.file === file && text.startsWith("#") && isEncoded(text);
  }

  private newName(target: Cursor): string {
    const stem = stemOf(target.file.url);
    const key = target.path.at(-1);
    const names = key === undefined ? [stem] : [String(key), `${stem}_${key}`];
    const name = this.free(names.map((candidate) => candidate.replace(/[^\p{L}\p{M}\p{N}_.-]+/gu, "_")));
    this.names.set(placeOf(target), name);
    this.queue.push([name, target]);
    return name;
  }

  private free(names: readonly string[]): string {
    const last = names.at(-1) ?? "";
    let name = names.find((candidate) => !this.taken.has(candidate));
    for (let count = 2; name === undefined; count++) if (!this.taken.has(`${last}_${count}`)) name = `${last}_${count}`;
    this.taken.add(name);
    return name;
  }

  private refuse(at: Cursor): never {
    const message = `The document expands to more than ${maxValues} values.`;
    this.problems.add("tooLarge", message, "Use fewer YAML aliases.", at);
    throw new SpecError(this.problems.list);
  }
}

/** Encodes a name for a reference. A lone surrogate can't be part of a URI, so it can't be referenced. */
function encodeKey(name: string): string {
  return encodeURIComponent(
    name
      .replace(/\p{Surrogate}/gu, "\ufffd")
      .replace(/~/g, "~0")
      .replace(/\//g, "~1"),
  );
}

function placeOf(at: Cursor): string {
  return `${at.file.url}#${at.pointer}`;
}

/** The name of a file, without its extension. */
function stemOf(url: string): string {
  const name = url.split(/[?#]/)[0]?.split("/").at(-1) ?? "";
  return (isEncoded(name) ? decodeURIComponent(name) : name).replace(/\.\w+$/, "");
}

/** Whether every `%` of a text is part of a percent-encoding. */
function isEncoded(text: string): boolean {
  try {
    decodeURIComponent(text);
    return true;
  } catch {
    return false;
  }
}
