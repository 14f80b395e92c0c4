import type { Schema, SchemaObject } from "../api.js";
import { common, typeOf } from "../direction.js";
import { type Resolve, typesOf } from "../fits.js";
import { isOfType, valuesOf } from "./merge.js";

const everyType: ReadonlySet<string> = new Set(["string", "number", "boolean", "object", "array", "null"]);
const noNames: ReadonlySet<string> = new Set();

/** What has been found out about the members of a schema's values. */
export interface Members {
  /** Every member that some part declares. */
  readonly declared: ReadonlySet<string>;
  /** Those of them that all values may be asked for: no union has them in some of its members only. */
  readonly everywhere: ReadonlySet<string>;
  /** Members that are required, whether declared or not. */
  readonly required: ReadonlySet<string>;
  /** Those that are required where they are declared, so that their type says it. */
  readonly settled: ReadonlySet<string>;
}

const nothing: Members = { declared: noNames, everywhere: noNames, required: noNames, settled: noNames };

/** Looks through references, `allOf` and unions for what a schema says. Each named schema is looked at once. */
/** So many references are followed one after the other; what lies behind them allows anything. */
const mostHops = 200;

export class Facts {
  private readonly resolve: Resolve;
  private readonly types = new Map<string, ReadonlySet<string>>();
  private readonly members = new Map<string, Members>();
  private hops = 0;

  constructor(resolve: Resolve) {
    this.resolve = resolve;
  }

  /** The types that values may have, `integer` being a `number`. */
  typesOf(schema: Schema): ReadonlySet<string> {
    if (typeof schema === "boolean") return schema ? everyType : noNames;
    if (schema.$ref !== undefined) {
      const known = this.types.get(schema.$ref);
      if (known !== undefined) return known;
      if (this.hops === mostHops) return everyType;
      // A schema that is asked for while it is looked at allows anything, for the time being.
      this.types.set(schema.$ref, everyType);
      const found = this.hop(() => this.typesOf(this.resolve(schema)));
      this.types.set(schema.$ref, found);
      return found;
    }
    const parts: ReadonlySet<string>[] = [
      ...(schema.allOf ?? []).map((part) => this.typesOf(part)),
      ...[schema.anyOf, schema.oneOf].flatMap((members) =>
        members === undefined ? [] : [new Set(members.flatMap((member) => [...this.typesOf(member)]))],
      ),
    ];
    const [first, ...rest] = parts;
    const own = ownTypes(schema);
    const types = first === undefined ? own : beside(schema, own, rest.reduce(common, first));
    return schema.nullable === true ? new Set([...types, "null"]) : types;
  }

  membersOf(schema: Schema): Members {
    if (typeof schema === "boolean") return nothing;
    if (schema.$ref !== undefined) {
      const known = this.members.get(schema.$ref);
      if (known !== undefined) return known;
      if (this.hops === mostHops) return nothing;
      this.members.set(schema.$ref, nothing);
      const found = this.hop(() => this.membersOf(this.resolve(schema)));
      this.members.set(schema.$ref, found);
      return found;
    }
    const { properties = {}, required = [], allOf = [], anyOf, oneOf } = schema;
    const names = Object.keys(properties);
    const own: Members = {
      declared: new Set(names),
      everywhere: new Set(names),
      required: new Set(required),
      settled: new Set(required.filter((name) => Object.hasOwn(properties, name))),
    };
    const unions = [anyOf, oneOf].flatMap((members) => (members === undefined ? [] : [this.unionOf(members)]));
    const parts = [own, ...allOf.map((part) => this.membersOf(part)), ...unions];
    return parts.length === 1 ? own : together(parts);
  }

  private hop<Found>(look: () => Found): Found {
    this.hops++;
    try {
      return look();
    } finally {
      this.hops--;
    }
  }

