import type { Cursor, Problems } from "../diagnostics/index.js";
import type { Rename } from "../ir/index.js";
import { type SpecDocument, type SpecOperation, sectionOf } from "../load/index.js";
import type { ResolvedPolicies } from "../policies/index.js";
import { noteWithoutEffect } from "./effect.js";
import { noteMediaTypes } from "./media-types.js";
import { paginationOf } from "./pagination.js";

/** What lint looks at: a document with all that was decided about it. */
export interface Linted {
  readonly document: SpecDocument;
  readonly operations: readonly SpecOperation[];
  readonly policies: ResolvedPolicies;
  readonly renames: readonly Rename[];
}

/** Notes what a person may want to decide: nothing of it is a fault, and nothing is decided silently. */
export function addNotes({ document, operations, policies, renames }: Linted, problems: Problems): void {
  for (const [{ key, at }, { looksLikeRead, policies: decided, idempotencyKey }] of policies) {
    if (looksLikeRead) {
      const hint = "If so, x-resilience: { safe: true } on it makes it retried like a GET, and asks for no key.";
      problems.add("looksLikeRead", `${key} looks as if it only read`, hint, at);
    } else if (decided.repeat === "unprocessed" && idempotencyKey !== undefined && idempotencyKey.optional !== true) {
      const hint =
        "If the server executes one key once: x-resilience: { idempotency: { supported: true } }, and it is retried. If it takes no keys: { idempotency: { key: none } }.";
      problems.add("unconfirmedKey", `${key} asks for a key that the server is not known to support`, hint, at);
    }
  }
  noteWithoutEffect(policies, problems);
  for (const operation of operations) {
    const found = operation.at.get("x-pagination") === undefined ? paginationOf(document, operation) : undefined;
    if (found === undefined) continue;
    const by = found.style === "link" ? `header '${found.name}'` : `query parameter '${found.name}'`;
    const hint = "If so, declare it with x-pagination.";
    problems.add(
      "looksPaged",
      `${operation.key} looks as if it gave pages: ${found.style}, by ${by}`,
      hint,
      operation.at,
    );
  }
  noteMediaTypes(document, operations, problems);
  noteRenames(document, operations, renames, problems);
}

function noteRenames(
  document: SpecDocument,
  operations: readonly SpecOperation[],
  renames: readonly Rename[],
  problems: Problems,
): void {
  const places = new Map<string, Cursor>(
    sectionOf(document, document.root.get("components"), "schemas", problems)?.entries() ?? [],
  );
  for (const { key, id, at } of operations) {
    places.set(key, at);
    if (id !== undefined) places.set(id, at.get("operationId") ?? at);
  }
  for (const { from, to } of renames) {
    // What a module keeps to itself has no name for users.
    if (/ constant$|^policies of /.test(from)) continue;
    const at = places.get(from) ?? places.get(from.replace(/ (input|output|error|sample|\((writable|form)\))$/, ""));
    const hint = "The name is taken or reserved. Rename it in the document if you want another one.";
    problems.add("renamed", `'${from}' is called ${to} in the client`, hint, at);
  }
}
