import { type Cursor, type Problems, SpecError } from "../diagnostics/index.js";
import { follow, type SpecDocument, sectionOf, step } from "../load/index.js";
import type { NamedSchema, Schema } from "./api.js";
import type { Difference, Direction } from "./direction.js";
import { pascalCase } from "./identifiers.js";
import { Inheritance } from "./inheritance.js";
import { claimAll, type Names } from "./names.js";
import { type NormalizeContext, normalize } from "./normalize/index.js";
import { fileNameOf, keyOf, titleOf } from "./schema-places.js";

/** A reference whose text is known only when all names are: it is shared by everyone who refers, and filled in once. */
type Reference = { $ref: string };

/** A schema that others refer to. */
interface Entry {
  readonly name: string;
  readonly source: string;
  readonly at: Cursor;
  /** The reference to it in each direction. */
  readonly refs: Readonly<Record<Direction, Reference>>;
  /** What it refers to, in any direction. */
  readonly uses: Set<Entry>;
  schema: Schema;
  /** What it holds, itself, that not all directions have. */
  differences: ReadonlySet<Difference>;
}

/** What became of a schema in one direction. */
interface Build {
  readonly schema: Schema;
  readonly differences: ReadonlySet<Difference>;
}

/**
 * Schemas that stand in operations, in answers that many operations refer to, or behind aliases of YAML are written out
 * wherever they are used. A client of more than this many could neither be compiled nor read; of the real documents the
 * largest comes to a quarter of a million.
 */
const maxSchemas = 1_000_000;

/** Finds, names and normalizes every schema of the document. */
export class Schemas {
  private readonly document: SpecDocument;
  private readonly names: Names;
  private readonly problems: Problems;
  private readonly entries = new Map<string, Entry>();
  private readonly queue: Entry[] = [];
  /** What requests refer to directly: as JSON, and in forms. */
  private readonly sent = { write: new Set<Entry>(), form: new Set<Entry>() };
  /** What operations refer to directly. */
  private readonly used = new Set<Entry>();
  private readonly inheritance: Inheritance;
  private count = 0;

  constructor(document: SpecDocument, names: Names, problems: Problems) {
    this.document = document;
    this.names = names;
    this.problems = problems;
    const named = this.components()?.entries() ?? [];
    const claimed = claimAll(
      names,
      named.map(([source]) => source),
      pascalCase,
    );
    for (const [source, at] of named) this.enter(keyOf(at), claimed.get(source) ?? source, source, at);
    this.inheritance = new Inheritance(
      named.map(([, at]) => at),
      {
        step: (from) => (from.get("$ref") === undefined ? from : step(document, from, problems)),
        keyOf,
        nameOf: (at) => this.entries.get(keyOf(at))?.source,
        isNamed: (at, text) => {
          const entry = this.entries.get(keyOf(at));
          return entry !== undefined && this.isNamed(entry, text);
        },
      },
    );
  }

  private components(): Cursor | undefined {
    return sectionOf(this.document, this.document.root.get("components"), "schemas", this.problems);
  }

  /** A schema that stands in an operation. */
  use(at: Cursor, direction: Direction): Schema {
    return this.build(at, direction, (entry, toward) => {
      this.used.add(entry);
      if (toward !== "read") this.sent[toward].add(entry);
    }).schema;
  }

  /** Whether values of a schema are arrays or objects. */
  isCompound(schema: Schema): boolean {
    if (typeof schema === "boolean") return false;
    const named = [...this.entries.values()].find(({ refs }) => Object.values(refs).includes(schema as Reference));
    const at = named?.at.record ?? schema;
    return (
      ["array", "object"].includes(String(at["type"])) || at["properties"] !== undefined || at["items"] !== undefined
    );
  }

