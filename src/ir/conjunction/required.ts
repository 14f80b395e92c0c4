import type { Schema, SchemaObject } from "../api.js";
import type { Facts, Members } from "./facts.js";
import type { Parts, Union } from "./gather.js";
import { both } from "./merge.js";

/** Parts of which {@link Parts.own} is possible. */
export interface Possible extends Parts {
  readonly own: SchemaObject;
}

/** Whatever part requires a member, the part that declares it is the one whose type has to say so. */
export function required({ own, refs, unions }: Possible, facts: Facts): Possible {
  const mine = facts.membersOf(own);
  const theirs = refs.map((ref) => facts.membersOf(ref));
  const choices = unions.map(({ keyword, members }) => facts.membersOf({ [keyword]: members }));
  const others = [...refs, ...unions.map(({ keyword, members }) => ({ [keyword]: members }))];
  const mayBeObject = others.every((part) => facts.typesOf(part).has("object"));
  const everyone = [mine, ...theirs, ...choices];
  const isSettled = (name: string): boolean => everyone.some(({ settled }) => settled.has(name));
  const pending = new Set(everyone.flatMap((members) => [...members.required].filter((name) => !isSettled(name))));
  const promoted = new Map<SchemaObject, string[]>();
  const demanded = new Map<Union, string[]>();
  const properties: Record<string, Schema> = { ...own.properties };
  for (const name of pending) {
    if (mine.declared.has(name)) continue;
    const ref = refs[theirs.findIndex(({ everywhere }) => everywhere.has(name))];
    if (ref !== undefined) {
      push(promoted, ref, name);
      continue;
    }
    const declaring = unions.filter((_, index) => choices[index]?.declared.has(name));
    for (const union of declaring) push(demanded, union, name);
    if (declaring.length > 0) continue;
    for (const [index, { declared }] of theirs.entries()) {
      const partly = refs[index];
      if (partly !== undefined && declared.has(name)) push(promoted, partly, name);
    }
    // Where nothing is known but the name, a reference that requires it says that itself.
    if (mine.required.has(name) && mayBeObject) properties[name] = own.additionalProperties || true;
  }
  const asked = [...mine.required, ...pending].filter((name) => Object.hasOwn(properties, name));
  const outside = { declaredIn: (name: string) => declaredIn(name, own, refs, theirs, facts), isSettled };
  return {
    own: withMembers(own, properties, [...new Set(asked)]),
    refs: refs.map((ref) => withRequired(ref, promoted.get(ref))),
    unions: unions.map((union) => ({
      ...union,
      members: union.members.map((member) => withOutside(member, demanded.get(union) ?? [], outside, facts)),
    })),
  };
}

function withMembers(
  { properties: _properties, required: _required, ...rest }: SchemaObject,
  properties: Readonly<Record<string, Schema>>,
  required: readonly string[],
): SchemaObject {
  return {
    ...rest,
    ...(Object.keys(properties).length === 0 ? {} : { properties }),
    ...(required.length === 0 ? {} : { required }),
  };
}

function push<Key>(map: Map<Key, string[]>, key: Key, name: string): void {
  const known = map.get(key);
  if (known === undefined) map.set(key, [name]);
  else known.push(name);
}

function withRequired(ref: SchemaObject, names: readonly string[] | undefined): SchemaObject {
  return names === undefined ? ref : { allOf: [ref], required: names };
}

/** The schema of a member that stands beside a union. */
function declaredIn(
  name: string,
  own: SchemaObject,
  refs: readonly SchemaObject[],
  theirs: readonly Members[],
  facts: Facts,
): Schema | undefined {
  const { properties = {} } = own;
  if (Object.hasOwn(properties, name)) return properties[name];
  const ref = refs[theirs.findIndex(({ everywhere }) => everywhere.has(name))];
  return ref === undefined ? undefined : facts.memberOf(ref, name);
}

interface Outside {
  declaredIn(name: string): Schema | undefined;
  isSettled(name: string): boolean;
}

/** A member of a union with what is required of it, and with the types of what it requires of the parts beside it. */
function withOutside(member: Schema, demanded: readonly string[], outside: Outside, facts: Facts): Schema {
  if (typeof member === "boolean" || !facts.typesOf(member).has("object")) return member;
  const { declared, required: names } = facts.membersOf(member);
  const bare = [...names].filter((name) => !declared.has(name));
  const known = bare.flatMap((name): [string, Schema][] => {
    const schema = outside.isSettled(name) ? undefined : outside.declaredIn(name);
    return schema === undefined ? [] : [[name, schema]];
  });
  const settled = bare.filter((name) => outside.isSettled(name));
  const own = settled.length === 0 ? member : withoutRequired(member, settled);
  const extra: SchemaObject = {
    ...(known.length === 0 ? {} : { properties: Object.fromEntries(known) }),
    ...(demanded.length + known.length === 0 ? {} : { required: [...demanded, ...known.map(([name]) => name)] }),
  };
  return Object.keys(extra).length === 0 ? own : both(own, extra);
}

/** What is required beside a union anyway need not be required in it. */
function withoutRequired(member: SchemaObject, names: readonly string[]): SchemaObject {
  const { required: all = [], ...rest } = member;
  const left = all.filter((name) => !names.includes(name));
  return left.length === 0 ? rest : { ...rest, required: left };
}
