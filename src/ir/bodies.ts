import type { Cursor, Problems } from "../diagnostics/index.js";
import { contentOf, follow, type SpecDocument, type SpecOperation } from "../load/index.js";
import { isFileBody, isStreamType, leftOutForJson } from "../policies/index.js";
import type { ContentType, RequestBody, RequestContent, ResponseCase, ResponseContent, Schema } from "./api.js";
import type { Direction } from "./direction.js";
import { queryStyle } from "./parameters.js";
import { responseHeadersOf } from "./response-headers.js";
import type { Schemas } from "./schemas.js";

/** Methods whose request has no body, as far as fetch goes. */
const bodiless = ["GET", "HEAD"];

export function requestBodyOf(
  document: SpecDocument,
  { method, key, body }: SpecOperation,
  schemas: Schemas,
  problems: Problems,
): RequestBody | undefined {
  if (body === undefined) return undefined;
  if (bodiless.includes(method)) {
    if (mediaTypesOf(document, body, problems).some(([, media]) => saysSomething(media))) {
      problems.add(
        "bodyOnGet",
        `${key}: fetch can't send a body with ${method}. The body is ignored.`,
        "Use parameters, POST, or QUERY instead.",
        body,
      );
    }
    return undefined;
  }
  const contents = mediaTypesOf(document, body, problems).map(([mediaType, at]) =>
    requestContent(document, mediaType, at, schemas, problems),
  );
  if (contents.length === 0) return undefined;
  return {
    required: body.get("required")?.value === true,
    description: body.text("description"),
    contents: preferJson(contents),
  };
}

/** The media types of a body or answer. One that no header can hold would keep the operation from being called at all. */
function mediaTypesOf(document: SpecDocument, at: Cursor, problems: Problems): [string, Cursor][] {
  return contentOf(document, at, problems).filter(([mediaType, media]) => {
    if (/^[\t\x20-\x7e]+$/.test(mediaType)) return true;
    problems.add(
      "brokenCorner",
      `Invalid media type '${mediaType}'. It is ignored.`,
      "Write type/subtype, for example application/json.",
      media,
    );
    return false;
  });
}

/** Some generators write an empty form on every operation; nobody misses it. */
function saysSomething(media: Cursor): boolean {
  const { record = {} } = media.get("schema") ?? {};
  const isEmptyObject = record["type"] === "object" && Object.keys((record["properties"] ?? {}) as object).length === 0;
  return !(
    isEmptyObject &&
    !record["additionalProperties"] &&
    !record["allOf"] &&
    !record["anyOf"] &&
    !record["oneOf"]
  );
}

