import type { NamedSchema, Schema, SchemaObject } from "../ir/index.js";
import { CallCode, Code } from "./print/literal.js";
import { sampleNumber, sampleString } from "./sample-scalars.js";

/** Schemas that refer to each other over more steps than this are taken for recursive. */
const maxDepth = 100;

/** A sample that would come to more values than this leaves out optional members that are objects of their own. */
const maxValues = 400;

/**
 * Made-up data for schemas: the document's examples where it has some, else values that fit. A named schema becomes a
 * call of its own function, so that all samples together are no longer than the document.
 */
export class Samples {
  private readonly schemas: ReadonlyMap<string, NamedSchema>;
  /**
   * What named schemas come to; `undefined` while that is being found out. Each is made once: where one that is being
   * made is met again, the sample that is made then leaves it out, and so their functions cannot call each other in turn.
   */
  private readonly declarations = new Map<string, Sample | undefined>();

  /** How many of them are being made. */
  private depth = 0;
  private readonly need: (name: "mergeSamples") => string;

  /** `need` is told each function of the runtime that a sample calls, and gives its name. */
  constructor(schemas: readonly NamedSchema[], need: (name: "mergeSamples") => string) {
    this.need = need;
    this.schemas = new Map(schemas.map((named) => [named.name, named]));
  }

  /** Of a named schema itself. */
  declared(named: NamedSchema): unknown {
    return this.declaration(named)?.value;
  }

  /** Of any schema. */
  value(schema: Schema): unknown {
    return this.of(schema).value;
  }

  private of(schema: Schema): Sample {
    if (typeof schema === "boolean") return { value: null, size: 1 };
    if (schema.$ref !== undefined) return this.referred(schema.$ref);
    const written = writtenExample(schema);
    if (written !== undefined) return { value: written, size: 1 };
    const parts = [...(schema.allOf ?? []), ...(firstOf(schema) ?? [])].map((part) => this.of(part));
    const own = this.ownPart(schema);
    const all = own === undefined ? parts : [...parts, own];
    const [only = { value: null, size: 1 }] = all;
    return all.length < 2 ? only : this.merged(all);
  }

  /** A schema that is being sampled already is recursive here: the caller leaves it out where it can. */
  private referred(ref: string): Sample {
    const named = this.schemas.get(ref.slice(ref.lastIndexOf("/") + 1));
    if (named?.sampleName === undefined) return { value: null, size: 1 };
    const size = this.declaration(named)?.size ?? Number.POSITIVE_INFINITY;
    return { value: new Code(`${named.sampleName}()`), size, isCall: true };
  }

  private declaration({ name, schema }: NamedSchema): Sample | undefined {
    if (!this.declarations.has(name) && this.depth < maxDepth) {
      this.declarations.set(name, undefined);
      this.depth++;
      this.declarations.set(name, this.of(schema));
      this.depth--;
    }
    return this.declarations.get(name);
  }

  /** What the schema says beside `allOf`, `anyOf` and `oneOf`. */
  private ownPart(schema: SchemaObject): Sample | undefined {
    const type = [schema.type ?? []].flat().find((name) => name !== "null");
    if (schema.properties !== undefined || type === "object") return this.object(schema);
    if (type === "array" || schema.items !== undefined || schema.prefixItems !== undefined) return this.array(schema);
    if (type === "string") return { value: sampleString(schema), size: 1 };
    if (type === "number" || type === "integer") return { value: sampleNumber(schema), size: 1 };
    if (type === "boolean") return { value: true, size: 1 };
    return undefined;
  }

  private object({ properties = {}, required = [] }: SchemaObject): Sample {
    const members: [string, unknown][] = [];
    let size = 1;
    for (const [name, property] of Object.entries(properties)) {
      const sample = this.of(property);
      const isTooMuch = size + sample.size > maxValues;
      if (isTooMuch && !required.includes(name)) continue;
      members.push([name, finite(sample, property).value]);
      size += Math.min(sample.size, maxValues);
    }
    return { value: Object.fromEntries(members), size };
  }

  /** Parts of an intersection: objects are put together, of anything else the last one holds. */
  private merged(parts: readonly Sample[]): Sample {
    const size = parts.reduce((sum, part) => sum + part.size, 0);
    const objects = parts.filter(({ value, isCall }) => isCall || isPlainObject(value));
    if (objects.length === 0) return { value: parts.at(-1)?.value, size };
    const values: unknown[] = [];
    for (const { value } of objects) {
      const last = values.at(-1);
      if (isPlainObject(value) && isPlainObject(last)) values[values.length - 1] = { ...last, ...value };
      else values.push(value);
    }
    if (values.length === 1) return { value: values[0], size };
    return { value: new CallCode(this.need("mergeSamples"), values), size, isCall: true };
  }

  private array({ items, prefixItems = [], minItems }: SchemaObject): Sample {
    const least = typeof minItems === "number" ? minItems : 0;
    const first = prefixItems.map((item) => finite(this.of(item), item));
    const item = items === undefined ? undefined : this.of(items);
    const isRecursive = item?.size === Number.POSITIVE_INFINITY;
    const wanted = isRecursive || (item?.size ?? 0) > maxValues ? least : Math.max(1, least);
    const rest =
      item === undefined || isRecursive
        ? []
        : Array.from({ length: Math.max(0, Math.min(wanted, 20) - first.length) }, () => item);
    const all = [...first, ...rest];
    return { value: all.map(({ value }) => value), size: all.reduce((sum, { size }) => sum + size, 1) };
  }
}

interface Sample {
  readonly value: unknown;
  /** How many values it comes to; infinite where it would be made of itself. */
  readonly size: number;
  /** A call of a function, whose value is not known here. */
  readonly isCall?: true;
}

/** An example, a fixed value, or the first of a few. */
function writtenExample({ const: fixed, example, examples, enum: values, default: usual }: SchemaObject): unknown {
  const first = fixed ?? example ?? examples?.[0] ?? values?.find((value) => value !== null) ?? usual ?? undefined;
  return isShort(first) ? first : undefined;
}

/** An example with more values than this is a data set, which nobody wants to read in the mocks of each operation. */
const maxExample = 2_000;

export function isShort(example: unknown): boolean {
  const queue = [example];
  for (let count = 0; queue.length > 0; count++) {
    const value = queue.pop();
    if (count > maxExample) return false;
    if (typeof value === "object" && value !== null) for (const member of Object.values(value)) queue.push(member);
    else if (typeof value === "string") count += value.length / 50;
  }
  return true;
}

/** The member of a union that is taken: the first that is not null. */
function firstOf({ anyOf, oneOf }: SchemaObject): readonly Schema[] | undefined {
  const members = [...(anyOf ?? []), ...(oneOf ?? [])];
  const first = members.find((member) => typeof member === "object" && member.type !== "null") ?? members[0];
  return first === undefined ? undefined : [first];
}

/** What must be there, even if it would go on for ever. */
function finite(sample: Sample, schema: Schema): Sample {
  return sample.size === Number.POSITIVE_INFINITY ? { value: emptyOf(schema), size: 1 } : sample;
}

/** For a member that must be there and would go on for ever. */
function emptyOf(schema: Schema): unknown {
  return typeof schema === "object" && schema.type === "array" ? [] : null;
}

function isPlainObject(value: unknown): value is object {
  return typeof value === "object" && value !== null && Object.getPrototypeOf(value) === Object.prototype;
}
