import { fits, isObject, typesOf } from "../ir/fits.js";
import type { NamedSchema, Rule, Schema, SchemaObject } from "../ir/index.js";
import { matches } from "../ir/matches.js";
import { withoutAllOf } from "./merge-schemas.js";
import { CallCode, Code } from "./print/literal.js";
import { stringMatching } from "./sample-pattern.js";
import { near, otherValues } from "./sample-repair.js";
import { waysToKeep } from "./sample-rules.js";
import { sampleNumber, sampleString, variantsOf } from "./sample-scalars.js";

/** A sample that would come to more values than this leaves out optional members that are objects of their own. */
const maxValues = 400;
/** An array is never longer, whatever its schema asks for. */
const maxItems = 50;
/** Schemas that refer to each other over more steps than this are taken for recursive. */
const maxDepth = 100;
/** So often samples that do not fit are made anew. */
const maxRounds = 3;
/** So deep within each other parts are written as one schema; deeper they are taken for recursive. */
const maxFlattened = 3;
/** So often for one sample, with the samples of other schemas that it needs. */
const maxFlattenings = 100;
/** So deep within each other schemas with rules are tried in all ways. */
const maxKeeping = 4;
/** A sample of more values than this is not made to fit value by value. */
const maxRepaired = 200;
/** Members of a union that are tried before the first is taken as it is. */
const maxTries = 12;

interface Sample {
  /** As it is printed: named schemas are calls of their functions. */
  readonly value: unknown;
  /** The same as plain data. */
  readonly data: unknown;
  /** How many values it comes to; infinite where it would be made of itself. */
  readonly size: number;
  /** Whether it fits its schema. */
  readonly fits: boolean;
}

/** A call of the function of a named schema. */
class Call extends Code {
  readonly schema: string;

  constructor(schema: string, functionName: string) {
    super(`${functionName}()`);
    this.schema = schema;
  }
}

function isWhole(sample: Sample | "in the making" | undefined): boolean {
  return typeof sample === "object" && sample.fits && sample.size !== Number.POSITIVE_INFINITY;
}

const recursive: Sample = { value: null, data: null, size: Number.POSITIVE_INFINITY, fits: false };
const anything: Sample = { value: null, data: null, size: 1, fits: true };

/**
 * Made-up data for schemas: the document's examples where they fit, else values that do. A named schema becomes a call
 * of its own function, so that all samples together are no longer than the document.
 */
export class Samples {
  private readonly schemas: ReadonlyMap<string, NamedSchema>;
  /** Each named schema's sample is made once: made anew for another caller it might lead in a circle. */
  private readonly made = new Map<string, Sample | "in the making">();
  private readonly target = ({ $ref = "" }: SchemaObject): Schema => this.schemas.get(nameOf($ref))?.schema ?? true;

  /** How many named schemas are in the making. */
  private depth = 0;
  /** How many schemas are being written as one, and how many were for the sample that is asked for. */
  private flattened = 0;
  private flattenings = 0;
  /** Whose functions call that of the schema that is made anew: they cannot be a part of it. */
  private barred: Set<string> = new Set();
  /** How many schemas with rules are in the making. */
  private keeping = 0;
  private readonly need: (name: "mergeSamples") => string;

  /** `need` is told each function of the runtime that a sample calls, and gives its name. */
  constructor(schemas: readonly NamedSchema[], need: (name: "mergeSamples") => string) {
    this.need = need;
    this.schemas = new Map(schemas.map((named) => [named.name, named]));
    this.makeAll(schemas.filter(({ sampleName }) => sampleName !== undefined));
  }

  /** Of a named schema itself. */
  declared(named: NamedSchema): unknown {
    this.flattenings = 0;
    return this.named(named).value;
  }