  /**
   * Every named schema, or those that operations lead to; those that are sent and differ by direction come again, as
   * `…Writable` in JSON and as `…Form` where a form has bytes in it. To be called once, at the end.
   */
  finish(onlyUsed: boolean): NamedSchema[] {
    for (let entry = this.queue.pop(); entry !== undefined; entry = this.queue.pop()) this.buildEntry(entry);
    const forms = this.buildForms();
    const differing = spread(
      [...this.entries.values()].filter(({ differences }) => differences.has("access")),
      usersOf(this.entries.values(), ({ uses }) => uses),
    );
    const sent = spread(this.sent.write, ({ uses }) => uses);
    const kept = onlyUsed ? spread(this.used, ({ uses }) => uses) : undefined;
    const entries = [...this.entries.values()].filter((entry) => kept?.has(entry) !== false);
    return entries.flatMap((entry) => {
      const { name, source, schema, refs } = entry;
      refs.read.$ref = refs.write.$ref = refs.form.$ref = refTo(name);
      const form = forms.get(entry);
      const isWritable = differing.has(entry) && (sent.has(entry) || form === "as JSON");
      return [
        { name, source, schema },
        ...(isWritable ? [this.twin(entry, "write", "Writable")] : []),
        ...(form === "own" ? [this.twin(entry, "form", "Form")] : []),
      ];
    });
  }

  /** The form of a schema that only requests have. */
  private twin(entry: Entry, direction: "write" | "form", suffix: "Writable" | "Form"): NamedSchema {
    const { source, refs } = entry;
    const name = this.names.claim(`${entry.name}${suffix}`, `${source} (${suffix.toLowerCase()})`);
    refs[direction].$ref = refTo(name);
    if (direction === "write" && refs.form.$ref === refTo(entry.name)) refs.form.$ref = refTo(name);
    return { name, source, schema: this.build(entry.at, direction, () => {}).schema, isSentOnly: true };
  }

  /** The schemas that forms are made of: whether they have bytes in them, or are the same as in JSON. */
  private buildForms(): Map<Entry, "own" | "as JSON"> {
    const uses = new Map<Entry, Set<Entry>>();
    const holders = new Set<Entry>();
    for (const entry of this.sent.form) {
      const own = new Set<Entry>();
      uses.set(entry, own);
      const { differences } = this.build(entry.at, "form", (used, direction) => {
        if (direction === "form") this.sent.form.add(used);
        else this.sent.write.add(used);
        own.add(used);
      });
      if (differences.has("bytes")) holders.add(entry);
    }
    const withBytes = spread(
      holders,
      usersOf(this.sent.form, (entry) => uses.get(entry) ?? []),
    );
    return new Map([...this.sent.form].map((entry) => [entry, withBytes.has(entry) ? "own" : "as JSON"]));
  }

  private buildEntry(entry: Entry): void {
    const { schema, differences } = this.build(entry.at, "read", (used) => entry.uses.add(used));
    entry.schema = schema;
    entry.differences = differences;
    // What only the other direction refers to must be found too, before names are final.
    if (differences.has("access")) this.build(entry.at, "write", (used) => entry.uses.add(used));
  }

  private build(at: Cursor, direction: Direction, used: (entry: Entry, direction: Direction) => void): Build {
    const differences = new Set<Difference>();
    const contextOf = (toward: Direction): NormalizeContext => ({
      direction: toward,
      version: this.document.version,
      problems: this.problems,
      hidden: new Set(),
      toward: contextOf,
      reference: (from) => {
        const entry = this.entryOf(from);
        if (entry === undefined) return true;
        used(entry, toward);
        return entry.refs[toward];
      },
      target: (from) => follow(this.document, from, this.problems),
      discriminatorValues: (union, member) => this.discriminatorValues(union, member),
      inherited: (schema) => this.inheritance.tagsOf(schema),
      relatives: (base) =>
        this.inheritance.relativesOf(base).map(({ at: relative, values }) => {
          const entry = this.entries.get(keyOf(relative));
          if (entry === undefined || keyOf(relative) === keyOf(base)) return { at: relative, values };
          used(entry, toward);
          return { at: relative, values, schema: entry.refs[toward] };
        }),
      defaultMember: (union) => {
        const entry = this.defaultMember(union);
        if (entry === undefined) return undefined;
        used(entry, toward);
        return entry.refs[toward];
      },
      sawDifference: (difference) => void differences.add(difference),
      sawSchema: (from) => {
        if (++this.count > maxSchemas) this.refuse(from);
      },
    });
    return { schema: normalize(at, contextOf(direction)), differences };
  }

