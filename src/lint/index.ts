import type { Cursor, Problems } from "../diagnostics/index.js";
import type { Rename } from "../ir/index.js";
import { type SpecDocument, type SpecOperation, sectionOf } from "../load/index.js";
import type { ResolvedPolicies } from "../policies/index.js";
import { noteWithoutEffect } from "./effect.js";
import { noteMediaTypes } from "./media-types.js";
import { paginationOf } from "./pagination.js";

/** The input of lint: a document with all decisions about it. */
export interface Linted {
  readonly document: SpecDocument;
  readonly operations: readonly SpecOperation[];
  readonly policies: ResolvedPolicies;
  readonly renames: readonly Rename[];
}

/** Adds notes on what the user may want to decide. None of them is a fault. */
export function addNotes({ document, operations, policies, renames }: Linted, problems: Problems): void {
  for (const [{ key, at }, { looksLikeRead, policies: decided, idempotencyKey }] of policies) {
    if (looksLikeRead) {
      const hint = `If so, set this on the operation. It is then retried like a GET and needs no idempotency key:
  x-resilience: { safe: true }`;
      problems.add("looksLikeRead", `${key} appears to be read-only.`, hint, at);
    } else if (decided.repeat === "unprocessed" && idempotencyKey !== undefined && idempotencyKey.optional !== true) {
      const message = `${key} requires an idempotency key, but nothing indicates that the server supports one.`;
      problems.add("unconfirmedKey", message, supportHint, at);
    }
  }
  noteWithoutEffect(policies, problems);
  for (const operation of operations) {
    const found = operation.at.get("x-pagination") === undefined ? paginationOf(document, operation) : undefined;
    if (found === undefined) continue;
    const by = found.style === "link" ? `response header '${found.name}'` : `query parameter '${found.name}'`;
    const hint = "Declare x-pagination to get a function that iterates over all pages.";
    problems.add("looksPaged", `${operation.key} looks paginated (${by}).`, hint, operation.at);
  }
  noteMediaTypes(document, operations, problems);
  noteRenames(document, operations, renames, problems);
}

const supportHint = `If the server deduplicates requests by idempotency key, set this, and the operation is retried:
  x-resilience: { idempotency: { supported: true } }
If it doesn't accept keys, set:
  x-resilience: { idempotency: { key: none } }`;

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
    // Names that a module doesn't export are not visible to users.
    if (/ constant$|^policies of /.test(from)) continue;
    const at = places.get(from) ?? places.get(from.replace(/ (input|output|error|sample|\((writable|form)\))$/, ""));
    const hint = "The name is taken or reserved. Rename it in the document to get another one.";
    problems.add("renamed", `'${from}' is named ${to} in the client.`, hint, at);
  }
}