  /**
   * Makes the samples of all named schemas. What did not fit while another was in the making may fit when that one is
   * made, so it is made again, as long as it does not lead back to itself.
   */
  private makeAll(schemas: readonly NamedSchema[]): void {
    const make = (named: NamedSchema): void => {
      this.flattenings = 0;
      this.named(named);
    };
    for (const named of schemas) make(named);
    const callers = new Map<string, Set<string>>();
    for (const { name } of schemas) this.addCaller(name, callers);
    for (let round = 0; round < maxRounds; round++) {
      const unfit = schemas.filter(({ name }) => !isWhole(this.made.get(name)));
      for (const named of unfit) {
        this.barred = new Set([named.name]);
        for (const name of this.barred) for (const caller of callers.get(name) ?? []) this.barred.add(caller);
        this.made.delete(named.name);
        make(named);
        this.addCaller(named.name, callers);
      }
      this.barred = new Set();
      if (unfit.every(({ name }) => !isWhole(this.made.get(name)))) return;
    }
  }

  private addCaller(name: string, callers: Map<string, Set<string>>): void {
    const sample = this.made.get(name);
    for (const called of typeof sample === "object" ? this.calledBy(sample.value) : []) {
      const known = callers.get(called) ?? new Set();
      callers.set(called, known.add(name));
    }
  }

  private calledBy(value: unknown): readonly string[] {
    if (value instanceof Call) return [value.schema];
    if (value instanceof CallCode) return value.args.flatMap((part) => this.calledBy(part));
    if (typeof value !== "object" || value === null || value instanceof Code) return [];
    return Object.values(value).flatMap((member) => this.calledBy(member));
  }

  /** Of any schema. */
  value(schema: Schema): unknown {
    this.flattenings = 0;
    return this.of(schema).value;
  }

  /** Whether an example of the document fits its schema. */
  fits(value: unknown, schema: Schema): boolean {
    return fits(value, schema, this.target, { formats: true });
  }

  /** A schema itself, or the one that it refers to. */
  resolve(schema: Schema): SchemaObject {
    let found = schema;
    for (let hops = 0; typeof found === "object" && found.$ref !== undefined && hops < 50; hops++) {
      found = this.target(found);
    }
    return typeof found === "object" ? found : {};
  }

  /** The members of an object, those of its `allOf` too. */
  membersOf(schema: SchemaObject): (readonly [name: string, member: Schema, isRequired: boolean])[] {
    const { properties = {}, required = [] } = schema.allOf === undefined ? schema : withoutAllOf(schema, this.target);
    return Object.entries(properties).map(([name, member]) => [name, member, required.includes(name)]);
  }

  private named(named: NamedSchema): Sample {
    const known = this.made.get(named.name);
    if (known === "in the making") return recursive;
    if (known !== undefined) return known;
    if (this.depth >= maxDepth) return recursive;
    this.made.set(named.name, "in the making");
    this.depth++;
    const sample = this.of(named.schema);
    this.depth--;
    this.made.set(named.name, sample);
    return sample;
  }

  private of(schema: Schema): Sample {
    if (typeof schema === "boolean") return anything;
    if (schema.$ref !== undefined) return this.referred(schema);
    const sample = this.usual(schema);
    if (sample.fits && sample.size !== Number.POSITIVE_INFINITY) return sample;
    // At the end of a recursion, null is better than nothing.
    return this.fits(null, schema) ? scalar(null, true) : this.repaired(sample, schema);
  }

  private usual(schema: SchemaObject): Sample {
    const written = examplesOf(schema).find((value) => isShort(value) && this.fits(value, schema));
    if (written !== undefined) return scalar(written, true);
    const { allOf = [], anyOf, oneOf, rules } = schema;
    if (rules !== undefined) return this.ruled(schema, rules);
    const union = anyOf ?? oneOf;
    if (union !== undefined) return this.ofUnion(schema, union);
    return allOf.length === 0 ? this.plain(schema) : this.joined(schema, allOf);
  }

  /** A schema that is being sampled already is recursive here: the caller leaves it out where it can. */
  private referred(schema: SchemaObject): Sample {
    const named = this.schemas.get(nameOf(schema.$ref ?? ""));
    if (named === undefined) return anything;
    if (this.barred.has(named.name)) return recursive;
    const sample = this.named(named);
    if (named.sampleName === undefined || sample === recursive) return sample;
    return { ...sample, value: new Call(named.name, named.sampleName) };
  }

