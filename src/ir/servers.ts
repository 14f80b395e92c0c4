import type { Cursor } from "../diagnostics/index.js";
import type { SpecDocument, SpecOperation } from "../load/index.js";
import type { ServerVariable } from "./api.js";

/** The document's servers that can be called without knowing more: relative ones are relative to who knows where. */
export function serversOf(
  document: SpecDocument,
  operations: readonly SpecOperation[],
): { servers: string[]; basePath: string | undefined; variables: ServerVariable[] } {
  const all = document.root.get("servers")?.items() ?? [];
  const written = all.filter((server) => isAbsolute(server.text("url") ?? ""));
  const variables = new Map<string, ServerVariable>();
  const own = operations.flatMap((operation) => ownServerAt(operation) ?? []);
  for (const server of [...written, ...own]) {
    for (const [name, at] of server.get("variables")?.entries() ?? [])
      if (!variables.has(name)) variables.set(name, variableOf(name, at));
  }
  const servers = written.map((server) => withoutSlash(server.text("url") ?? ""));
  const basePath = servers.length > 0 ? undefined : all.map(basePathOf).find((path) => path !== undefined);
  return { servers: [...new Set(servers)], basePath, variables: [...variables.values()] };
}

/** Of a server without a scheme: `/v1`, `v1`, `//host/v1`. One that leads up from where the document lies has none. */
function basePathOf(server: Cursor): string | undefined {
  const url = (server.text("url") ?? "").replace(/^\/\/[^/]*/, "");
  if (/^[a-z][a-z\d+.-]*:|[\s?#]/i.test(url)) return undefined;
  const variables = new Map(
    (server.get("variables")?.entries() ?? []).map(([name, at]) => [name, variableOf(name, at).default]),
  );
  const filled = url.replace(/\{([^{}]*)\}/g, (match, name: string) => variables.get(name) ?? match);
  const path = withoutSlash(filled.replace(/^(?:\.?\/)*/, ""));
  return path === "" || path.split("/").includes("..") ? undefined : `/${path}`;
}

function isAbsolute(url: string): boolean {
  return /^https?:\/\/[^\s?#@]+$/i.test(url);
}

function variableOf(name: string, at: Cursor): ServerVariable {
  const values = (at.get("enum")?.items() ?? []).map(({ value }) => String(value));
  return { name, default: String(at.get("default")?.value ?? values[0] ?? ""), values };
}

/** The most specific server replaces the others (OpenAPI "Path Item Object"). */
function ownServerAt({ at, items }: SpecOperation): Cursor | undefined {
  const holder = [at, ...items].find((level) => level.get("servers") !== undefined);
  return holder?.get("servers")?.items()[0];
}

/**
 * The own server of a path or an operation. A variable is the client's of that name, unless its usual value is another:
 * then it is another variable, and has that value.
 */
export function ownServer(operation: SpecOperation, common: readonly ServerVariable[]): string | undefined {
  const server = ownServerAt(operation);
  const url = server?.text("url");
  if (server === undefined || url === undefined) return undefined;
  const isCommon = (variable: ServerVariable): boolean =>
    common.some(({ name, default: usual }) => name === variable.name && usual === variable.default);
  const variables = new Map(
    (server.get("variables")?.entries() ?? [])
      .map(([name, entry]) => variableOf(name, entry))
      .filter((variable) => !isCommon(variable))
      .map(({ name, default: usual }) => [name, usual]),
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
