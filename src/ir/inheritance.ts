import type { Cursor } from "../diagnostics/index.js";

/** A discriminator that a schema has from what it extends by `allOf`, and the values that mean the schema. */
export interface InheritedTag {
  readonly base: Cursor;
  readonly property: string;
  readonly values: readonly string[];
}

/** How schemas that have a name refer to each other. */
export interface NamedSchemas {
  /** The schema that a `$ref` leads to, one step. */
  step(at: Cursor): Cursor | undefined;
  /** One text per place. */
  keyOf(at: Cursor): string;
  /** What the document calls the schema; `undefined` for one without a name. */
  nameOf(at: Cursor): string | undefined;
  /** Whether a value of a `mapping` names the schema. */
  isNamed(at: Cursor, text: string): boolean;
}

/**
 * Which schema extends which: `allOf: [{ $ref: Base }, …]`, as Java, C# and Python servers write inheritance. The
 * base's discriminator tells its children apart (OpenAPI "Discriminator Object").
 */
export class Inheritance {
  private readonly schemas: readonly Cursor[];
  private readonly named: NamedSchemas;
  private children: ReadonlyMap<string, readonly Cursor[]> | undefined;

  constructor(schemas: readonly Cursor[], named: NamedSchemas) {
    this.schemas = schemas;
    this.named = named;
  }

  /** The discriminators of all schemas that this one extends, directly or not. */
  tagsOf(at: Cursor): InheritedTag[] {
    if (this.named.nameOf(at) === undefined) return [];
    return this.basesOf(at).flatMap((base) => {
      const property = base.get("discriminator")?.text("propertyName");
      if (property === undefined) return [];
      const values = this.valuesOf(base, at);
      return values.length === 0 ? [] : [{ base, property, values }];
    });
  }

  private basesOf(at: Cursor): Cursor[] {
    const found = new Map<string, Cursor>();
    const queue = this.parentsOf(at);
    for (let next = queue.pop(); next !== undefined; next = queue.pop()) {
      const key = this.named.keyOf(next);
      if (found.has(key)) continue;
      found.set(key, next);
      queue.push(...this.parentsOf(next));
    }
    found.delete(this.named.keyOf(at));
    return [...found.values()];
  }

  /** The schemas that a schema names in its `allOf`, or beside its other keywords. */
  private parentsOf(at: Cursor, depth = 0): Cursor[] {
    const members = depth > 8 ? [] : (at.get("allOf")?.items() ?? []);
    const own = at.get("$ref") === undefined ? [] : [this.named.step(at)];
    return [...own, ...members.flatMap((member) => this.parentsOf(member, depth + 1))].filter(
      (parent) => parent !== undefined,
    );
  }

  /** The values of a base's discriminator that mean a schema or one that extends it in turn. */
  private valuesOf(base: Cursor, at: Cursor): string[] {
    const mapping = base.get("discriminator")?.get("mapping")?.entries() ?? [];
    const values = new Set<string>();
    const seen = new Set<string>();
    const queue = [at];
    for (let next = queue.pop(); next !== undefined; next = queue.pop()) {
      const [schema, key] = [next, this.named.keyOf(next)];
      if (seen.has(key)) continue;
      seen.add(key);
      // Where values are mapped, a schema that has none is no subtype: it only takes over the base's members.
      const own =
        mapping.length === 0
          ? [schema.get("$ref") === undefined ? this.named.nameOf(schema) : undefined]
          : mapping.map(([value, { value: name }]) =>
              typeof name === "string" && this.named.isNamed(schema, name) ? value : undefined,
            );
      for (const value of own) if (value !== undefined) values.add(value);
      queue.push(...(this.allChildren().get(key) ?? []));
    }
    return mapping.length === 0 ? [...values] : mapping.map(([value]) => value).filter((value) => values.has(value));
  }

  private allChildren(): ReadonlyMap<string, readonly Cursor[]> {
    if (this.children !== undefined) return this.children;
    const children = new Map<string, Cursor[]>();
    for (const schema of this.schemas) {
      for (const parent of this.parentsOf(schema)) {
        const key = this.named.keyOf(parent);
        const known = children.get(key);
        if (known === undefined) children.set(key, [schema]);
        else known.push(schema);
      }
    }
    this.children = children;
    return children;
  }
}