  /** The first way to keep to the rules that comes to a sample with which the whole fits. */
  private ruled({ rules: _rules, ...schema }: SchemaObject, rules: readonly Rule[]): Sample {
    if (rules.some(({ kind }) => kind === "unknown")) return { ...anything, fits: false };
    if (this.keeping >= maxKeeping) return { ...this.of(schema), fits: false };
    this.keeping++;
    const whole = { ...schema, rules };
    let first: Sample | undefined;
    for (const way of waysToKeep(schema, rules, (part, count) => this.several(part, count))) {
      const sample = this.of(way);
      if (sample.size === Number.POSITIVE_INFINITY) continue;
      const found = this.fits(sample.data, whole) ? { ...sample, fits: true } : this.repaired(sample, whole);
      if (found.fits) {
        this.keeping--;
        return found;
      }
      first ??= found;
    }
    this.keeping--;
    return first ?? recursive;
  }

  /** Values of a schema, no two of them alike. */
  private several(schema: Schema, count: number): readonly unknown[] {
    const sample = this.of(schema);
    const all = Array.from({ length: count }, (_, index) => this.variant(sample, schema, index).data);
    return [...new Set(all)];
  }

  /** A sample that does not fit, or one near it that does. */
  private repaired(sample: Sample, schema: SchemaObject): Sample {
    if (sample.size > maxRepaired) return sample;
    const { value, data, size } = sample;
    for (const other of near(data, schema, (part) => this.resolve(part))) {
      if (!this.fits(other, schema)) continue;
      // What stays as it was is printed as it was: a call of another schema's function.
      return { value: asPrinted(other, data, value), data: other, size, fits: true };
    }
    return { ...sample, fits: false };
  }

  /** The first member of a union with which the whole fits: of `oneOf`, that is no other member too. */
  private ofUnion(schema: SchemaObject, union: readonly Schema[]): Sample {
    const { anyOf: _anyOf, oneOf: _oneOf, allOf = [], ...rest } = schema;
    const hasOwn = allOf.length > 0 || typesOf(rest).includes("object") || rest.properties !== undefined;
    const isNull = (member: Schema): boolean => typeof member === "object" && member.type === "null";
    const members = [...union.filter((member) => !isNull(member)), ...union.filter(isNull)];
    let first: Sample | undefined;
    for (const member of members.slice(0, maxTries)) {
      const sample = hasOwn ? this.joined({ ...rest, allOf: [...allOf, member] }, [...allOf, member]) : this.of(member);
      if (sample.size === Number.POSITIVE_INFINITY) continue;
      if (this.fits(sample.data, schema)) return { ...sample, fits: true };
      first ??= { ...sample, fits: false };
    }
    return first ?? recursive;
  }

  /** Parts that hold together: their samples put together where that fits, else a sample of all as one schema. */
  private joined(schema: SchemaObject, parts: readonly Schema[]): Sample {
    const { allOf: _allOf, ...own } = schema;
    const samples = parts.map((part) => this.of(part));
    if (hasOwnPart(own)) samples.push(this.plain(own));
    const sample = this.merged(samples);
    if (sample.size !== Number.POSITIVE_INFINITY && this.fits(sample.data, schema)) return { ...sample, fits: true };
    const flat = this.flat(schema);
    const isBetter = flat.size !== Number.POSITIVE_INFINITY && this.fits(flat.data, schema);
    if (isBetter) return { ...flat, fits: true };
    return sample.size === Number.POSITIVE_INFINITY ? flat : { ...sample, fits: false };
  }

  /** With the references that are followed here is lost what would tell that a schema is in the making. */
  private flat(schema: SchemaObject): Sample {
    if (this.flattened >= maxFlattened || ++this.flattenings > maxFlattenings) return recursive;
    this.flattened++;
    const sample = this.of(withoutAllOf(schema, this.target));
    this.flattened--;
    return sample;
  }

