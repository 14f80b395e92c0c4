import type { Cursor, Problems } from "../diagnostics/index.js";
import { didYouMean, nearest } from "../diagnostics/suggest.js";

/** The fields of each object of an overlay (Overlay Specification 1.1 §4.4), with their types. */
const overlayFields = { overlay: "version", info: "object", extends: "string", actions: "list" } as const;
const infoFields = { title: "string", version: "string", description: "string" } as const;
const actionFields = {
  target: "string",
  description: "string",
  update: "any",
  remove: "boolean",
  copy: "string",
} as const;

type Kind = "version" | "object" | "string" | "list" | "boolean" | "any";

/**
 * Whether an overlay conforms to the specification; every violation is reported at its place. A misspelled field would
 * otherwise be ignored silently.
 */
export function checkOverlay(overlay: Cursor, problems: Problems): boolean {
  const before = problems.list.length;
  const info = overlay.get("info");
  const actions = overlay.get("actions");
  checkFields(overlay, overlayFields, ["overlay", "info", "actions"], problems);
  if (info !== undefined) checkFields(info, infoFields, ["title", "version"], problems);
  if (actions?.items().length === 0 && Array.isArray(actions.value))
    problems.add(
      "overlay",
      "An overlay needs at least one action.",
      "Add an action, or don't pass the overlay.",
      actions,
    );
  const seen = new Set<string>();
  for (const action of actions?.items() ?? []) {
    checkFields(action, actionFields, ["target"], problems);
    if (action.get("copy") !== undefined && /^1\.0/.test(String(overlay.get("overlay")?.value)))
      problems.add("overlay", "'copy' requires version 1.1.", "Set the version:\n  overlay: 1.1.0", action.get("copy"));
    const text = JSON.stringify(action.value);
    if (seen.has(text)) problems.add("overlay", "Duplicate action.", "Remove one of them.", action);
    seen.add(text);
  }
  return problems.list.length === before;
}

function checkFields(
  at: Cursor,
  fields: Readonly<Record<string, Kind>>,
  required: readonly string[],
  problems: Problems,
): void {
  if (typeof at.value !== "object" || at.value === null || Array.isArray(at.value)) {
    problems.add("overlay", "This must be an object.", `Its fields: ${Object.keys(fields).join(", ")}.`, at);
    return;
  }
  for (const name of required) {
    if (at.get(name) === undefined)
      problems.add("overlay", `'${name}' is missing.`, "Add it. The Overlay Specification requires it.", at);
  }
  for (const [name, field] of at.entries()) {
    const kind = Object.hasOwn(fields, name) ? fields[name] : undefined;
    if (kind === undefined) {
      if (!name.startsWith("x-"))
        problems.add(
          "overlay",
          `Unknown field '${name}'.${didYouMean(nearest(name, Object.keys(fields)))}`,
          `Valid fields: ${Object.keys(fields).join(", ")}.`,
          field,
        );
    } else if (!isOfKind(field.value, kind))
      problems.add("overlay", `'${name}' can't be ${JSON.stringify(field.value)}.`, `Use ${whatIs[kind]}.`, field);
  }
}

const whatIs: Readonly<Record<Kind, string>> = {
  version: "1.0.0 or 1.1.0",
  object: "an object",
  string: "a string. In YAML, put numbers in quotes",
  list: "a list",
  boolean: "true or false, without quotes",
  any: "a value",
};

function isOfKind(value: unknown, kind: Kind): boolean {
  if (kind === "any") return true;
  if (kind === "version") return /^1\.[01]\.\d+$/.test(String(value));
  if (kind === "list") return Array.isArray(value);
  if (kind === "object") return typeof value === "object" && value !== null && !Array.isArray(value);
  return typeof value === kind;
}
