import { Cursor, isRecord, type Problems, type SourceFile } from "../diagnostics/index.js";
import { didYouMean, nearest } from "../diagnostics/suggest.js";
import { anchored, identified, resourceAround } from "./anchors.js";

export type OpenApiVersion = "3.0" | "3.1" | "3.2";

/** The document that the user named, with every file that it refers to. */
export interface SpecDocument {
  readonly root: Cursor;
  readonly version: OpenApiVersion;
  /** A reference that leads nowhere spoils a corner of it only: warned of, and what it stands for may be anything. */
  readonly isLarge: boolean;
  /** By URL. */
  readonly files: ReadonlyMap<string, SourceFile | Unread>;
}

/** A file that could not be had. */
export interface Unread {
  readonly why: string;
  /** It may not be read unless the user allows it. */
  readonly isRefused: boolean;
}

export function isRead(file: SourceFile | Unread): file is SourceFile {
  return !("why" in file);
}

/**
 * Where a `$ref` leads in the end, or the value itself if it is none. A reference that leads nowhere is a problem, told
 * once at its place, and `undefined`.
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
      leadsNowhere(
        document,
        "circularRef",
        `this $ref leads back to itself`,
        "Let it refer to what is no $ref",
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

/** In a small document that is an error; in a large one a corner is left out. */
function leadsNowhere(
  { isLarge }: SpecDocument,
  code: "danglingRef" | "circularRef",
  message: string,
  hint: string,
  at: Cursor,
  problems: Problems,
): void {
  if (isLarge) problems.add(code, message, `${hint}; what it stands for is left out.`, at, "warning");
  else problems.add(code, message, `${hint}.`, at);
}

/** Where the `$ref` of a value leads, one step; `undefined` with a problem where that is nowhere. */
export function step(document: SpecDocument, from: Cursor, problems: Problems): Cursor | undefined {
  const ref = from.get("$ref");
  return typeof ref?.value === "string" ? resolve(document, ref, ref.value, problems) : undefined;
}

/**
 * A map or list of parts: the paths, the answers of an operation, a section of the components. Large documents are
 * written with a reference in its place, which OpenAPI does not know.
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

/** The media types of a body, an answer or a parameter; since OpenAPI 3.2 one may be a reference. */
export function contentOf(document: SpecDocument, holder: Cursor, problems: Problems): [string, Cursor][] {
  return (holder.get("content")?.entries() ?? []).flatMap(([mediaType, written]): [string, Cursor][] => {
    const at = follow(document, written, problems);
    return at === undefined ? [] : [[mediaType, at]];
  });
}

/** The place that one reference names. On its way there it may pass another reference, which passes no further one. */
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
      `'${text}' cannot be followed: ${why}`,
      isRefused
        ? "Move the file into the document's folder, or allow it with --allow-external-refs."
        : "Correct the reference.",
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
    // Some programs write keys that are percent-encoded themselves, and refer to them as they are.
    const child = (holder: Cursor | undefined): Cursor | undefined =>
      holder?.get(key) ?? holder?.get(unescapeKey(written));
    const next = child(at) ?? (mayPassReferences ? child(behind(document, at, problems)) : undefined);
    if (next === undefined) {
      const near = didYouMean(nearestKey(key, at));
      leadsNowhere(document, "danglingRef", `'${text}' leads nowhere`, `${near}Correct the reference`, ref, problems);
      return undefined;
    }
    at = next;
  }
  return at;
}

/** A URL in a reference need not be where a file is: it may be what a schema of the document is called. */
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

/** `Pet` and `/definitions/Pet`, which were allowed before Swagger 2.0 and are still written, name a schema. */
function schemaMeant(document: SpecDocument, ref: Cursor, text: string, problems: Problems): Cursor | undefined {
  const [, name] = /^(?:\/(?:definitions|components\/schemas)\/)?([^/#]+)$/.exec(text) ?? [];
  if (name === undefined) return undefined;
  const { root } = document;
  const schemas = root.get("definitions") ?? root.get("components")?.get("schemas");
  const found = schemas?.get(name);
  if (found !== undefined)
    problems.add("brokenCorner", `'${text}' names no file`, `It is taken for '#${found.pointer}'.`, ref);
  return found;
}

/** What stands at a reference on the way, for those who keep all schemas in a file: `schemas: { $ref: schemas.yaml }`. */
function behind(document: SpecDocument, at: Cursor, problems: Problems): Cursor | undefined {
  return at.get("$ref") === undefined ? undefined : followed(document, at, problems, false);
}

/** The key that was probably meant. Looked for where people can still have them in their heads: it takes its time. */
function nearestKey(key: string, holder: Cursor): string | undefined {
  const known = Object.keys(holder.record);
  return known.length > 2_000 ? undefined : nearest(key, known);
}

function fileOf(document: SpecDocument, base: SourceFile, text: string): SourceFile | Unread {
  const url = targetUrl(text, base.url, document.root.file);
  if (url === base.url) return base;
  if (url === document.root.file.url) return document.root.file;
  const file = url === undefined ? undefined : document.files.get(url);
  return file ?? { why: "it is no address of a file", isRefused: false };
}

/** The URL of the file that a reference in the file `base` names. */
export function targetUrl(text: string, base: string, root: SourceFile): string | undefined {
  // A slash between the file and the `#` is a slip: files with these endings are no folders.
  const location = text.split("#", 1)[0]?.replace(/(\.(?:ya?ml|json))\/$/i, "$1") ?? "";
  if (location === "") return base;
  return URL.canParse(location, base) ? retrievalUrl(new URL(location, base).href, root) : undefined;
}

/**
 * A document may say by `$self` how it is called (OpenAPI 3.2). What is named by that, and what is named as lying beside
 * it, is where the document was read.
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

/** What stands behind the `#` of a reference. */
function fragmentOf(text: string): string {
  return text.includes("#") ? text.slice(text.indexOf("#") + 1) : "";
}

/** Keys of a JSON Pointer (RFC 6901 §6), still encoded. Its first slash is forgotten now and then. */
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
