import { isDeepStrictEqual } from "node:util";
import type { Api, PolicySet } from "../ir/index.js";
import { printComment } from "./print/comment.js";
import { Code, printLiteral } from "./print/literal.js";
import { type EmitSettings, SourceFile } from "./source-file.js";
import { block } from "./template.js";

/** What is worth a name of its own: these are long, and the same in most sets of a preset. */
const partNames = ["retry", "breaker", "bulkhead"] as const;
type PartName = (typeof partNames)[number];

interface Part {
  readonly name: string;
  readonly of: PartName;
  readonly value: object;
}

/** `policies.ts`: the distinct policy sets. Equal sets and equal parts of them are written once. */
export function policiesFile({ policySets }: Api, settings: EmitSettings): SourceFile {
  const file = new SourceFile("policies.ts", settings);
  // Others refer to the shared sets, so those come first.
  const sets = [
    ...policySets.filter(({ preset }) => preset !== undefined),
    ...policySets.filter(({ preset }) => preset === undefined),
  ];
  const parts = sharedParts(sets).filter(
    ({ of, value }) => sets.filter(({ policies }) => isDeepStrictEqual(policies[of], value)).length > 1,
  );
  if (sets.length > 0) file.add("// Times are in ms, sizes in bytes.");
  for (const part of parts)
    file.addBlock(block("policies.ts", "$part"), {
      part: part.name,
      partName: `"${part.of}"`,
      partValues: printLiteral(readable(part.value)),
    });
  for (const [index, set] of sets.entries()) {
    const same = sets.slice(0, index).find(({ policies }) => isDeepStrictEqual(policies, set.policies));
    const values = same === undefined ? printLiteral(withParts(set, parts)) : same.name;
    file.addBlock(block("policies.ts", "$policies"), {
      docs: printComment([set.docs]).trimEnd(),
      policies: set.name,
      values,
    });
  }
  return file;
}

/** The parts of the shared sets, named by preset, so that another operation renames none. */
function sharedParts(sets: readonly PolicySet[]): Part[] {
  const parts = new Map<string, Part>();
  for (const { preset, policies } of sets) {
    for (const of of preset === undefined ? [] : partNames) {
      const value = policies[of];
      const name = `${preset}${of.charAt(0).toUpperCase()}${of.slice(1)}`;
      if (value !== false && !parts.has(name)) parts.set(name, { name, of, value });
    }
  }
  return [...parts.values()];
}

function withParts({ policies }: PolicySet, parts: readonly Part[]): object {
  const named = parts.filter(({ of, value }) => isDeepStrictEqual(policies[of], value));
  return {
    ...(readable(policies) as object),
    ...Object.fromEntries(named.map(({ of, name }) => [of, new Code(name)])),
  };
}

/** The same with separators in numbers of five digits and more. */
function readable(value: unknown): unknown {
  if (typeof value === "number" && Number.isInteger(value) && Math.abs(value) >= 10_000)
    return new Code(String(value).replace(/\B(?=(\d{3})+$)/g, "_"));
  if (Array.isArray(value)) return value.map(readable);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, readable(member)]));
}
