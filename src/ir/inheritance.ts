import type { Cursor } from "../diagnostics/index.js";

/** A discriminator that a schema has from what it extends by `allOf`, and the values that mean the schema. */
export interface InheritedTag {
  readonly base: Cursor;
  readonly property: string;
  readonly values: readonly string[];
}

/** A schema that a value of a base may have, and the values of the base's discriminator that mean just this one. */
export interface Relative {
  readonly at: Cursor;
  readonly values: readonly string[];
}

/** A base with more relatives stays what it is: a compiler takes long for larger unions. */
const maxRelatives = 100;

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
  private readonly parents = new Map<string, Cursor>();
  private taggedBases: ReadonlyMap<string, readonly Cursor[]> | undefined;

  constructor(schemas: readonly Cursor[], named: NamedSchemas) {
    this.schemas = schemas;
    this.named = named;
  }

  /** The discriminators of all schemas that this one extends, directly or not. */
  tagsOf(at: Cursor): InheritedTag[] {
    if (this.named.nameOf(at) === undefined) return [];
    return this.taggedBasesOf(at).flatMap((base) => {
      const property = base.get("discriminator")?.text("propertyName");
      if (property === undefined) return [];
      const values = this.valuesOf(base, at);
      return values.length === 0 ? [] : [{ base, property, values }];
    });
  }

  /** What extends a base or is mapped by it, and the base itself; none where nothing else is known. */
  relativesOf(base: Cursor): readonly Relative[] {
    const discriminator = base.get("discriminator");
    if (discriminator?.text("propertyName") === undefined || this.named.nameOf(base) === undefined) return [];
    const mapped = this.mappedBy(discriminator);
    const all = new Map([...this.withHeirs(base), ...mapped].map((at) => [this.named.keyOf(at), at]));
    const found = [...all.values()].flatMap((at) => {
      const values = this.ownValues(base, at);
      return values.length === 0 ? [] : [{ at, values }];
    });
    const others = found.filter(({ at }) => this.named.keyOf(at) !== this.named.keyOf(base));
    if (others.length === 0 || found.length > maxRelatives) return [];
    return [...others, ...found.filter((relative) => !others.includes(relative))];
  }

  private mappedBy(discriminator: Cursor): Cursor[] {
    const texts = (discriminator.get("mapping")?.entries() ?? []).map(([, { value }]) => value);
    return texts.flatMap((text) =>
      typeof text === "string" ? this.schemas.filter((schema) => this.named.isNamed(schema, text)) : [],
    );
  }

  /** The bases with a discriminator that a schema extends, directly or not. Looked for from the bases, which are few. */
  private taggedBasesOf(at: Cursor): readonly Cursor[] {
    this.taggedBases ??= this.findTaggedBases();
    return this.taggedBases.get(this.named.keyOf(at)) ?? [];
  }

  private findTaggedBases(): Map<string, Cursor[]> {
    const found = new Map<string, Cursor[]>();
    for (const [key, base] of this.allParents()) {
      if (base.get("discriminator")?.text("propertyName") === undefined) continue;
      for (const heir of this.withHeirs(base).map((each) => this.named.keyOf(each)))
        if (heir !== key) found.set(heir, [...(found.get(heir) ?? []), base]);
    }
    return found;
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
    const values = new Set(this.withHeirs(at).flatMap((schema) => this.ownValues(base, schema)));
    const mapping = base.get("discriminator")?.get("mapping")?.entries() ?? [];
    return mapping.length === 0 ? [...values] : mapping.map(([value]) => value).filter((value) => values.has(value));
  }

  /** The values of a base's discriminator that mean a schema itself. */
  private ownValues(base: Cursor, at: Cursor): string[] {
    const mapping = base.get("discriminator")?.get("mapping")?.entries() ?? [];
    if (mapping.length === 0) {
      const name = at.get("$ref") === undefined ? this.named.nameOf(at) : undefined;
      return name === undefined ? [] : [name];
    }
    // Where values are mapped, a schema that has none is no subtype: it only takes over the base's members.
    return mapping.flatMap(([value, { value: name }]) =>
      typeof name === "string" && this.named.isNamed(at, name) ? [value] : [],
    );
  }

  /** A schema and all that extend it, directly or not. */
  private withHeirs(at: Cursor): Cursor[] {
    const found = new Map([[this.named.keyOf(at), at]]);
    for (const [key] of found)
      for (const child of this.allChildren().get(key) ?? []) {
        const childKey = this.named.keyOf(child);
        if (!found.has(childKey)) found.set(childKey, child);
      }
    return [...found.values()];
  }

  /** Every schema that another extends, by its key. */
  private allParents(): ReadonlyMap<string, Cursor> {
    this.allChildren();
    return this.parents;
  }

  private allChildren(): ReadonlyMap<string, readonly Cursor[]> {
    if (this.children !== undefined) return this.children;
    const children = new Map<string, Cursor[]>();
    for (const schema of this.schemas) {
      for (const parent of this.parentsOf(schema)) {
        const key = this.named.keyOf(parent);
        this.parents.set(key, parent);
        const known = children.get(key);
        if (known === undefined) children.set(key, [schema]);
        else known.push(schema);
      }
    }
    this.children = children;
    return children;
  }
}
