import type { Cursor, Problems } from "../diagnostics/index.js";
import { contentOf, follow, type SpecDocument } from "../load/index.js";
import type { ResponseHeader, Schema } from "./api.js";
import type { Schemas } from "./schemas.js";

/** The headers that an answer is described with; `Content-Type` is none of them (OpenAPI "Response Object"). */
export function responseHeadersOf(
  document: SpecDocument,
  response: Cursor,
  schemas: Schemas,
  problems: Problems,
): ResponseHeader[] {
  return (response.get("headers")?.entries() ?? []).flatMap(([name, written]): ResponseHeader[] => {
    const at = follow(document, written, problems);
    const isName = /^[!#$%&'*+.^_`|~0-9a-z-]+$/i.test(name);
    if (at === undefined || !isName || name.toLowerCase() === "content-type") return [];
    const docs = { name, description: at.text("description"), deprecated: at.get("deprecated")?.value === true };
    return [{ ...docs, ...headerValue(document, at, schemas, problems) }];
  });
}

/** A value that headers have no common form for is given as the text that it is. */
function headerValue(
  document: SpecDocument,
  at: Cursor,
  schemas: Schemas,
  problems: Problems,
): Pick<ResponseHeader, "schema" | "reader"> {
  const text = { schema: { type: "string" }, reader: "textHeader" };
  const [content] = contentOf(document, at, problems);
  const written = content === undefined ? at.get("schema") : content[1].get("schema");
  const schema = written === undefined ? undefined : follow(document, written, problems);
  if (written === undefined || schema === undefined) return text;
  const use = (): Schema => schemas.use(written, "read");
  if (content !== undefined) return /[/+]json/i.test(content[0]) ? { schema: use(), reader: "jsonHeader" } : text;
  const reader = scalarReaders.get(schema.text("type") ?? "");
  if (reader !== undefined) return { schema: use(), reader };
  const items = schema.get("items");
  const item = items === undefined ? undefined : follow(document, items, problems)?.text("type");
  if (schema.text("type") !== "array") return text;
  if (item === "string") return { schema: use(), reader: "listHeader" };
  return item === "integer" || item === "number" ? { schema: use(), reader: "numberListHeader" } : text;
}

const scalarReaders: ReadonlyMap<string, string> = new Map([
  ["string", "textHeader"],
  ["integer", "numberHeader"],
  ["number", "numberHeader"],
  ["boolean", "booleanHeader"],
]);
