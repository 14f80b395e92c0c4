import { Cursor, isRecord, type Problems, type SourceFile } from "../diagnostics/index.js";
import { didYouMean, nearest } from "../diagnostics/suggest.js";
import { anchored, identified, resourceAround } from "./anchors.js";

export type OpenApiVersion = "3.0" | "3.1" | "3.2";

/** The document, with every file that it refers to. */
export interface SpecDocument {
  readonly root: Cursor;
  readonly version: OpenApiVersion;
  /** Whether an unresolved reference is only a warning, and its target `unknown`: it affects a small part. */
  readonly isLarge: boolean;
  /** By URL. */
  readonly files: ReadonlyMap<string, SourceFile | Unread>;
}

/** A file that could not be read. */
export interface Unread {
  readonly why: string;
  /** It is not read unless the user allows it. */
  readonly isRefused: boolean;
}

export function isRead(file: SourceFile | Unread): file is SourceFile {
  return !("why" in file);
}

/**
 * The target of a `$ref` after following all references, or the value itself if it is none. Returns `undefined` for an
 * unresolved reference, which is reported once at its place.
 */
export function follow(document: SpecDocument, from: Cursor, problems: Problems): Cursor | undefined {
  return followed(document, from, problems, true);
}

function followed(
  document: SpecDocument,
  from: Cursor,
  problems: Problems,
  mayPassReferences: boolean,
): Cursor | undefined {
  let at = from;
  for (let hops = 0; ; hops++) {
    const ref = at.get("$ref");
    if (ref === undefined || typeof ref.value !== "string") return at;
    if (hops > 50) {
      reportUnresolved(
        document,
        "circularRef",
        "Circular $ref: following it leads back to itself.",
        "Make one of the references point to a value",
        from,
        problems,
      );
      return undefined;
    }
    const target = resolve(document, ref, ref.value, problems, mayPassReferences);
    if (target === undefined) return undefined;
    at = target;
  }
}

/** An error in a small document; in a large one only that part is omitted. */
function reportUnresolved(
  { isLarge }: SpecDocument,
  code: "danglingRef" | "circularRef",
  message: string,
  hint: string,
  at: Cursor,
  problems: Problems,
): void {
  if (isLarge) problems.add(code, message, `${hint}. Until then its target is omitted.`, at, "warning");
  else problems.add(code, message, `${hint}.`, at);
}

/** The target of a `$ref`, one step; `undefined` with a problem if there is none. */
export function step(document: SpecDocument, from: Cursor, problems: Problems): Cursor | undefined {
  const ref = from.get("$ref");
  return typeof ref?.value === "string" ? resolve(document, ref, ref.value, problems) : undefined;
}

/**
 * A map or list of parts: the paths, the responses of an operation, a section of the components. Some large documents have
 * a reference in its place, which OpenAPI doesn't allow.
 */
export function sectionOf(
  document: SpecDocument,
  holder: Cursor | undefined,
  name: "paths" | "parameters" | "responses" | "schemas" | "securitySchemes",
  problems: Problems,
): Cursor | undefined {
  const written = holder?.get(name);
  return written === undefined ? undefined : follow(document, written, problems);
}

/** The media types of a body, a response, or a parameter; since OpenAPI 3.2 they may be references. */
export function contentOf(document: SpecDocument, holder: Cursor, problems: Problems): [string, Cursor][] {
  return (holder.get("content")?.entries() ?? []).flatMap(([mediaType, written]): [string, Cursor][] => {
    const at = follow(document, written, problems);
    return at === undefined ? [] : [[mediaType, at]];
  });
}

/** The target of one reference. Its path may lead through one other reference. */
function resolve(
  document: SpecDocument,
  ref: Cursor,
  text: string,
  problems: Problems,
  mayPassReferences = true,
): Cursor | undefined {
  const file = fileOf(document, ref.file, text);
  if (!isRead(file)) {
    const meant = schemaOfId(document, ref, text) ?? schemaMeant(document, ref, text, problems);
    if (meant !== undefined) return meant;
    const { why, isRefused } = file;
    problems.add(
      isRefused ? "refusedRef" : "missingFile",
      `Can't resolve $ref '${text}': ${why}.`,
      isRefused
        ? "Move the file into the document's folder, or allow it with --allow-external-refs."
        : "Fix the reference.",
      ref,
    );
    return undefined;
  }
  const fragment = fragmentOf(text);
  const named = fragment.includes("/") ? undefined : anchored(file, fragment);
  if (named !== undefined) return named;
  const within = text.startsWith("#") ? withinResource(ref, fragment) : undefined;
  if (within !== undefined) return within;
  let at = new Cursor(file);
  for (const written of pointerKeys(fragment)) {
    const key = unescapeKey(decode(written));
    // Some generators write percent-encoded keys, and refer to them without encoding them again.
    const child = (holder: Cursor | undefined): Cursor | undefined =>
      holder?.get(key) ?? holder?.get(unescapeKey(written));
    const next = child(at) ?? (mayPassReferences ? child(behind(document, at, problems)) : undefined);
    if (next === undefined) {
      const message = `Can't resolve $ref '${text}'.${didYouMean(nearestKey(key, at))}`;
      reportUnresolved(document, "danglingRef", message, "Fix the reference", ref, problems);
      return undefined;
    }
    at = next;
  }
  return at;
}