  /** What all members of a union say; those that are no objects have nothing to say. */
  private unionOf(members: readonly Schema[]): Members {
    const objects = members.filter((member) => this.typesOf(member).has("object"));
    const [first = nothing, ...rest] = objects.map((member) => this.membersOf(member));
    return rest.reduce<Members>(
      (one, other) => ({
        declared: new Set([...one.declared, ...other.declared]),
        everywhere: common(one.everywhere, other.everywhere),
        required: common(one.required, other.required),
        settled: common(one.settled, other.settled),
      }),
      first,
    );
  }

  /** The schema of a member as some part declares it. */
  memberOf(schema: Schema, name: string, depth = 0): Schema | undefined {
    if (typeof schema === "boolean" || depth > 20) return undefined;
    if (schema.$ref !== undefined) return this.memberOf(this.resolve(schema), name, depth + 1);
    const { properties = {}, allOf = [], anyOf = [], oneOf = [] } = schema;
    if (Object.hasOwn(properties, name)) return properties[name];
    for (const part of [...allOf, ...anyOf, ...oneOf]) {
      const found = this.memberOf(part, name, depth + 1);
      if (found !== undefined) return found;
    }
    return undefined;
  }

  /** The values that a schema lists, behind references too. */
  valuesOf(schema: SchemaObject, depth = 0): readonly unknown[] | undefined {
    if (schema.$ref === undefined) return valuesOf(schema);
    const found = depth > 20 ? true : this.resolve(schema);
    return typeof found === "boolean" ? undefined : this.valuesOf(found, depth + 1);
  }

  /** Whether a schema allows objects without saying anything of their members. */
  isShapeless(schema: Schema, depth = 0): boolean {
    if (typeof schema === "boolean" || depth > 20) return schema === true;
    if (schema.$ref !== undefined) return this.isShapeless(this.resolve(schema), depth + 1);
    const { allOf = [], anyOf, oneOf, additionalProperties = false } = schema;
    return (
      !hasMembers(schema) &&
      additionalProperties === false &&
      anyOf === undefined &&
      oneOf === undefined &&
      valuesOf(schema) === undefined &&
      schema.items === undefined &&
      schema.prefixItems === undefined &&
      (schema.type === undefined || typesOf(schema).join() === "object") &&
      allOf.every((part) => this.isShapeless(part, depth + 1))
    );
  }
}

/** Types that are written hold together; keywords without a type say nothing of values that they are not about. */
function beside(schema: SchemaObject, own: ReadonlySet<string>, others: ReadonlySet<string>): ReadonlySet<string> {
  const both = common(own, others);
  if (schema.type !== undefined || valuesOf(schema) !== undefined) return both;
  if (both.size === 0) return others;
  return others.has("null") ? new Set([...both, "null"]) : both;
}

function together(parts: readonly Members[]): Members {
  const all = (key: keyof Members): Set<string> => new Set(parts.flatMap((part) => [...part[key]]));
  const [declared, required] = [all("declared"), all("required")];
  // Whatever part requires a member, the whole says it where the member is declared.
  return { declared, everywhere: all("everywhere"), required, settled: new Set(common(required, declared)) };
}

export function hasMembers({ properties, patternProperties, propertyNames, required }: SchemaObject): boolean {
  return (
    properties !== undefined || patternProperties !== undefined || propertyNames !== undefined || required !== undefined
  );
}

/** The types of a schema without what it is composed of: as written, or as its other keywords suggest. */
export function ownTypes(schema: SchemaObject): ReadonlySet<string> {
  const written = typesOf(schema).map((type) => (type === "integer" ? "number" : type));
  const values = valuesOf(schema);
  if (values !== undefined)
    return new Set(values.filter((value) => isOfType(value, typesOf(schema))).map((value) => typeOf(value)));
  if (written.length > 0) return new Set(written);
  if (hasShape(schema)) return new Set(["object"]);
  return schema.items === undefined && schema.prefixItems === undefined ? everyType : new Set(["array"]);
}

/** Whether a schema speaks of the members of objects, more than that there are some. */
export function hasShape({
  properties,
  additionalProperties,
  patternProperties,
  propertyNames,
}: SchemaObject): boolean {
  return [properties, additionalProperties, patternProperties, propertyNames].some((part) => part !== undefined);
}
