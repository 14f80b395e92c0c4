// Makes values for schemas of a document, by chance that is the same at every run. Not all of them fit: ajv decides.

/** Texts that go wrong where something is encoded twice, or not at all. */
const awkward = ["a b", "x&y=z", "50%", "a+b", "é", "a/b?c#d", "[0]", "k:v;w", "q\"'q", "%2F", "tab"];
const plain = ["abc", "x1", "red", "b-2"];
const formats = {
  "date-time": "2024-05-06T07:08:09Z",
  date: "2024-05-06",
  time: "07:08:09Z",
  duration: "P1D",
  uuid: "0c9d4d0e-7c1a-4b43-9d52-6a0e4f7f7a11",
  uri: "https://example.com/a?b=c&d=e",
  url: "https://example.com/a?b=c&d=e",
  email: "a+b@example.com",
  hostname: "example.com",
  ipv4: "192.0.2.7",
  ipv6: "2001:db8::7",
  byte: "aGk=",
};

/** A value has so many optional members, with all that is in it. */
const maxMembers = 300;

/** The same numbers for the same seed. */
export function seeded(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

export class ValueMaker {
  /**
   * @param options.share of optional members that are made
   * @param options.isPlain only texts that need no encoding
   * @param options.hasBytes `format: binary` is bytes, as in forms
   * @param options.hasNull null is among the values of what may be null
   */
  constructor(schemas, direction, random, options = {}) {
    this.schemas = schemas;
    this.direction = direction;
    this.random = random;
    this.options = { share: 0.5, isPlain: false, hasBytes: false, hasNull: true, ...options };
  }

  of(written, depth = 0) {
    if (depth === 0) this.left = maxMembers;
    const schema = this.schemas.resolve(written);
    if (typeof schema !== "object" || schema === null) return "any";
    if (schema.const !== undefined) return schema.const;
    if (Array.isArray(schema.enum) && schema.enum.length > 0) return this.pick(this.withoutNull(schema.enum));
    const types = this.withoutNull([schema.type ?? []].flat());
    const mayBeNull = schema.nullable === true || [schema.type].flat().includes("null");
    if (mayBeNull && this.options.hasNull && this.random() < 0.15) return null;
    const union = schema.oneOf ?? schema.anyOf;
    if (Array.isArray(union) && union.length > 0) return this.union(schema, union, depth);
    if (Array.isArray(schema.allOf)) return this.joined(schema, schema.allOf, depth);
    const type = types.length > 0 ? this.pick(types) : typeFrom(schema);
    if (type === "object") return this.object(schema, depth);
    if (type === "array") return this.array(schema, depth);
    if (type === "integer" || type === "number") return this.number(schema, type);
    if (type === "boolean") return this.random() < 0.5;
    return type === "string" || type === "file" ? this.text(schema) : "any";
  }

  pick(values) {
    return values[Math.floor(this.random() * values.length)];
  }

  withoutNull(values) {
    const others = values.filter((value) => value !== null && value !== "null");
    return others.length > 0 ? others : values;
  }

  union(schema, union, depth) {
    const members = union.filter((member) => this.schemas.resolve(member)?.type !== "null");
    const { oneOf: _oneOf, anyOf: _anyOf, ...own } = schema;
    const member = this.pick(depth > 6 ? members.slice(0, 1) : members) ?? {};
    const hasOwn = own.properties !== undefined || own.allOf !== undefined || own.required !== undefined;
    const made = hasOwn ? this.joined(own, [...(own.allOf ?? []), member], depth) : this.of(member, depth + 1);
    return this.tagged(schema, member, made);
  }

  /** With the value of the discriminator that means a member. */
  tagged({ discriminator }, member, made) {
    if (discriminator === undefined || typeof member.$ref !== "string" || typeof made !== "object") return made;
    const name = member.$ref.split("/").at(-1);
    const mapped = Object.entries(discriminator.mapping ?? {}).find(([, to]) => to === member.$ref || to === name);
    const property = this.schemas.resolve(this.schemas.resolve(member)?.properties?.[discriminator.propertyName]);
    if (property?.enum !== undefined || property?.const !== undefined) return made;
    return { ...made, [discriminator.propertyName]: mapped?.[0] ?? name };
  }

  joined(schema, parts, depth) {
    const { allOf: _allOf, ...own } = schema;
    const values = parts.map((part) => this.of(part, depth + 1));
    if (own.properties !== undefined || own.type === "object") values.push(this.object(own, depth, false));
    const objects = values.filter((value) => typeof value === "object" && value !== null && !Array.isArray(value));
    if (objects.length === 0) return values.at(-1);
    const joined = Object.assign({}, ...objects);
    for (const name of own.required ?? []) if (!(name in joined)) joined[name] = this.member(parts, name, depth);
    return joined;
  }

  member(parts, name, depth) {
    for (const part of parts) {
      const target = this.schemas.resolve(part);
      const found = target?.properties?.[name] ?? (target?.allOf && this.member(target.allOf, name, depth));
      if (found !== undefined) return typeof found === "object" ? this.of(found, depth + 1) : found;
    }
    return "any";
  }

  object(schema, depth, hasFree = true) {
    const made = {};
    const hidden = this.direction === "write" ? "readOnly" : "writeOnly";
    for (const [name, property] of Object.entries(schema.properties ?? {})) {
      const followed = { ...this.schemas.resolve(property), ...property };
      if (followed[hidden] === true) continue;
      const isRequired = schema.required?.includes(name) === true;
      if (!isRequired && (depth > 4 || this.left-- < 0 || this.random() >= this.options.share)) continue;
      if (depth > 12) continue;
      const value = this.of(property, depth + 1);
      if (value !== undefined)
        Object.defineProperty(made, name, { value, enumerable: true, configurable: true, writable: true });
    }
    const { additionalProperties: free } = schema;
    const isMap = schema.properties === undefined && typeof free === "object" && hasFree;
    if (isMap && depth < 6 && this.random() < this.options.share + 0.2) made["key 1"] = this.of(free, depth + 1);
    for (let index = Object.keys(made).length; index < (schema.minProperties ?? 0) && index < 5; index++)
      made[`key${index}`] = typeof free === "object" ? this.of(free, depth + 1) : "any";
    return made;
  }

  array(schema, depth) {
    const { minItems = 0, maxItems = 3, items = {}, prefixItems = [] } = schema;
    const least = Math.max(minItems, depth > 4 ? 0 : 1);
    const length = Math.min(maxItems, Math.max(minItems, least + Math.floor(this.random() * 2)));
    return Array.from({ length: Math.min(length, 20) }, (_, index) => this.of(prefixItems[index] ?? items, depth + 1));
  }

  number({ minimum, maximum, exclusiveMinimum, exclusiveMaximum, multipleOf }, type) {
    const low = Math.max(minimum ?? -5, typeof exclusiveMinimum === "number" ? exclusiveMinimum + 1 : -5);
    const high = Math.min(
      maximum ?? low + 100,
      typeof exclusiveMaximum === "number" ? exclusiveMaximum - 1 : low + 100,
    );
    const value = Math.max(low, minimum ?? low) + this.random() * Math.max(0, high - low);
    if (multipleOf !== undefined) return Math.ceil(value / multipleOf) * multipleOf;
    return type === "integer" ? Math.min(Math.ceil(value), Math.floor(high)) : Math.round(value * 100) / 100;
  }

  text({ format, type, pattern, example, examples, minLength = 0, maxLength = Number.POSITIVE_INFINITY }) {
    if (this.options.hasBytes && (format === "binary" || type === "file"))
      return new Blob([`bytes ${Math.floor(this.random() * 100)}`], { type: "application/octet-stream" });
    if (formats[format] !== undefined) return formats[format];
    if (pattern !== undefined) return this.matching(pattern, [example, ...[examples ?? []].flat()]);
    const text = this.pick(this.options.isPlain ? plain : [...awkward, ...plain]);
    return text.padEnd(Math.min(minLength, 10_000), "x").slice(0, maxLength);
  }

  /** A pattern is not taken apart: an example, or one of the usual texts. */
  matching(pattern, examples) {
    const all = [
      ...examples,
      "abc",
      "ABC",
      "1",
      "12",
      "123",
      "a1",
      "a-b",
      "a_b",
      "2024-05-06",
      "#AABBCC",
      "en",
      "en-US",
      "12:30",
    ];
    return all.find((text) => typeof text === "string" && new RegExp(pattern).test(text)) ?? "abc";
  }
}

function typeFrom(schema) {
  if (schema.properties !== undefined || typeof schema.additionalProperties === "object") return "object";
  if (schema.items !== undefined || schema.prefixItems !== undefined) return "array";
  return undefined;
}
