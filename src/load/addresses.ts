import picomatch from "picomatch/posix.js";
import { nearest } from "../diagnostics/suggest.js";
import type { SpecOperation } from "./operations.js";

/** The operations of an address, and how specific it is. */
export interface Addressed {
  readonly level: "all" | "path" | "operation";
  readonly operations: readonly SpecOperation[];
  /** It is both an operationId and a tag. */
  readonly isAmbiguous: boolean;
}

/**
 * Resolves an address: `*`, an operationId, `GET /orders/{orderId}`, `tag:orders` or the tag alone,
 * `/orders/**`, or a glob of ids or tags. In a path `*` matches one segment and `**` any number.
 */
export function resolveAddress(address: string, operations: readonly SpecOperation[]): Addressed {
  const found = (
    level: Addressed["level"],
    test: (operation: SpecOperation) => boolean,
    isAmbiguous = false,
  ): Addressed => ({ level, operations: operations.filter(test), isAmbiguous });
  if (address === "*") return found("all", () => true);
  const [, tag] = /^tag:(.*)$/.exec(address) ?? [];
  if (tag !== undefined) return found("path", ({ tags }) => tags.some(globOf(tag, { bash: true })));
  const [, method, path] = /^(?:([!#$%&'*+.^_`|~\w-]+) +)?(\/.*)$/.exec(address) ?? [];
  if (path !== undefined) return found(...byPath(path, method));
  const isId = ({ id }: SpecOperation): boolean => id === address;
  const isTag = ({ tags }: SpecOperation): boolean => tags.includes(address);
  if (operations.some(isId)) return found("operation", isId, operations.some(isTag));
  if (operations.some(isTag)) return found("path", isTag);
  const matches = globOf(address, { bash: true });
  return found("path", ({ id, tags }) => (id !== undefined && matches(id)) || tags.some(matches));
}

/** A path with a method is one operation; a path alone, or a glob, may be several. */
function byPath(
  path: string,
  method: string | undefined,
): [level: "path" | "operation", test: (operation: SpecOperation) => boolean] {
  const matches = globOf(path, {});
  const isPath = (operation: SpecOperation): boolean => operation.path === path || matches(operation.path);
  if (method === undefined) return ["path", isPath];
  return [
    /[*?]/.test(path) ? "path" : "operation",
    (operation) => operation.method.toUpperCase() === method.toUpperCase() && isPath(operation),
  ];
}

/** Only `*`, `**`, and `?` are special: paths contain braces and brackets of their own. */
function globOf(pattern: string, options: picomatch.PicomatchOptions): (text: string) => boolean {
  const literal = pattern.replace(/[()[\]{}+@!|^$\\]/g, "\\$&");
  const matches = picomatch(literal, { dot: true, ...options });
  return (text) => matches(text);
}

/** The address that was probably meant. */
export function nearestAddress(address: string, operations: readonly SpecOperation[]): string | undefined {
  const known = operations.flatMap(({ id, key, path, tags }) => [
    ...(id === undefined ? [] : [id]),
    key,
    path,
    ...tags,
    ...tags.map((tag) => `tag:${tag}`),
  ]);
  return nearest(address, [...new Set(known)]);
}
