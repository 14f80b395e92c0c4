import type {
  ApiOperation,
  ContentType,
  Parameter,
  RequestContent,
  ResponseCase,
  ResponseHeader,
} from "../ir/index.js";
import { printComment } from "./print/comment.js";
import { printPropertyName, printString } from "./print/literal.js";
import type { SourceFile } from "./source-file.js";
import type { TypePrinter } from "./types.js";

const runtime = "resil-gen-runtime";

/** Whether an operation can be called without any input. */
export function inputIsOptional({ parameters, querystring, idempotencyKey, body }: ApiOperation): boolean {
  const all = [...Object.values(parameters).flat(), ...(querystring === undefined ? [] : [querystring])];
  const isParameterRequired = all.some(({ required }) => required);
  return (
    !isParameterRequired &&
    (idempotencyKey === undefined || idempotencyKey.optional === true) &&
    body?.required !== true
  );
}

/** The declaration of an operation's input. */
export function inputDeclaration(operation: ApiOperation, types: TypePrinter, file: SourceFile): string {
  const { inputName, name } = operation;
  const members = [
    ...parameterMembers(operation, types, file),
    ...querystringMember(operation, types, file),
    ...keyMember(operation),
  ];
  const contents = operation.body?.contents ?? [];
  const [only] = contents;
  const isOne = contents.length === 1 && only !== undefined && !isRange(only);
  if (isOne) members.push(bodyMember(operation, only, types, file));
  const comment = printComment([`What \`${name}\` takes.`]);
  const own = members.join("");
  if (isOne || contents.length === 0) {
    if (members.length === 0) return `${comment}export type ${inputName} = ${file.type(runtime, "NoInput")};`;
    return `${comment}export interface ${inputName} {\n${own}}`;
  }
  const choices = contents.map((content, index) => bodyChoice(operation, content, index === 0, types, file));
  const rest = operation.body?.required ? choices : [...choices, `{ body?: undefined; contentType?: undefined }`];
  const union = rest.map((choice) => `\n  | ${choice}`).join("");
  const base = own === "" ? "" : `{\n${own}} & `;
  return `${comment}export type ${inputName} = ${base === "" ? union : `${base}(${union}\n)`};`;
}

function parameterMembers({ parameters }: ApiOperation, types: TypePrinter, file: SourceFile): string[] {
  return (["path", "query", "header", "cookie"] as const).flatMap((place) => {
    const own = parameters[place];
    if (own.length === 0) return [];
    const isRequired = own.some(({ required }) => required);
    const lines = own.map((parameter) => parameterLine(parameter, types, file)).join("");
    return [`  ${place}${isRequired ? "" : "?"}: {\n${lines}  }${isRequired ? "" : " | undefined"};\n`];
  });
}

function querystringMember({ querystring }: ApiOperation, types: TypePrinter, file: SourceFile): string[] {
  if (querystring === undefined) return [];
  const { schema, required, description } = querystring;
  const type = optional(types.type(schema, file, "  "), !required);
  return [`${printComment([description], "  ")}  query${required ? "" : "?"}: ${type};\n`];
}

function parameterLine(
  { name, required, schema, description, deprecated }: Parameter,
  types: TypePrinter,
  file: SourceFile,
): string {
  const type = types.type(schema, file, "    ");
  const comment = printComment(
    [description, ...docsOfSchema(schema), deprecated ? { tag: "deprecated" } : undefined],
    "    ",
  );
  return `${comment}    ${printPropertyName(name)}${required ? "" : "?"}: ${optional(type, !required)};\n`;
}

function docsOfSchema(schema: Parameter["schema"]): Parameters<typeof printComment>[0] {
  if (typeof schema === "boolean" || schema.default === undefined) return [];
  return [{ tag: "default", text: JSON.stringify(schema.default).slice(0, 200) }];
}

function optional(type: string, isOptional: boolean): string {
  if (!isOptional || type === "unknown") return type;
  const separator = /^\n( *)\|/.exec(type)?.[1];
  return separator === undefined ? `${type} | undefined` : `${type}\n${separator}| undefined`;
}

function keyMember({ idempotencyKey: key }: ApiOperation): string[] {
  if (key === undefined) return [];
  const comment = printComment(["The same key on every try of the same thing: the server must do it once."], "  ");
  return [`${comment}  idempotencyKey${key.optional ? "?" : ""}: ${optional("string", key.optional === true)};\n`];
}

function bodyMember(operation: ApiOperation, content: RequestContent, types: TypePrinter, file: SourceFile): string {
  const isRequired = operation.body?.required === true;
  const comment = printComment([operation.body?.description], "  ");
  const type = bodyType(operation, content, types, file, "  ");
  return `${comment}  body${isRequired ? "" : "?"}: ${optional(type, !isRequired)};\n`;
}