  private refuse(at: Cursor): never {
    this.problems.add(
      "tooLarge",
      `The document expands to more than ${maxSchemas} schemas.`,
      "Move schemas that are used often to components/schemas and refer to them.",
      at,
    );
    throw new SpecError(this.problems.list);
  }

  /** The entry that a `$ref` leads to, made now if it is a schema without a name of its own. */
  private entryOf(from: Cursor): Entry | undefined {
    const at = step(this.document, from, this.problems);
    if (at === undefined) return undefined;
    const key = keyOf(at);
    const known = this.entries.get(key);
    if (known !== undefined) return known;
    const source = `${at.file === this.document.root.file ? "" : at.file.name}#${at.pointer}`;
    return this.enter(key, this.names.claim(pascalCase(titleOf(at)), source), source, at);
  }

  private enter(key: string, name: string, source: string, at: Cursor): Entry {
    const entry: Entry = {
      name,
      source,
      at,
      refs: { read: { $ref: "" }, write: { $ref: "" }, form: { $ref: "" } },
      uses: new Set(),
      schema: true,
      differences: new Set(),
    };
    this.entries.set(key, entry);
    this.queue.push(entry);
    return entry;
  }

  /** The written values that mean a member, or else the member's own name (OpenAPI "Discriminator Object"). */
  private discriminatorValues(union: Cursor, member: Cursor): readonly string[] {
    const entry = member.get("$ref") === undefined ? undefined : this.entryOf(member);
    if (entry === undefined) return [];
    const mapping = union.get("discriminator")?.get("mapping")?.entries() ?? [];
    const mapped = mapping.filter(([, { value }]) => typeof value === "string" && this.isNamed(entry, value));
    return mapped.length > 0 ? mapped.map(([value]) => value) : [entry.source];
  }

  /** The member that `defaultMapping` names: by its name, or as a reference (OpenAPI 3.2, "Discriminator Object"). */
  private defaultMember(union: Cursor): Entry | undefined {
    const text = union.get("discriminator")?.text("defaultMapping");
    const named = this.components()?.get(text ?? "");
    const entry = named === undefined ? undefined : this.entries.get(keyOf(named));
    if (text === undefined || entry !== undefined) return entry;
    return (["oneOf", "anyOf"] as const)
      .flatMap((keyword) => union.get(keyword)?.items() ?? [])
      .map((member) => this.entryOf(member))
      .find((candidate) => candidate !== undefined && this.isNamed(candidate, text));
  }

  private isNamed(entry: Entry, text: string): boolean {
    return (
      text === entry.source ||
      text.endsWith(`/${entry.source}`) ||
      text.split("#")[0]?.endsWith(fileNameOf(entry.at)) === true
    );
  }
}

/** Everything that can be reached from `start`. */
function spread(start: Iterable<Entry>, next: (entry: Entry) => Iterable<Entry>): Set<Entry> {
  const reached = new Set(start);
  for (const entry of reached) for (const other of next(entry)) reached.add(other);
  return reached;
}

function usersOf(
  entries: Iterable<Entry>,
  usesOf: (entry: Entry) => Iterable<Entry>,
): (entry: Entry) => Iterable<Entry> {
  const users = new Map<Entry, Entry[]>();
  for (const entry of entries) {
    for (const used of usesOf(entry)) {
      const known = users.get(used);
      if (known === undefined) users.set(used, [entry]);
      else known.push(entry);
    }
  }
  return (entry) => users.get(entry) ?? [];
}

function refTo(name: string): string {
  return `#/components/schemas/${name}`;
}
