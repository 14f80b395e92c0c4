// Keeps the parts of Swagger 2.0's `collectionFormat` that the converter loses: form fields, and what OpenAPI 3 lacks.
import { Cursor, isRecord, type Problems, type SourceFile } from "../diagnostics/index.js";

/** The converter copies extensions of a parameter to the form field that it becomes. */
const kept = "x-collection-format";

const encodings: Readonly<Record<string, object>> = {
  csv: { style: "form", explode: false },
  ssv: { style: "spaceDelimited", explode: false },
  pipes: { style: "pipeDelimited", explode: false },
};

/** Marks each list in a form with its format, in a document that is about to be converted. */
export function keepFormats(document: Record<string, unknown>): void {
  for (const { value, record } of parametersOf(new Cursor({ value: document } as SourceFile))) {
    if (record["in"] !== "formData" || record["type"] !== "array" || isOfFiles(record["items"])) continue;
    (value as Record<string, unknown>)[kept] = record["collectionFormat"] ?? "csv";
  }
}

/** Turns the marks into encodings of the converted forms. */
export function putFormats(document: Record<string, unknown>): void {
  const root = new Cursor({ value: document } as SourceFile);
  const shared = members(root.get("components")?.get("requestBodies"));
  const own = operationsOf(root).flatMap((operation) => operation.get("requestBody") ?? []);
  for (const media of [...shared, ...own].flatMap((body) => members(body.get("content")))) {
    const properties = media.get("schema")?.get("properties")?.entries() ?? [];
    const encoding = properties.flatMap(([name, member]) => {
      const format = member.text(kept);
      if (isRecord(member.value)) delete member.value[kept];
      const written = format !== undefined && Object.hasOwn(encodings, format) ? encodings[format] : undefined;
      return written === undefined ? [] : [[name, written] as const];
    });
    if (encoding.length > 0) (media.value as Record<string, unknown>)["encoding"] = Object.fromEntries(encoding);
  }
}

/** Warns about formats that can't be sent as described. */
export function reportFormats(root: Cursor, problems: Problems): void {
  for (const parameter of parametersOf(root)) {
    const format = parameter.text("collectionFormat") ?? "";
    const hasMore = ["query", "formData"].includes(parameter.text("in") ?? "");
    const isLost = format === "tsv" || (!hasMore && ["ssv", "pipes"].includes(format));
    if (!isLost) continue;
    problems.add(
      "undefinedStyle",
      `OpenAPI 3 has no style for collectionFormat '${format}' of '${parameter.text("name")}'. The default style is used.`,
      "Use another collectionFormat if the server accepts one.",
      parameter.get("collectionFormat") ?? parameter,
    );
  }
}

/** The parameters of all operations, of their paths, and of the document. */
function parametersOf(root: Cursor): Cursor[] {
  const lists = [...members(root.get("paths")), ...operationsOf(root)].flatMap(
    (holder) => holder.get("parameters")?.items() ?? [],
  );
  return [...members(root.get("parameters")), ...lists].filter(({ value }) => isRecord(value));
}

function operationsOf(root: Cursor): Cursor[] {
  return members(root.get("paths")).flatMap(members);
}

function members(of: Cursor | undefined): Cursor[] {
  return of?.entries().map(([, member]) => member) ?? [];
}

function isOfFiles(items: unknown): boolean {
  return isRecord(items) && (items["type"] === "file" || items["format"] === "binary");
}