/** One of several bodies. The preferred one need not be named, unless its type is a range. */
function bodyChoice(
  operation: ApiOperation,
  content: RequestContent,
  isFirst: boolean,
  types: TypePrinter,
  file: SourceFile,
): string {
  const type = isRange(content) ? "string" : printString(content.mediaType);
  const isOptional = isFirst && !isRange(content);
  return `{ body: ${bodyType(operation, content, types, file, "    ")}; contentType${isOptional ? "?" : ""}: ${optional(type, isOptional)} }`;
}

/** A range is no content type that could be sent: the caller has to name one. */
function isRange({ mediaType }: RequestContent): boolean {
  return mediaType.includes("*");
}

function bodyType(
  { idempotencyKey }: ApiOperation,
  { type }: RequestContent,
  types: TypePrinter,
  file: SourceFile,
  indent: string,
): string {
  const text = contentType(type, types, file, indent);
  if (idempotencyKey?.in !== "body") return text;
  return `${file.type(runtime, "Without")}<${text}, ${printString(idempotencyKey.name)}>`;
}

export function contentType(type: ContentType, types: TypePrinter, file: SourceFile, indent = ""): string {
  switch (type.kind) {
    case "json":
    case "form":
    case "multipart":
      return types.type(type.schema, file, indent);
    case "text":
      return "string";
    case "binary":
      return file.type(runtime, "BinaryBody");
    case "stream":
      return streamTypeText(type, types, file, indent);
    default:
      return "unknown";
  }
}

const streams = { events: "EventStream", textEvents: "EventStream", lines: "JsonLines" } as const;

function streamTypeText(
  { format, schema }: Extract<ContentType, { kind: "stream" }>,
  types: TypePrinter,
  file: SourceFile,
  indent: string,
): string {
  if (format === "bytes") return file.type(runtime, "ByteStream");
  return `${file.type(runtime, streams[format])}<${types.type(schema, file, indent)}>`;
}

