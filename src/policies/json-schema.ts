import { durationMs } from "../../runtime/src/base/duration.js";
import type { SettingRow } from "../../runtime/src/policies/settings.js";
import { presetNames } from "./presets.js";
import { descriptions, membersOf, type ReferenceName, rowOf } from "./reference.js";

type Schema = Readonly<Record<string, unknown>>;

const durationPattern = "^\\d+(\\.\\d+)? ?(ms|s|m|h)$";
const headerPattern = "^[!#$%&'*+.^_`|~0-9A-Za-z-]+$";

/** The published JSON Schema of `x-resilience`, from the table of settings: `npm run schema` writes it. */
export function resilienceSchema(): Schema {
  return {
    $schema: "https://json-schema.org/draft/2020-12/schema",
    $id: "https://resil-gen.dev/x-resilience.schema.json",
    title: "x-resilience",
    description:
      "Resilience policies of an API, a path or an operation. A number is milliseconds, a string has a unit: 250ms, 2s, 5m, 1h.",
    type: "object",
    additionalProperties: false,
    properties: {
      preset: {
        description: "A named set of policies. Other keys of the same level override it.",
        type: "string",
        enum: presetNames,
        default: "standard",
      },
      ...members(""),
    },
    $defs: { duration: { pattern: durationPattern } },
  };
}

function members(section: string): Schema {
  const start = section === "" ? 0 : section.length + 1;
  return Object.fromEntries(membersOf(section).map((name) => [name.slice(start), schemaOf(name)]));
}

function schemaOf(name: ReferenceName): Schema {
  const [usual, unit] = rowOf(name) ?? [];
  const description = descriptions[name];
  if (unit === "group" || unit === "policy") return { description, ...sectionSchema(name, unit) };
  if (unit === "window") {
    const calls = members(name);
    return {
      description,
      ...numbers(name, ["object", "string", "number"]),
      additionalProperties: false,
      required: ["calls"],
      properties: calls,
      default: usual,
    };
  }
  return { description, ...valueSchema(name), ...(usual === undefined ? {} : { default: usual }) };
}

function sectionSchema(name: ReferenceName, unit: "group" | "policy"): Schema {
  const short = (rowOf(name) as SettingRow)[2];
  const canSwitch = unit === "policy" || name === "timeout";
  const own = typeof short === "string" ? (valueSchema(`${name}.${short}` as ReferenceName) as Schema) : {};
  return {
    ...own,
    type: ["object", ...(canSwitch ? ["boolean"] : []), ...[own["type"] ?? []].flat()],
    additionalProperties: false,
    properties: members(name),
  };
}

/** What a single value may be. */
function valueSchema(name: ReferenceName): Schema {
  const [usual, unit, least, most] = rowOf(name) as SettingRow;
  if (Array.isArray(unit)) return { type: "string", enum: unit };
  switch (unit as string) {
    case "time":
      return numbers(name, ["string", "number"]);
    case "limit":
      return numbers(name, ["string", "number", "boolean"]);
    case "integer":
    case "number":
      return { type: unit, minimum: least, maximum: most };
    case "boolean":
      return { type: "boolean" };
    case "bytes":
      return { type: ["string", "integer", "boolean"], minimum: least, pattern: "^\\d+(\\.\\d+)? ?(B|kB|MB|GB)$" };
    case "scope":
      return { type: "string", minLength: 1, maxLength: 100 };
    case "jitter":
      return { type: "string", enum: ["full", "equal", "none"] };
    case "conditions":
      return {
        type: "array",
        uniqueItems: true,
        items: { type: ["string", "integer"], minimum: least, maximum: most, pattern: "^(network|timeout|5XX)$" },
      };
    case "text":
    case "name":
      return { type: "string", minLength: 1 };
    case "header":
      return { type: "string", pattern: headerPattern };
    case "headerOrOff":
      return { type: ["string", "boolean"], pattern: headerPattern };
    default:
      return usual === undefined ? {} : { default: usual };
  }
}

/** Numbers are ms; the range of strings is checked by `checkRanges`, for no JSON Schema can. */
function numbers(name: ReferenceName, type: readonly string[]): Schema {
  const [, , least, most] = rowOf(name) as SettingRow;
  return { type, $ref: "#/$defs/duration", minimum: durationMs(least), maximum: durationMs(most) };
}
