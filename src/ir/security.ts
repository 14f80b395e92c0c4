import type { SecurityScheme } from "../../runtime/src/auth/auth.js";
import type { Cursor, Problems } from "../diagnostics/index.js";
import { follow, type SpecDocument, type SpecOperation, sectionOf } from "../load/index.js";
import type { NamedScheme } from "./api.js";

/** The schemes that the client can take credentials for. */
export function securitySchemesOf(document: SpecDocument, problems: Problems): NamedScheme[] {
  return writtenSchemes(document, problems).flatMap(([name, at]) => {
    const scheme = schemeOf(at);
    return scheme === undefined ? [] : [{ name, scheme, docs: [at.text("description"), ...tokenDocs(at)] }];
  });
}

function writtenSchemes(document: SpecDocument, problems: Problems): [string, Cursor][] {
  const written = sectionOf(document, document.root.get("components"), "securitySchemes", problems)?.entries() ?? [];
  return written.flatMap(([name, entry]): [string, Cursor][] => {
    const at = follow(document, entry, problems);
    return at === undefined ? [] : [[name, at]];
  });
}

/** OAuth 2 and OpenID Connect end in a bearer token, which the caller's function or token source gets. */
function schemeOf(at: Cursor): SecurityScheme | undefined {
  const type = at.text("type");
  const name = at.text("name");
  const place = at.text("in");
  if (type === "apiKey" && name !== undefined && (place === "header" || place === "query" || place === "cookie")) {
    return { type, in: place, name };
  }
  if (type === "oauth2" || type === "openIdConnect") return { type: "bearer" };
  const scheme = at.text("scheme") ?? "";
  if (type !== "http" || !/^[!#$%&'*+.^_`|~0-9a-z-]+$/i.test(scheme)) return undefined;
  const known = scheme.toLowerCase();
  return known === "basic" || known === "bearer" ? { type: known } : { type, scheme };
}

/** Where tokens come from, and the scopes that there are. */
function tokenDocs(at: Cursor): string[] {
  const discovery = at.text("openIdConnectUrl");
  const flows = (at.get("flows")?.entries() ?? []).flatMap(([flow, entry]) => {
    const url = entry.text("tokenUrl");
    const scopes = Object.keys(entry.get("scopes")?.record ?? {});
    const names = scopes.length === 0 ? "" : `; scopes: ${scopes.join(", ")}`;
    return url === undefined ? [] : [`OAuth 2, ${flow}: tokens from ${url}${names}.`];
  });
  return [...(discovery === undefined ? [] : [`OpenID Connect: discovery at ${discovery}.`]), ...flows];
}

/** Schemes that the connection satisfies, whatever else is asked for beside them: a certificate is shown by TLS. */
export function connectionSchemesOf(document: SpecDocument, problems: Problems): string[] {
  return writtenSchemes(document, problems).flatMap(([name, at]) => (at.text("type") === "mutualTLS" ? [name] : []));
}

/** The alternatives that hold for an operation; its own list replaces the document's (OpenAPI "Operation Object"). */
export function securityOf(
  document: SpecDocument,
  { at }: SpecOperation,
  known: readonly NamedScheme[],
  byConnection: readonly string[],
): string[][] {
  const written = at.get("security") ?? document.root.get("security");
  const alternatives = (written?.items() ?? []).map((item) =>
    Object.keys(item.record).filter((name) => !byConnection.includes(name)),
  );
  return alternatives.filter((names) => names.every((name) => known.some((scheme) => scheme.name === name)));
}
