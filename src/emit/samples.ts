import { fits, typesOf } from "../ir/fits.js";
import type { NamedSchema, Rule, Schema, SchemaObject } from "../ir/index.js";
import { withoutAllOf } from "./merge-schemas.js";
import {
  anything,
  asPrinted,
  Call,
  calledBy,
  isWhole,
  mergedSamples,
  recursive,
  type Sample,
  scalar,
} from "./sample.js";
import { examplesOf, isShort } from "./sample-examples.js";
import { hasOwnPart, plainSample } from "./sample-objects.js";
import { near, otherValues } from "./sample-repair.js";
import { waysToKeep } from "./sample-rules.js";

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
    for (const called of typeof sample === "object" ? calledBy(sample.value) : []) {
      const known = callers.get(called) ?? new Set();
      callers.set(called, known.add(name));
    }
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

  of(schema: Schema): Sample {
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
    return allOf.length === 0 ? plainSample(schema, this) : this.joined(schema, allOf);
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
    if (hasOwnPart(own)) samples.push(plainSample(own, this));
    const sample = mergedSamples(samples, () => this.need("mergeSamples"));
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

  /** Another item for a list in which no two are alike. */
  variant(item: Sample, items: Schema, index: number): Sample {
    if (index === 0) return item;
    const listed = this.resolve(items).enum?.[index];
    for (const other of listed === undefined ? [...otherValues(item.data, index), index] : [listed])
      if (this.fits(other, items)) return { ...scalar(other, true), size: item.size };
    return { ...item, fits: false };
  }
}

function nameOf(ref: string): string {
  return ref.slice(ref.lastIndexOf("/") + 1);
}
