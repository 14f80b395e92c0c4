import { type ExtendedPolicy, extendedPolicies } from "../../runtime/src/policies/extended-policies.js";
import type { ApiOperation, OperationGroup, RequestContent, ResponseCase } from "../ir/index.js";
import { operationDocs } from "./operation-docs.js";
import {
  headersDeclaration,
  inputDeclaration,
  inputIsOptional,
  isErrorCase,
  outputTypes,
  pagesType,
  successHeaders,
} from "./operation-types.js";
import { printComment } from "./print/comment.js";
import { Code, printLiteral } from "./print/literal.js";
import { type EmitSettings, SourceFile } from "./source-file.js";
import { block } from "./template.js";
import type { TypePrinter } from "./types.js";

const runtime = "resil-gen-runtime";

/** The file of one group of operations. */
export function operationsFile(
  { file: name, operations }: OperationGroup,
  types: TypePrinter,
  settings: EmitSettings,
): SourceFile {
  const file = new SourceFile(`operations/${name}.ts`, settings);
  for (const operation of operations) addOperation(operation, types, file);
  return file;
}

function addOperation(operation: ApiOperation, types: TypePrinter, file: SourceFile): void {
  file.add(inputDeclaration(operation, types, file));
  const { output, error, call } = outputTypes(operation, types, file);
  file.add(`${printComment([`What \`${operation.name}\` comes to.`])}export type ${operation.outputName} = ${output};`);
  file.add(`${printComment([`How \`${operation.name}\` can fail.`])}export type ${operation.errorName} =${error};`);
  const headers = headersDeclaration(operation, types, file);
  if (headers !== undefined) file.add(headers);
  const { constName } = operation;
  file.addBlock(block("operations.ts", "$constant"), {
    constant: constName,
    literal: printLiteral(descriptor(operation, file), "", 27 + constName.length),
  });
  const variant = inputIsOptional(operation) ? "operationWithOptionalInput" : "operation";
  file.addBlock(block("operations.ts", `$${variant}`), {
    [variant]: operation.name,
    docs: printComment(operationDocs(operation)).trimEnd(),
    Input: operation.inputName,
    Call: call,
    constant: constName,
  });
  addPagination(operation, types, file);
}

/** The function that goes through an operation's pages, where its description says how. */
function addPagination(operation: ApiOperation, types: TypePrinter, file: SourceFile): void {
  const { name, inputName, constName, pagination } = operation;
  if (pagination === undefined) return;
  const { names, item: _item, by, ...places } = pagination;
  const strategy = { cursor: "byCursor", page: "byPage", offset: "byOffset", link: "byLink" }[by];
  const literal = { by: new Code(file.import(runtime, strategy)), ...places };
  const pagesConstant = names.constName;
  file.addBlock(block("operations.ts", "$pagesConstant"), {
    pagesConstant,
    pagination: printLiteral(literal, "", 28 + pagesConstant.length),
  });
  const variant = inputIsOptional(operation) ? "paginateWithOptionalInput" : "paginate";
  const docs = [`The items of all pages of \`${name}\`. Each page is a call with all its policies.`];
  file.addBlock(block("operations.ts", `$${variant}`), {
    [variant]: names.functionName,
    docs: printComment(docs).trimEnd(),
    Input: inputName,
    Pages: pagesType(operation, types, file),
    constant: constName,
    pagesConstant,
  });
}

/** The operation as the runtime wants it. */
function descriptor(operation: ApiOperation, file: SourceFile): object {
  const {
    id,
    method,
    path,
    policySet,
    safe,
    idempotent,
    responses,
    body,
    querystring,
    idempotencyKey,
    security,
    server,
  } = operation;
  const contents = body?.contents ?? [];
  return {
    id,
    method,
    path,
    policies: new Code(file.import("./policies.js", policySet)),
    safe,
    idempotent,
    responses: Object.fromEntries(responses.map((response) => [response.status, documentedTypes(response, responses)])),
    body: encodersOf(contents, file),
    styles: stylesOf(operation, file),
    querystring: querystring?.style === undefined ? undefined : new Code(file.import(runtime, querystring.style)),
    encoding: encodingOf(contents, file),
    idempotencyKey,
    extensions: extensionsOf(operation, file),
    headers: headerReadersOf(operation, file),
    security: security.length === 0 ? undefined : security,
    server,
  };
}

