import { pairsOf } from "../base/header-pairs.js";

/** Stands for a variable while a template goes through the URL parser, in host names too. */
const variable = "0resil0var0";
const anyText = "[^/?#]+";

/** What a path of the description looks like in an address. */
export interface PathTemplate {
  /** Regular expression sources, one for each segment. */
  readonly sources: readonly string[];
  /** How much the path says: written segments altogether, then each segment from left to right. */
  readonly ranks: readonly number[];
  /** How many query parameters the path itself has. */
  readonly queryLength: number;
  /** `undefined` where an address does not end in this path. */
  match(pathname: string, query: URLSearchParams): PathMatch | undefined;
}

interface PathMatch {
  /** Segments in front of the path. */
  readonly prefix: readonly string[];
  /** No slash was ignored at the end. */
  readonly isExact: boolean;
}

/** `/orders/{orderId}`, and `/messages?beta=true`. */
export function pathTemplate(path: string): PathTemplate {
  const { pathname, searchParams } = new URL(`http://localhost${withVariables(path)}`);
  const segments = segmentsOf(pathname);
  const sources = segments.map(sourceOf);
  const patterns = sources.map(wholly);
  const query = pairsOf(searchParams).map(([name, value]) => [name, wholly(sourceOf(value))] as const);
  const literals = segments.map((segment) => (segment.includes(variable) ? partOf(segment) : 1));
  const fits = (found: readonly string[]): boolean =>
    found.length >= patterns.length &&
    patterns.every((pattern, at) => pattern.test(found.at(at - patterns.length) ?? ""));
  return {
    sources,
    ranks: [literals.filter((rank) => rank === 1).length, ...literals],
    queryLength: query.length,
    match: (address, given) => {
      if (!query.every(([name, value]) => given.getAll(name).some((text) => value.test(text)))) return undefined;
      const all = segmentsOf(address);
      const isExact = fits(all);
      const found = isExact || all.at(-1) !== "" ? all : all.slice(0, -1);
      return fits(found) ? { prefix: found.slice(0, found.length - patterns.length), isExact } : undefined;
    },
  };
}

/** Matches every address that ends in a path, query aside. */
export function addressPattern({ sources }: PathTemplate): RegExp {
  return new RegExp(`^https?://[^/]+(?:/[^?#]*)?/${sources.join("/")}/?(?:[?#].*)?$`);
}

/** An address that paths stand below. */
export interface Base {
  /** 2: this is the base; 1: its path on another host; 0: another base. */
  rank(origin: string, prefix: readonly string[]): number;
}

/**
 * The base of a server, or of the path of one on any host (`/v1`).
 *
 * @throws TypeError for an invalid URL
 */
export function serverBase(server: string): Base {
  const text = withVariables(server);
  const isPath = text.startsWith("/");
  const { origin, pathname } = new URL(text, isPath ? "http://localhost" : undefined);
  const host = isPath ? undefined : wholly(sourceOf(origin));
  const path = wholly(sourceOf(pathname.replace(/\/$/, "")));
  return {
    rank: (from, prefix) => {
      if (!path.test(prefix.map((segment) => `/${segment}`).join(""))) return 0;
      return host?.test(from) === false ? 1 : 2;
    },
  };
}

/** A base of which only the path is known. */
export function onAnyHost(base: Base): Base {
  return { rank: (origin, prefix) => Math.min(1, base.rank(origin, prefix)) };
}

function withVariables(text: string): string {
  return text.replace(/\{[^}]*\}/g, variable);
}

function segmentsOf(pathname: string): readonly string[] {
  return pathname.split("/").slice(1);
}

/** Of a segment with variables, what is written in it, as a part of 1. */
function partOf(segment: string): number {
  const written = segment.replaceAll(variable, "").length;
  return written / (written + 1);
}

function sourceOf(text: string): string {
  return text
    .split(variable)
    .map((part) => part.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&"))
    .join(anyText);
}

function wholly(source: string): RegExp {
  return new RegExp(`^${source}$`);
}