  /** Objects are put together; of anything else the last one holds. */
  private merged(parts: readonly Sample[]): Sample {
    const [only] = parts;
    if (only !== undefined && parts.length === 1) return only;
    const size = parts.reduce((sum, part) => sum + part.size, 0);
    const objects = parts.filter(({ data }) => isObject(data));
    const last = parts.at(-1) ?? anything;
    if (objects.length === 0) return { ...last, size };
    const data = Object.assign({}, ...objects.map((part) => part.data));
    const values: unknown[] = [];
    for (const { value } of objects) {
      const previous = values.at(-1);
      if (isPlain(value) && isPlain(previous)) values[values.length - 1] = { ...previous, ...value };
      else if (!isPlain(value) || Object.keys(value).length > 0) values.push(value);
    }
    if (values.length < 2) return { value: values[0] ?? {}, data, size, fits: true };
    return { value: new CallCode(this.need("mergeSamples"), values), data, size, fits: true };
  }

  /** What a schema says beside `allOf`, `anyOf` and `oneOf`. */
  private plain(schema: SchemaObject): Sample {
    const type = typesOf(schema).find((name) => name !== "null") ?? typesOf(schema)[0];
    if (type === "object" || (type === undefined && schema.properties !== undefined)) return this.object(schema);
    if (type === "array" || (type === undefined && (schema.items ?? schema.prefixItems) !== undefined))
      return this.array(schema);
    if (type === "string") return this.checked(sampleString(schema), schema);
    if (type === "number" || type === "integer") return this.checked(sampleNumber(schema), schema);
    if (type === "boolean") return this.checked(true, schema);
    if (type === undefined && hasOwnPart(schema)) return this.object(schema);
    if (type === undefined && stringKeywords.some((key) => schema[key] !== undefined))
      return this.checked(sampleString(schema), schema);
    if (type === undefined && numberKeywords.some((key) => schema[key] !== undefined))
      return this.checked(sampleNumber(schema), schema);
    return anything;
  }

  private checked(value: unknown, schema: SchemaObject): Sample {
    return scalar(value, this.fits(value, schema));
  }

  private object(schema: SchemaObject): Sample {
    const { properties = {}, required = [], minProperties, maxProperties } = schema;
    const members: [string, Sample][] = [];
    let size = 1;
    const onlyRequired = typeof maxProperties === "number" && Object.keys(properties).length > maxProperties;
    for (const [name, property] of Object.entries(properties)) {
      const isRequired = required.includes(name);
      if (onlyRequired && !isRequired) continue;
      const sample = this.of(property);
      // What is optional and made of itself, or too much, is left out.
      if (!isRequired && (size + sample.size > maxValues || !sample.fits)) continue;
      members.push([name, sample.size === Number.POSITIVE_INFINITY ? emptyOf(property) : sample]);
      size += Math.min(sample.size, maxValues);
    }
    const unnamed = required.filter((name) => !Object.hasOwn(properties, name));
    const missing = typeof minProperties === "number" ? minProperties - members.length - unnamed.length : 0;
    for (const name of unnamed) members.push(this.unnamed(name, schema, true));
    for (let index = 0; index < Math.min(missing, maxItems); index++) {
      const [name, sample] = this.unnamed(`key${index + 1}`, schema, false);
      const isTaken = (other: string): boolean => members.some(([known]) => known === other);
      members.push([isTaken(name) ? (namesLike(name).find((other) => !isTaken(other)) ?? name) : name, sample]);
    }
    const isBounded = typeof maxProperties !== "number" || members.length <= maxProperties;
    return {
      value: Object.fromEntries(members.map(([name, { value }]) => [name, value])),
      data: Object.fromEntries(members.map(([name, { data }]) => [name, data])),
      size,
      fits: isBounded && members.every(([, sample]) => sample.fits),
    };
  }

  /** A member that no property describes. Where all names must have a form, one of that form. */
  private unnamed(name: string, schema: SchemaObject, isFixed: boolean): [string, Sample] {
    const { patternProperties = {}, additionalProperties = true } = schema;
    const patterns = Object.entries(patternProperties);
    const known = patterns.find(([pattern]) => matches(pattern, name));
    const [pattern, part] = known ?? (additionalProperties === false && !isFixed ? patterns[0] : undefined) ?? [];
    const formed = known === undefined && pattern !== undefined ? stringMatching(pattern, 1, 100) : name;
    const sample = this.of(part ?? additionalProperties);
    const isAllowed = known !== undefined || part !== undefined || additionalProperties !== false;
    return [formed ?? name, isAllowed && sample !== recursive ? sample : { ...anything, fits: false }];
  }