/** The media types of an answer. An error in one that is not asked for (`q=0`) is a documented error all the same. */
function documentedTypes(response: ResponseCase, responses: readonly ResponseCase[]): string {
  const { contents, leftOut } = response;
  const own = contents.map(({ mediaType }) => mediaType);
  const unasked = isErrorCase(response, responses) ? leftOut.map((type) => `${type};q=0`) : [];
  return [...own, ...unasked].join(", ");
}

function headerReadersOf({ responses }: ApiOperation, file: SourceFile): object | undefined {
  const readers = successHeaders(responses).map(({ name, reader }) => [name, new Code(file.import(runtime, reader))]);
  if (readers.length === 0) return undefined;
  return { read: new Code(file.import(runtime, "readHeaders")), readers: Object.fromEntries(readers) as object };
}

const streamReaders = {
  events: "eventStream",
  textEvents: "textEventStream",
  lines: "jsonLines",
  bytes: "byteStream",
} as const;

/** What the runtime's extensions are called, by the policy that they carry out. */
const extensionNames: Readonly<Record<ExtendedPolicy, string>> = {
  coalesce: "coalesce",
  "fallback.value": "valueFallback",
  "fallback.stale": "staleFallback",
  rateLimit: "rateLimit",
  hedge: "hedge",
  propagate: "propagate",
};

/** The parts of the runtime that only some operations need, in the order in which they go around a call. */
function extensionsOf({ idempotencyKey, responses, policies }: ApiOperation, file: SourceFile): Code[] | undefined {
  const formats = responses.flatMap(({ contents }) =>
    contents.flatMap(({ type }) => (type.kind === "stream" ? [type.format] : [])),
  );
  const names = [
    ...(idempotencyKey?.generated ? ["generatedKeys"] : []),
    ...(idempotencyKey === undefined ? [] : ["keys"]),
    ...extendedPolicies.flatMap(([policy, isOn]) => (isOn(policies) ? [extensionNames[policy]] : [])),
    ...new Set(formats.map((format) => streamReaders[format])),
    ...(policies.streaming && formats.length === 0 ? ["progress"] : []),
  ];
  return names.length === 0 ? undefined : names.map((name) => new Code(file.import(runtime, name)));
}

function stylesOf({ parameters }: ApiOperation, file: SourceFile): object | undefined {
  const places = Object.entries(parameters).flatMap(([place, own]) => {
    const styled = own.flatMap(({ name, style }) =>
      style === undefined ? [] : [[name, new Code(file.import(runtime, style))] as const],
    );
    return styled.length === 0 ? [] : [[place, Object.fromEntries(styled)] as const];
  });
  return places.length === 0 ? undefined : Object.fromEntries(places);
}

/** The runtime's functions that write bodies, by the kind of content. */
const encoders = {
  json: "jsonBody",
  form: "formBody",
  multipart: "multipart",
  text: "plainBody",
  binary: "plainBody",
} as const;

function encodersOf(contents: readonly RequestContent[], file: SourceFile): object | undefined {
  if (contents.length === 0) return undefined;
  const entries = contents.map(({ mediaType, type: { kind } }) => {
    const encoder = kind === "stream" || kind === "unknown" ? "plainBody" : encoders[kind];
    return [mediaType, new Code(file.import(runtime, encoder))] as const;
  });
  return Object.fromEntries(entries);
}

function encodingOf(contents: readonly RequestContent[], file: SourceFile): object | undefined {
  const members = contents.flatMap(({ encoding }) =>
    Object.entries(encoding).map(([name, { style, contentType }]) => {
      return [name, style === undefined ? { contentType } : { style: new Code(file.import(runtime, style)) }] as const;
    }),
  );
  return members.length === 0 ? undefined : Object.fromEntries(members);
}
