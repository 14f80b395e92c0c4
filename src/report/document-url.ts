import { dirname, isAbsolute, relative, resolve, sep } from "node:path";

/**
 * URL by which a page links to its document: the URL of a remote one, without credentials and query; a relative path if the
 * page is in a folder above the document. Otherwise `undefined`: the page may be shared, so no other path belongs in it.
 */
export function documentUrl(source: string, page: string): string | undefined {
  if (/^https?:/i.test(source)) return URL.canParse(source) ? publicUrl(source) : undefined;
  if (source === "-" || page === "-") return undefined;
  const path = relative(dirname(resolve(page)), resolve(source));
  if (isAbsolute(path) || path.startsWith("..")) return undefined;
  return path.split(sep).map(encodeURIComponent).join("/");
}

function publicUrl(source: string): string {
  const { origin, pathname } = new URL(source);
  return `${origin}${pathname}`;
}
