import type { SecurityScheme } from "../../runtime/auth.js";
import type { Cursor, Problems } from "../diagnostics/index.js";
import { follow, type SpecDocument, type SpecOperation } from "../load/index.js";
import type { NamedScheme } from "./api.js";

/** The schemes that the client can take credentials for. */
export function securitySchemesOf(document: SpecDocument, problems: Problems): NamedScheme[] {
  const written = document.root.get("components")?.get("securitySchemes")?.entries() ?? [];
  return written.flatMap(([name, entry]) => {
    const at = follow(document, entry, problems);
    const scheme = at === undefined ? undefined : schemeOf(at);
    return at === undefined || scheme === undefined ? [] : [{ name, scheme, description: at.text("description") }];
  });
}

/** OAuth 2 and OpenID Connect end in a bearer token, which the caller's function gets. */
function schemeOf(at: Cursor): SecurityScheme | undefined {
  const type = at.text("type");
  const name = at.text("name");
  const place = at.text("in");
  if (type === "apiKey" && name !== undefined && (place === "header" || place === "query" || place === "cookie")) {
    return { type, in: place, name };
  }
  if (type === "oauth2" || type === "openIdConnect") return { type: "bearer" };
  if (type !== "http") return undefined;
  const scheme = at.text("scheme")?.toLowerCase();
  return scheme === "basic" || scheme === "bearer" ? { type: scheme } : undefined;
}

/** The alternatives that hold for an operation; its own list replaces the document's (OpenAPI "Operation Object"). */
export function securityOf(document: SpecDocument, { at }: SpecOperation, known: readonly NamedScheme[]): string[][] {
  const written = at.get("security") ?? document.root.get("security");
  const alternatives = (written?.items() ?? []).map((item) => Object.keys(item.record));
  return alternatives.filter((names) => names.every((name) => known.some((scheme) => scheme.name === name)));
}
