/** Matches the path at the end of a URL, whatever the server and its base path. */
export function pathPattern(path: string): RegExp {
  const source = path
    .split(/\{[^}]*\}/)
    .map((text) => text.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&"))
    .join("[^/?#]+");
  return new RegExp(`^https?://[^/]+(?:/[^?#]*)?${source}/?(?:[?#].*)?$`);
}

/** Longer paths and written segments say more than parameters do. */
export function specificity(path: string): number {
  const segments = path.split("/");
  return segments.length * 1_000 + segments.filter((segment) => !segment.includes("{")).length;
}