/** One media type, no list and no range, that can stand in a header of a part. */
const mediaTypeText = /^[\w!#$&^.+-]+\/[\w!#$&^.+-]+(\s*;\s*[\w-]+=("[^"\r\n]*"|[^\s;,"]+))*$/;

/** "Anything" is sent as what every server with such a schema understands. */
const whenAny: Partial<Record<ContentType["kind"], string>> = {
  json: "application/json",
  binary: "application/octet-stream",
};

type MemberEncoding = RequestContent["encoding"][string];

function requestContent(
  document: SpecDocument,
  mediaType: string,
  at: Cursor,
  schemas: Schemas,
  problems: Problems,
): RequestContent {
  const type = contentTypeOf(mediaType, at, schemas, "write");
  const written = (at.get("encoding")?.entries() ?? []).map(
    ([name, entry]) => [name, encodingOf(entry, type)] as const,
  );
  const encoding = [...encodedTexts(document, at, type, problems), ...written].filter(
    ([, member]) => Object.keys(member).length > 0,
  );
  return {
    mediaType: /^(\*|application)\/\*$/.test(mediaType) ? (whenAny[type.kind] ?? mediaType) : mediaType,
    type,
    encoding: Object.fromEntries(encoding),
  };
}

/** OpenAPI "Encoding Object": an explicit style makes the content type void. */
function encodingOf(entry: Cursor, { kind }: ContentType): MemberEncoding {
  const explode = entry.get("explode")?.value;
  const allowReserved = entry.get("allowReserved")?.value === true;
  if (entry.get("style") !== undefined || explode !== undefined || allowReserved) {
    const style = queryStyle(entry.text("style"), explode !== false, allowReserved, explode === true);
    return style === undefined ? {} : { style };
  }
  const contentType = entry.text("contentType");
  if (kind === "form") return /^[^,]*[/+]json/i.test(contentType ?? "") ? { style: "jsonStyle" } : {};
  return contentType !== undefined && mediaTypeText.test(contentType) ? { contentType } : {};
}

/** Members that are texts of encoded bytes say what the bytes are (OpenAPI 3.1, "Encoding Object"). */
function encodedTexts(
  document: SpecDocument,
  at: Cursor,
  { kind }: ContentType,
  problems: Problems,
): [string, MemberEncoding][] {
  const written = at.get("schema");
  const schema = kind !== "multipart" || written === undefined ? undefined : follow(document, written, problems);
  return (schema?.get("properties")?.entries() ?? []).flatMap(([name, property]): [string, MemberEncoding][] => {
    const member = follow(document, property, problems);
    if (member?.text("contentEncoding") === undefined) return [];
    const mediaType = member.text("contentMediaType") ?? "";
    return [[name, { contentType: mediaTypeText.test(mediaType) ? mediaType : "application/octet-stream" }]];
  });
}

/** The answers of every documented status, in the document's order. */
export function responsesOf(
  document: SpecDocument,
  { method, responses }: SpecOperation,
  schemas: Schemas,
  problems: Problems,
): ResponseCase[] {
  return responses.flatMap(([written, at]) => {
    const status = written.toUpperCase() === "DEFAULT" ? "default" : written.toUpperCase();
    if (status !== "default" && !/^[1-5](\d\d|XX)$/.test(status)) {
      problems.add(
        "brokenCorner",
        `Invalid status '${written}'. The response is ignored.`,
        "Use a status code like 200, a range like 4XX, or default.",
        at,
      );
      return [];
    }
    const contents = mediaTypesOf(document, at, problems).map(
      ([mediaType, media]): ResponseContent => ({
        mediaType,
        type: contentTypeOf(mediaType, media, schemas, "read"),
        ...exampleOf(document, media, problems),
      }),
    );
    const headers = responseHeadersOf(document, at, schemas, problems);
    const isBodiless = method === "HEAD" || ["204", "205", "304"].includes(status);
    const answered = isBodiless ? [] : preferJson(contents);
    const leftOut = isBodiless ? [] : leftOutForJson(contents.map(({ mediaType }) => mediaType));
    return [{ status, isBodiless, description: at.text("description"), headers, contents: answered, leftOut }];
  });
}

function exampleOf(document: SpecDocument, media: Cursor, problems: Problems): { example?: unknown } {
  const single = media.get("example");
  if (single !== undefined) return { example: single.value };
  const [first] = media.get("examples")?.entries() ?? [];
  // Nothing is typed by an example: one that leads nowhere is a fault in a corner, however small the document.
  const named = first === undefined ? undefined : follow({ ...document, isLarge: true }, first[1], problems);
  const value = named?.get("value") ?? named?.get("dataValue");
  return value === undefined ? {} : { example: value.value };
}

/** JSON first, and no XML beside it. */
function preferJson<Content extends { readonly mediaType: string; readonly type: ContentType }>(
  contents: readonly Content[],
): Content[] {
  const json = contents.filter(({ type }) => type.kind === "json");
  const leftOut = leftOutForJson(contents.map(({ mediaType }) => mediaType));
  const rest = contents.filter(({ type, mediaType }) => type.kind !== "json" && !leftOut.includes(mediaType));
  return [...json, ...rest];
}

export function contentTypeOf(mediaType: string, at: Cursor, schemas: Schemas, direction: Direction): ContentType {
  const written = at.get("schema");
  const schema = (toward = direction): Schema => (written === undefined ? {} : schemas.use(written, toward));
  if (isJson(mediaType)) return { kind: "json", schema: schema() };
  if (direction === "write" && /^application\/x-www-form-urlencoded/i.test(mediaType))
    return { kind: "form", schema: schema() };
  if (direction === "write" && /^multipart\//i.test(mediaType)) return { kind: "multipart", schema: schema("form") };
  if (isStreamType(mediaType)) return direction === "read" ? streamType(mediaType, at, schemas) : { kind: "binary" };
  if (isFileBody(mediaType, at)) return { kind: "binary" };
  const isRange = mediaType === "*/*" || mediaType === "application/*";
  if (isRange) return written === undefined ? { kind: "unknown" } : { kind: "json", schema: schema() };
  return { kind: "text" };
}

/**
 * What comes one by one: by `itemSchema` (OpenAPI 3.2), where an event is an object with its `data`; before that, by a
 * `schema` that everybody takes for the one of an event's data.
 */
function streamType(mediaType: string, at: Cursor, schemas: Schemas): ContentType {
  const item = at.get("itemSchema");
  const schemaOf = (written: Cursor | undefined): Schema => (written === undefined ? {} : schemas.use(written, "read"));
  if (/^multipart\//i.test(mediaType)) return { kind: "stream", format: "bytes", schema: {} };
  if (!/^text\/event-stream/i.test(mediaType))
    return { kind: "stream", format: "lines", schema: schemaOf(item ?? at.get("schema")) };
  const data = item === undefined ? at.get("schema") : item.get("properties")?.get("data");
  const isJsonData = /json/i.test(data?.text("contentMediaType") ?? "");
  if (isJsonData) return { kind: "stream", format: "events", schema: schemaOf(data?.get("contentSchema")) };
  if (data === undefined || data.text("type") === "string")
    return { kind: "stream", format: "textEvents", schema: { type: "string" } };
  return { kind: "stream", format: "events", schema: schemaOf(data) };
}

function isJson(mediaType: string): boolean {
  return /^[^;]*[/+]json\s*(;|$)/i.test(mediaType);
}
