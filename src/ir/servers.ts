import type { Cursor } from "../diagnostics/index.js";
import type { SpecDocument, SpecOperation } from "../load/index.js";
import type { ServerVariable } from "./api.js";

/** The document's servers that can be called without knowing more: relative ones are relative to who knows where. */
export function serversOf(document: SpecDocument): { servers: string[]; variables: ServerVariable[] } {
  const written = (document.root.get("servers")?.items() ?? []).filter((server) =>
    isAbsolute(server.text("url") ?? ""),
  );
  const variables = new Map<string, ServerVariable>();
  for (const server of written) {
    for (const [name, at] of server.get("variables")?.entries() ?? [])
      if (!variables.has(name)) variables.set(name, variableOf(name, at));
  }
  const servers = written.map((server) => withoutSlash(server.text("url") ?? ""));
  return { servers: [...new Set(servers)], variables: [...variables.values()] };
}

function isAbsolute(url: string): boolean {
  return /^https?:\/\/[^\s?#@]+$/i.test(url);
}

function variableOf(name: string, at: Cursor): ServerVariable {
  const values = (at.get("enum")?.items() ?? []).map(({ value }) => String(value));
  return { name, default: String(at.get("default")?.value ?? values[0] ?? ""), values };
}

/** The most specific server replaces the others (OpenAPI "Path Item Object"); variables have their defaults. */
export function ownServer({ at, items }: SpecOperation): string | undefined {
  const holder = [at, ...items].find((level) => level.get("servers") !== undefined);
  const server = holder?.get("servers")?.items()[0];
  const url = server?.text("url");
  if (server === undefined || url === undefined) return undefined;
  const variables = new Map(
    (server.get("variables")?.entries() ?? []).map(([name, entry]) => [name, variableOf(name, entry).default]),
  );
  const filled = url.replace(/\{([^{}]*)\}/g, (match, name: string) => variables.get(name) ?? match);
  return withoutSlash(filled) || undefined;
}

/** Not by a regular expression: a million slashes in the midst would cost it the square of that. */
function withoutSlash(url: string): string {
  let end = url.length;
  while (url.endsWith("/", end)) end--;
  return url.slice(0, end);
}
