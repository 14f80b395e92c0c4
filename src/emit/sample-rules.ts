import type { Rule, Schema, SchemaObject } from "../ir/index.js";

/** Samples are tried for so many ways to keep to the rules of a schema. */
const maxWays = 24;

type Several = (schema: Schema, count: number) => readonly unknown[];

/** What must be added to a schema so that a sample of it keeps to a rule. */
type Way = (schema: SchemaObject) => SchemaObject;

/**
 * Schemas without rules, of which a sample may keep to the rules of this one: nothing but samples tells. The first is the
 * schema as it is.
 *
 * @param several values of a schema, no two alike
 */
export function* waysToKeep(schema: SchemaObject, rules: readonly Rule[], several: Several): Generator<SchemaObject> {
  yield schema;
  const ways = rules.map((rule) => waysOf(rule, several)).filter((own) => own.length > 0);
  const count = ways.reduce((product, own) => product * own.length, 1);
  for (let index = 0; index < Math.min(count, maxWays) && ways.length > 0; index++) {
    let rest = index;
    let built = schema;
    for (const own of ways) {
      built = own[rest % own.length]?.(built) ?? built;
      rest = Math.floor(rest / own.length);
    }
    yield built;
  }
}

function waysOf(rule: Rule, several: Several): readonly Way[] {
  switch (rule.kind) {
    case "if":
      return [also({ allOf: [rule.when, rule.met] }), also(withRule(rule.unmet, { kind: "not", schema: rule.when }))];
    case "contains":
      return [(schema) => containing(schema, rule.schema, rule.least)];
    case "names":
      return [(schema) => named(schema, rule.schema, several)];
    case "dependent":
      return [also(rule.schema), asIs];
    case "anyOf":
    case "oneOf":
      return rule.schemas.map(also);
    case "not":
    case "unknown":
      return [];
  }
}

const asIs: Way = (schema) => schema;

function also(part: Schema): Way {
  return part === true ? asIs : (schema) => ({ allOf: [schema, part] });
}

function withRule(schema: Schema, rule: Rule): Schema {
  return { allOf: [schema, { rules: [rule] }] };
}

function containing(schema: SchemaObject, part: Schema, least: number): SchemaObject {
  const { prefixItems = [], items = true } = schema;
  const both: Schema = items === true ? part : { allOf: [items, part] };
  const contained = Array.from({ length: Math.min(least, 10) }, () => both);
  return { type: "array", ...schema, prefixItems: [...prefixItems, ...contained] };
}

/** Members that no property describes are called as the rule asks. */
function named(schema: SchemaObject, names: Schema, several: Several): SchemaObject {
  const { properties = {}, additionalProperties = true, minProperties = 0 } = schema;
  const missing = Math.min(Number(minProperties), 20) - Object.keys(properties).length;
  if (!(missing > 0)) return schema;
  const members = several(names, missing).map((name) => [String(name), additionalProperties]);
  return { ...schema, properties: { ...Object.fromEntries(members), ...properties } };
}
