import { type Cursor, isRecord, type Problems } from "../diagnostics/index.js";
import { contentOf, follow, type SpecDocument, type SpecOperation } from "../load/index.js";

/** What repeating an operation does, by its method (RFC 9110 §9.2). */
export type Kind = "safe" | "idempotent" | "mutating";

const safeMethods = ["GET", "HEAD", "OPTIONS", "QUERY"];
const idempotentMethods = ["PUT", "DELETE"];

export function kindOf(method: string, safe: boolean | undefined, idempotent?: boolean): Kind {
  if (safe === true) return "safe";
  if (safe === undefined && safeMethods.includes(method)) return "safe";
  return (idempotent ?? idempotentMethods.includes(method)) ? "idempotent" : "mutating";
}

/** A POST whose name says that it only reads: people are told, nothing is decided. */
export function looksLikeRead({ method, path, id = "" }: SpecOperation): boolean {
  if (method !== "POST") return false;
  // Whole words: `readers` are added, and `check-runs` begun.
  const words =
    /^(search|query|list|get|find|lookup|read|fetch|count|check|preview|calculate|estimate|validate|filter|export)(?![a-z])(?![-_]?(runs?|suites?|outs?|ins?)\b)/;
  const lastSegment =
    path
      .split("/")
      .filter((segment) => segment !== "" && !segment.startsWith("{"))
      .at(-1) ?? "";
  const names = [id.replace(/^.*[./#]/, ""), lastSegment.replace(/^[_:]|^.*:/, "")];
  return names.some((name) => words.test(name.charAt(0).toLowerCase() + name.slice(1)));
}

const streamTypes =
  /^(text\/event-stream|application\/(x-ndjson|ndjson|jsonl|x-jsonl|json-seq|stream\+json)|multipart\/mixed)/i;
const textTypes = /^text\/|[/+](json|xml|yaml|x-www-form-urlencoded)\s*(;|$)|^\*\/\*/i;

/** Whether a media type is a sequence that comes piece by piece. */
export function isStreamType(mediaType: string): boolean {
  return streamTypes.test(mediaType);
}

/** Whether a media type is neither JSON nor text nor a form: a file. */
function isBinaryType(mediaType: string): boolean {
  return !textTypes.test(mediaType) && !streamTypes.test(mediaType) && !/^multipart\//i.test(mediaType);
}

/** Whether a body is a file: by its media type, or by its schema where the type may be any, as downloads of Spring are. */
export function isFileBody(mediaType: string, media: Cursor): boolean {
  const schema = media.get("schema");
  if (schema === undefined || !/^(\*|application)\/\*$/.test(mediaType)) return isBinaryType(mediaType);
  // A schema of a range is one of JSON, unless it says nothing: then there are only bytes to speak of.
  return schema.text("format") === "binary" || (isRecord(schema.value) && Object.keys(schema.value).length === 0);
}

/** XML beside JSON says the same again in a form that no type describes: such media types are left out. */
export function leftOutForJson(mediaTypes: readonly string[]): string[] {
  const hasJson = mediaTypes.some((type) => /^[^;]*[/+]json\s*(;|$)/i.test(type));
  return hasJson ? mediaTypes.filter((type) => /[/+]xml\b/i.test(type)) : [];
}

/** Streams, uploads and downloads take as long as they take: their timeouts end with the headers. */
export function isTransfer(document: SpecDocument, { body, responses }: SpecOperation, problems: Problems): boolean {
  const answers = responses
    .filter(([status]) => status.startsWith("2"))
    .flatMap(([, response]) => contentOf(document, response, problems));
  if (answers.some(([type]) => isStreamType(type))) return true;
  if (answers.length > 0 && answers.every(([type, at]) => isFileBody(type, at))) return true;
  return (
    body !== undefined &&
    contentOf(document, body, problems).some(
      ([type, at]) => isFileBody(type, at) || isFileForm(document, type, at, problems),
    )
  );
}

function isFileForm(document: SpecDocument, type: string, at: Cursor, problems: Problems): boolean {
  if (!/^multipart\//i.test(type)) return false;
  const written = at.get("schema");
  const schema = written === undefined ? undefined : follow(document, written, problems);
  return (schema?.get("properties")?.entries() ?? []).some(
    ([, property]) => isFile(property) || isFile(property.get("items")),
  );
}

function isFile(schema: Cursor | undefined): boolean {
  return schema?.text("format") === "binary" || schema?.get("contentMediaType") !== undefined;
}