  private array(schema: SchemaObject): Sample {
    const { items, prefixItems = [], minItems, uniqueItems } = schema;
    const least = Math.min(typeof minItems === "number" ? minItems : 0, maxItems);
    const first = prefixItems.map((item) => this.of(item));
    const item = items === undefined || items === false ? undefined : this.of(items);
    const isTooMuch = item !== undefined && (item.size > maxValues || !item.fits);
    const length = Math.max(0, (isTooMuch ? least : Math.max(1, least)) - first.length);
    const rest =
      item === undefined || (isTooMuch && item.size === Number.POSITIVE_INFINITY)
        ? []
        : Array.from({ length }, (_, index) =>
            uniqueItems === true ? this.variant(item, items ?? true, index) : item,
          );
    const all = [...first, ...rest];
    const size = all.reduce((sum, sample) => sum + sample.size, 1);
    return {
      value: all.map(({ value }) => value),
      data: all.map(({ data }) => data),
      size,
      fits: all.every((sample) => sample.fits) && isWithinItems(all.length, schema),
    };
  }

  /** Another item for a list in which no two are alike. */
  private variant(item: Sample, items: Schema, index: number): Sample {
    if (index === 0) return item;
    const listed = this.resolve(items).enum?.[index];
    for (const other of listed === undefined ? otherValues(item.data, index) : [listed])
      if (this.fits(other, items)) return { ...scalar(other, true), size: item.size };
    return { ...item, fits: false };
  }
}

function nameOf(ref: string): string {
  return ref.slice(ref.lastIndexOf("/") + 1);
}

/** Data that differs from other data in little, printed like that where it does not. */
function asPrinted(data: unknown, before: unknown, printed: unknown): unknown {
  if (data === before) return printed;
  if (!isPlain(data) || !isPlain(printed) || !isObject(before)) return data;
  const shown = printed as Readonly<Record<string, unknown>>;
  return Object.fromEntries(
    Object.entries(data).map(([name, member]) => [
      name,
      Object.hasOwn(shown, name) ? asPrinted(member, before[name], shown[name]) : member,
    ]),
  );
}

function scalar(value: unknown, fits: boolean): Sample {
  return { value, data: value, size: 1, fits };
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

/** What the document says a value looks like: a fixed one, an example, one of a few. */
function examplesOf({
  const: fixed,
  example,
  examples = [],
  enum: values = [],
  default: usual,
}: SchemaObject): unknown[] {
  const all = [fixed, example, ...[examples].flat(), ...values, usual];
  return all.filter((value) => value !== undefined && value !== null);
}

const ownKeywords = ["type", "properties", "required", "items", "prefixItems", "additionalProperties", "minProperties"];

/** Keywords that say what a value without a type is. */
const stringKeywords = ["minLength", "maxLength", "pattern", "format"];
const numberKeywords = ["minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"];

function hasOwnPart(schema: SchemaObject): boolean {
  return ownKeywords.some((key) => schema[key] !== undefined);
}

/** For a member that must be there and would go on for ever. */
function emptyOf(schema: Schema): Sample {
  return typeof schema === "object" && schema.type === "array"
    ? scalar([], (schema["minItems"] ?? 0) === 0)
    : { ...anything, fits: false };
}

/** Names of the same form, for a pattern of names. */
function namesLike(name: string): readonly string[] {
  return Array.from({ length: maxItems }, (_, index) => variantsOf(name, index + 1).toReversed())
    .flat()
    .map(String);
}

function isWithinItems(length: number, { minItems, maxItems: most }: SchemaObject): boolean {
  return length >= Number(minItems ?? 0) && (typeof most !== "number" || length <= most);
}

function isPlain(value: unknown): value is object {
  return isObject(value) && Object.getPrototypeOf(value) === Object.prototype;
}
