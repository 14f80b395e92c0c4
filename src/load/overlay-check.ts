import type { Cursor, Problems } from "../diagnostics/index.js";
import { suggestion } from "../diagnostics/suggest.js";

/** The fields of each object of an overlay (Overlay Specification 1.1 §4.4), with what each must be. */
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
 * Whether an overlay has the form that the specification asks for; every fault is told at its place. A misspelt field
 * would otherwise do nothing, silently.
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
      "an overlay needs at least one action",
      "Add an action, or leave the overlay away.",
      actions,
    );
  const seen = new Set<string>();
  for (const action of actions?.items() ?? []) {
    checkFields(action, actionFields, ["target"], problems);
    if (action.get("copy") !== undefined && /^1\.0/.test(String(overlay.get("overlay")?.value)))
      problems.add("overlay", "'copy' came with version 1.1", "Write overlay: 1.1.0.", action.get("copy"));
    const text = JSON.stringify(action.value);
    if (seen.has(text)) problems.add("overlay", "this action stands there twice", "Remove one of the two.", action);
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
    problems.add("overlay", "this must be an object", `Its fields are ${Object.keys(fields).join(", ")}.`, at);
    return;
  }
  for (const name of required) {
    if (at.get(name) === undefined)
      problems.add("overlay", `'${name}' is missing`, "Add it: the Overlay Specification asks for it.", at);
  }
  for (const [name, field] of at.entries()) {
    const kind = Object.hasOwn(fields, name) ? fields[name] : undefined;
    if (kind === undefined) {
      if (!name.startsWith("x-"))
        problems.add(
          "overlay",
          `'${name}' is no field of an overlay here`,
          suggestion(name, Object.keys(fields)),
          field,
        );
    } else if (!isOfKind(field.value, kind))
      problems.add("overlay", `'${name}' cannot be ${JSON.stringify(field.value)}`, `Give ${whatIs[kind]}.`, field);
  }
}

const whatIs: Readonly<Record<Kind, string>> = {
  version: "1.0.0 or 1.1.0",
  object: "an object",
  string: "a text; in YAML a number needs quotes to be one",
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
