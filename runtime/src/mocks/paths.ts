/**
 * Matches the path at the end of a URL: below a base URL, or whatever the server and its base path.
 *
 * @throws TypeError for a base URL that is none
 */
export function pathPattern(path: string, baseUrl?: string): RegExp {
  const source = path
    .split(/\{[^}]*\}/)
    .map(quoted)
    .join("[^/?#]+");
  return new RegExp(
    `^${baseUrl === undefined ? `${anyServer}(?:/[^?#]*)?` : basePattern(baseUrl)}${source}/?(?:[?#].*)?$`,
  );
}

const anyServer = "https?://[^/]+";

function basePattern(baseUrl: string): string {
  const isPath = baseUrl.startsWith("/");
  const { origin, pathname } = new URL(baseUrl, isPath ? "http://localhost" : undefined);
  return `${isPath ? anyServer : quoted(origin)}${quoted(pathname.replace(/\/$/, ""))}`;
}

function quoted(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&");
}

/** Longer paths and written segments say more than parameters do. */
export function specificity(path: string): number {
  const segments = path.split("/");
  return segments.length * 1_000 + segments.filter((segment) => !segment.includes("{")).length;
}