/** The headers that successful answers are described with. All may be missing: CORS hides them, fallbacks have none. */
export function headersDeclaration(operation: ApiOperation, types: TypePrinter, file: SourceFile): string | undefined {
  const { headersName, name, responses } = operation;
  if (headersName === undefined) return undefined;
  const lines = successHeaders(responses).map(({ name: header, schema, description, deprecated }) => {
    const comment = printComment([description, deprecated ? { tag: "deprecated" } : undefined], "  ");
    return `${comment}  readonly ${printPropertyName(header)}?: ${optional(types.type(schema, file, "  "), true)};\n`;
  });
  return `${printComment([`Response headers of \`${name}\`.`])}export interface ${headersName} {\n${lines.join("")}}`;
}

/** Each header once, as the first answer that has it describes it. */
export function successHeaders(responses: readonly ResponseCase[]): ResponseHeader[] {
  const found = new Map<string, ResponseHeader>();
  for (const { status, headers } of responses) {
    for (const header of status.startsWith("2") ? headers : []) {
      const key = header.name.toLowerCase();
      if (!found.has(key)) found.set(key, header);
    }
  }
  return [...found.values()];
}

/** What an operation comes to: its data, its errors, and the type of its call. */
export interface OutputTypes {
  readonly output: string;
  readonly error: string;
  readonly call: string;
}

export function outputTypes(operation: ApiOperation, types: TypePrinter, file: SourceFile): OutputTypes {
  const data = [...new Set(successCases(operation.responses).map((response) => dataType(response, types, file)))];
  const output = data.length === 0 ? "unknown" : unionOf(data);
  const named = /^\w+(\[\])?$/.test(output) ? output : operation.outputName;
  const call = `${file.type(runtime, "Call")}<${named}, ${operation.errorName}${succeeded(operation, types, undefined, file)}>`;
  return { output, error: errorType(operation, types, file), call };
}

/** Where several 2xx differ, the last parameter of `Call` ties the status to the data; it tells the headers, too. */
function succeeded(operation: ApiOperation, types: TypePrinter, module: string | undefined, file: SourceFile): string {
  const { headersName, outputName } = operation;
  const local = (name: string): string => (module === undefined ? name : file.type(module, name));
  const headers = headersName === undefined ? "" : `, ${local(headersName)}`;
  const successes = successCases(operation.responses);
  const isOne = new Set(successes.map(({ contents }) => JSON.stringify(contents.map(({ type }) => type)))).size < 2;
  if (isOne)
    return headers === "" ? "" : `, ${file.type(runtime, "Succeeded")}<number, ${local(outputName)}${headers}>`;
  const cases = successes.map((response) => ({ status: response.status, data: dataType(response, types, file) }));
  const statuses = cases.map(({ status }) => status);
  const members = cases.map(
    ({ status, data }) =>
      `${file.type(runtime, "Succeeded")}<${statusType(status, statuses, file)}, ${data}${headers}>`,
  );
  return `, ${members.join(" | ")}`;
}

/** What goes through the pages of an operation. */
export function pagesType({ pagination, outputName }: ApiOperation, types: TypePrinter, file: SourceFile): string {
  const item = types.type(pagination?.item ?? true, file);
  return `${file.type(runtime, "PagedItems")}<${item}, ${outputName}>`;
}

/** How an operation succeeds, as a type for places that have no schemas at hand. */
export function successType(operation: ApiOperation, types: TypePrinter, module: string, file: SourceFile): string {
  const several = succeeded(operation, types, module, file);
  if (several !== "") return several.slice(2);
  const statuses = successCases(operation.responses).map(({ status }) => status);
  const known = statuses.map((status) => statusType(status === "default" ? "2XX" : status, statuses, file));
  const status = known.length === 0 ? file.type(runtime, "Status2XX") : known.join(" | ");
  return `${file.type(runtime, "Succeeded")}<${status}, ${file.type(module, operation.outputName)}>`;
}

/** The answers that are data: 2xx, or `default` where no 2xx is described. */
function successCases(responses: readonly ResponseCase[]): readonly ResponseCase[] {
  const successes = responses.filter(({ status }) => status.startsWith("2"));
  return successes.length > 0 ? successes : responses.filter(({ status }) => status === "default");
}

/** Whether an answer is an error. `default` is one where a 2xx is described beside it. */
export function isErrorCase(response: ResponseCase, responses: readonly ResponseCase[]): boolean {
  return !/^[123]/.test(response.status) && !successCases(responses).includes(response);
}

function dataType({ isBodiless, contents }: ResponseCase, types: TypePrinter, file: SourceFile): string {
  if (isBodiless) return "undefined";
  const texts = contents.map(({ type }) =>
    type.kind === "binary" ? file.type(runtime, "BlobData") : contentType(type, types, file),
  );
  return contents.length === 0 ? "unknown" : unionOf([...new Set(texts)]);
}

export function unionOf(types: readonly string[]): string {
  return types.includes("unknown")
    ? "unknown"
    : types.map((type) => (/^\n| & /.test(type) ? `(${type})` : type)).join(" | ");
}

/** The error answers, those with the same body together, and every other way to fail, as they stand behind a `=`. */
function errorType({ responses, errorName }: ApiOperation, types: TypePrinter, file: SourceFile): string {
  const successes = successCases(responses);
  const bodies = new Map<string, string>();
  for (const response of responses) {
    const isError = !/^[12]/.test(response.status) && (!successes.includes(response) || response.status === "default");
    if (!isError) continue;
    const body = dataType(response, types, file);
    // A server that sends XML although JSON was asked for: its text.
    const isText = response.leftOut.length > 0 && isErrorCase(response, responses) && body !== "unknown";
    bodies.set(response.status, isText ? `${body} | string` : body);
  }
  const groups = [...new Set(bodies.values())].map((body) => {
    const own = [...bodies.keys()].filter((status) => bodies.get(status) === body);
    const rest = [...bodies.keys()].filter((status) => bodies.get(status) !== body);
    // What a range of the same body covers need not be named.
    const needed = own.filter((status) => !own.some((other) => other !== status && covers(other, status)));
    return `${file.type(runtime, "HttpError")}<${needed.map((status) => statusType(status, rest, file)).join(" | ")}, ${body}>`;
  });
  const all = [...groups, file.type(runtime, "CallError")];
  const flat = ` ${all.join(" | ")}`;
  return `export type ${errorName} =;`.length + flat.length <= 120 ? flat : all.map((type) => `\n  | ${type}`).join("");
}

/** A status as a union of literals: a range without those that have another meaning. */
function statusType(status: string, others: readonly string[], file: SourceFile): string {
  if (/^\d+$/.test(status)) return status;
  const range = file.type(runtime, status === "default" ? "StatusDefault" : `Status${status}`);
  const described = others
    .filter((other) => covers(status, other))
    .map((other) => (/^\d+$/.test(other) ? other : file.type(runtime, `Status${other}`)));
  return described.length === 0 ? range : `${file.type(runtime, "StatusBut")}<${range}, ${described.join(" | ")}>`;
}

function covers(range: string, status: string): boolean {
  if (range === "default") return status !== "default" && /^[45]/.test(status);
  return /^\dXX$/.test(range) && /^\d+$/.test(status) && status.startsWith(range.slice(0, 1));
}
