import type { KeyCarrier } from "../../runtime/src/http/operation-facts.js";
import { type Cursor, isRecord, type Problems } from "../diagnostics/index.js";
import { contentOf, follow, type SpecDocument, type SpecOperation } from "../load/index.js";
import { isLinear } from "./linear-pattern.js";
import { isWritten, type Leaves } from "./origin.js";

/** A place for the idempotency key that the document itself declares on an operation. */
export interface DeclaredKey {
  readonly in: "header" | "query" | "body";
  readonly name: string;
  readonly schema: Cursor | undefined;
}

const headerName = /idempoten(cy|t)[-_]?(key|id|token)?$|^paypal-request-id$/i;
const memberName = /^idempotency[-_]?key$/i;

/** The idempotency key that the document declares: a header, a query parameter or a member of the body. */
export function declaredKey(
  document: SpecDocument,
  operation: SpecOperation,
  problems: Problems,
): DeclaredKey | undefined {
  for (const parameter of operation.parameters) {
    const name = parameter.text("name") ?? "";
    const place = parameter.text("in");
    if ((place === "header" && headerName.test(name)) || (place === "query" && memberName.test(name))) {
      return { in: place, name, schema: parameter.get("schema") };
    }
  }
  for (const [, media] of operation.body === undefined ? [] : contentOf(document, operation.body, problems)) {
    const written = media.get("schema");
    const schema = written === undefined ? undefined : follow(document, written, problems);
    const member = schema
      ?.get("properties")
      ?.entries()
      .find(([name]) => memberName.test(name));
    if (member !== undefined) return { in: "body", name: member[0], schema: member[1] };
  }
  return undefined;
}

/** Where the key travels: what is written on the operation, else what the document declares, else the header of all. */
export function keyCarrier(leaves: Leaves, declared: DeclaredKey | undefined): KeyCarrier | undefined {
  const key = leaves.get("idempotency.key")?.value;
  if (key === "none") return undefined;
  const isStructured = leaves.get("idempotency.format")?.value === "structured";
  const common: Pick<KeyCarrier, "optional" | "generated" | "structured"> = {
    ...(key === "optional" || key === "generated" ? { optional: true } : {}),
    ...(key === "generated" ? { generated: true } : {}),
    ...(isStructured ? { structured: true } : {}),
  };
  const place = placeOnOperation(leaves) ?? declared;
  if (place === undefined) return { in: "header", name: String(leaves.get("idempotency.header")?.value), ...common };
  return {
    in: place.in,
    name: place.name,
    ...common,
    ...limitsOf(isDeclaredAt(place, declared) ? declared : undefined),
  };
}

function placeOnOperation(leaves: Leaves): Pick<KeyCarrier, "in" | "name"> | undefined {
  for (const place of ["body", "query", "header"] as const) {
    const leaf = leaves.get(`idempotency.${place}`);
    if (isWritten(leaf) && leaf.origin.level === "operation") return { in: place, name: String(leaf.value) };
  }
  return undefined;
}

/** Whether the key travels where the document declares it. If not, what is declared is a parameter like others. */
export function isDeclaredAt(place: Pick<KeyCarrier, "in" | "name">, declared: DeclaredKey | undefined): boolean {
  if (declared?.in !== place.in) return false;
  return place.in === "header"
    ? declared.name.toLowerCase() === place.name.toLowerCase()
    : declared.name === place.name;
}

/** What the document says a key must look like. A pattern that could keep a client busy is left to the server. */
function limitsOf(declared: DeclaredKey | undefined): Pick<KeyCarrier, "minLength" | "maxLength" | "pattern"> {
  const schema = declared?.schema?.value;
  if (!isRecord(schema)) return {};
  const { minLength, maxLength, pattern } = schema;
  return {
    ...(isCount(minLength) ? { minLength } : {}),
    ...(isCount(maxLength) ? { maxLength } : {}),
    ...(typeof pattern === "string" && isRegExp(pattern) && isLinear(pattern) ? { pattern } : {}),
  };
}

/** Tells of a pattern that the client does not check. */
export function reportPattern({ schema }: DeclaredKey, problems: Problems): void {
  const at = schema?.get("pattern");
  if (typeof at?.value !== "string" || (isRegExp(at.value) && isLinear(at.value))) return;
  const why = isRegExp(at.value)
    ? "could take exponential or quadratic time on a key"
    : "is not a regular expression in JavaScript";
  problems.add(
    "uncheckedPattern",
    `The pattern of this idempotency key ${why}, so the client doesn't check it.`,
    "Anchor it with ^, and don't repeat what is repeated already: '^[a-z0-9]+(-[a-z0-9]+)*$'.",
    at,
  );
}

function isCount(value: unknown): value is number {
  return typeof value === "number" && Number.isInteger(value) && value >= 0;
}

function isRegExp(pattern: string): boolean {
  try {
    return new RegExp(pattern, "u") !== undefined;
  } catch {
    return false;
  }
}

/** Whether the server is known to execute one key once: written, or true by itself where the document declares a key. */
export function isKeySupported(leaves: Leaves, declared: DeclaredKey | undefined): boolean {
  const leaf = leaves.get("idempotency.supported");
  return isWritten(leaf) ? leaf.value === true : declared !== undefined;
}