/** A URL in a reference may be the `$id` of a schema in the document instead of a file. */
function schemaOfId({ root }: SpecDocument, ref: Cursor, text: string): Cursor | undefined {
  const id = resourceAround(ref)?.text("$id") ?? "";
  const base = URL.canParse(id, ref.file.url) ? new URL(id, ref.file.url).href : ref.file.url;
  return URL.canParse(text, base) ? identified(root.file, new URL(text, base).href) : undefined;
}

/**
 * A fragment in a schema that has an `$id`, or within one, means a part of that schema. Many documents write `$id` and
 * mean the document all the same; that is where it is looked for next.
 */
function withinResource(ref: Cursor, fragment: string): Cursor | undefined {
  let at = resourceAround(ref);
  for (const key of pointerKeys(fragment)) at = at?.get(unescapeKey(decode(key)));
  return at;
}

/** `Pet` and `/definitions/Pet`, which were allowed before Swagger 2.0 and are still in use, name a schema. */
function schemaMeant(document: SpecDocument, ref: Cursor, text: string, problems: Problems): Cursor | undefined {
  const [, name] = /^(?:\/(?:definitions|components\/schemas)\/)?([^/#]+)$/.exec(text) ?? [];
  if (name === undefined) return undefined;
  const { root } = document;
  const schemas = root.get("definitions") ?? root.get("components")?.get("schemas");
  const found = schemas?.get(name);
  if (found !== undefined)
    problems.add(
      "brokenCorner",
      `$ref '${text}' is not a file. It was read as '#${found.pointer}'.`,
      "Write the reference in full.",
      ref,
    );
  return found;
}

/** The target of a reference within a path, for documents that keep all schemas in a file: `schemas: { $ref: a.yaml }`. */
function behind(document: SpecDocument, at: Cursor, problems: Problems): Cursor | undefined {
  return at.get("$ref") === undefined ? undefined : followed(document, at, problems, false);
}

/** The key that was probably meant. Not searched for among very many keys, because that is slow. */
function nearestKey(key: string, holder: Cursor): string | undefined {
  const known = Object.keys(holder.record);
  return known.length > 2_000 ? undefined : nearest(key, known);
}

function fileOf(document: SpecDocument, base: SourceFile, text: string): SourceFile | Unread {
  const url = targetUrl(text, base.url, document.root.file);
  if (url === base.url) return base;
  if (url === document.root.file.url) return document.root.file;
  const file = url === undefined ? undefined : document.files.get(url);
  return file ?? { why: "it is not a file or URL", isRefused: false };
}

/** The URL of the file that a reference in the file `base` points to. */
export function targetUrl(text: string, base: string, root: SourceFile): string | undefined {
  // A slash between the file and the `#` is a typo: files with these extensions are not folders.
  const location = text.split("#", 1)[0]?.replace(/(\.(?:ya?ml|json))\/$/i, "$1") ?? "";
  if (location === "") return base;
  return URL.canParse(location, base) ? retrievalUrl(new URL(location, base).href, root) : undefined;
}

/**
 * A document may set its own URL with `$self` (OpenAPI 3.2). That URL, and those in the same folder, are mapped to where the
 * document was read from.
 */
function retrievalUrl(url: string, { url: rootUrl, value }: SourceFile): string {
  const self = isRecord(value) ? value["$self"] : undefined;
  if (typeof self !== "string" || !URL.canParse(self, rootUrl)) return url;
  const name = new URL(self, rootUrl);
  name.hash = "";
  if (url === name.href) return rootUrl;
  const folder = new URL(".", name).href;
  return url.startsWith(folder) ? new URL(url.slice(folder.length), rootUrl).href : url;
}

/** The part of a reference after the `#`. */
function fragmentOf(text: string): string {
  return text.includes("#") ? text.slice(text.indexOf("#") + 1) : "";
}

/** Keys of a JSON Pointer (RFC 6901 §6), still encoded. Its first slash is sometimes missing. */
function pointerKeys(fragment: string): string[] {
  return fragment === "" ? [] : fragment.replace(/^\//, "").split("/");
}

function unescapeKey(key: string): string {
  return key.replace(/~1/g, "/").replace(/~0/g, "~");
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
