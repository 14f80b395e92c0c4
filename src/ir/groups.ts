import type { SpecOperation } from "../load/index.js";
import { camelCase, kebabCase } from "./identifiers.js";
import { claimAll, Names } from "./names.js";

/** A file with more operations than this is split. */
const maxOperations = 100;

/** Names of devices that Windows does not let a file have. */
const devices = /^(con|prn|aux|nul|com\d|lpt\d)$/;

/** The file of every operation: by its first tag, else by the first path segment that tells the untagged apart. */
export function fileNames(operations: readonly SpecOperation[]): Map<SpecOperation, string> {
  const untagged = operations.filter(({ tags }) => tags.length === 0);
  const common = commonSegments(untagged);
  const byFile = new Map<string, SpecOperation[]>();
  for (const operation of operations) {
    const file = fileNameOf(operation.tags[0] ?? segments(operation.path)[common] ?? "");
    const members = byFile.get(file);
    if (members === undefined) byFile.set(file, [operation]);
    else members.push(operation);
  }
  return new Map(
    [...byFile].flatMap(([file, members]) =>
      members.length > maxOperations ? split(file, members) : members.map((member) => [member, file] as const),
    ),
  );
}

/** A large group falls apart by the path segment that tells its members apart, and its parts likewise. */
function split(file: string, members: readonly SpecOperation[]): (readonly [SpecOperation, string])[] {
  const common = commonSegments(members);
  const parts = new Map<string, SpecOperation[]>();
  for (const member of members) {
    const segment = kebabCase(segments(member.path)[common] ?? "");
    const part = parts.get(segment);
    if (part === undefined) parts.set(segment, [member]);
    else part.push(member);
  }
  return [...parts].flatMap(([segment, part]) => {
    // `repos` of `repos` are `repos`.
    const name = file === segment || file.endsWith(`-${segment}`) ? file : fileNameOf(`${file} ${segment}`);
    return part.length > maxOperations && parts.size > 1
      ? split(name, part)
      : part.map((member) => [member, name] as const);
  });
}

/** What stands beside the modules where they are imported. */
const localNames = ["bindOperations", "client", "error", "operation", "options"];

/** What each file is called where it is imported as a whole: `pet-store` is `petStore`. */
export function moduleNames(files: readonly string[]): Map<string, string> {
  return claimAll(new Names(localNames), files, camelCase);
}

function fileNameOf(text: string): string {
  const name = kebabCase(text).slice(0, 60).replace(/-+$/, "") || "operations";
  return devices.test(name) ? `${name}-` : name;
}

/** The path without parameters, and without what is no part of it (`/#Action=Send`, as in descriptions of AWS). */
function segments(path: string): string[] {
  const [own = ""] = path.split(/[?#]/, 1);
  return own.split("/").filter((segment) => segment !== "" && !segment.includes("{"));
}

/** How many segments all paths begin with alike. */
function commonSegments(operations: readonly SpecOperation[]): number {
  const [first = [], ...rest] = operations.map(({ path }) => segments(path));
  let count = 0;
  while (count < first.length && rest.length > 0 && rest.every((other) => other[count] === first[count])) count++;
  return count;
}
