import type { Api, ApiOperation, ContentType, ResponseContent } from "../ir/index.js";
import { SharedExamples } from "./mock-examples.js";
import { pagesOf } from "./mock-pages.js";
import { successType } from "./operation-types.js";
import { inlineText, printComment } from "./print/comment.js";
import { Code, printLiteral, printString } from "./print/literal.js";
import { isShort } from "./sample-examples.js";
import { Samples } from "./samples.js";
import { type EmitSettings, SourceFile } from "./source-file.js";
import { block } from "./template.js";
import type { TypePrinter } from "./types.js";

const runtime = "resil-gen-runtime/mocks";

/** `mocks.ts`: a handler for every operation, and a function for every schema that makes one up. */
export function mocksFile(api: Api, types: TypePrinter, settings: EmitSettings): SourceFile {
  const file = new SourceFile("mocks.ts", settings);
  const samples = new Samples(api.schemas, (name) => file.import(runtime, name));
  for (const named of api.schemas) {
    if (named.sampleName === undefined) continue;
    file.addBlock(block("mocks.ts", "$sample"), {
      docs: printComment([`A made-up ${named.name}, with some members as given.`]).trimEnd(),
      sample: named.sampleName,
      Schema: file.type("./schema.js", named.name),
      value: printLiteral(samples.declared(named), "  ", 16),
    });
  }
  const operations = api.groups.flatMap(({ file: group, operations: own }) =>
    own.map((operation) => ({ group, operation })),
  );
  const examples = new SharedExamples(operations.map(({ operation }) => operation));
  const entries = operations.map(({ operation }) => [operation.name, mockOf(operation, samples, examples, file)]);
  for (const text of examples.functions) file.add(text);
  file.addBlock(block("mocks.ts", "operations"), { operations: printLiteral(Object.fromEntries(entries), "", 200) });
  const servers = api.basePath === undefined ? api.servers : [api.basePath];
  file.addBlock(block("mocks.ts", "servers"), { servers: printLiteral(servers, "", 35) });
  const members = operations.map(({ group, operation }) => {
    const error = file.type(`operations/${group}`, operation.errorName);
    const success = successType(operation, types, `operations/${group}`, file);
    return `  readonly ${operation.name}: ${file.type(runtime, "MockOf")}<Http, ${success}, ${error}>;\n`;
  });
  file.addBlock(block("mocks.ts", "Mocks"), { title: inlineText(api.title), members: members.join("").trim() });
  file.addBlock(block("mocks.ts", "createMocks"));
  return file;
}

function mockOf(operation: ApiOperation, samples: Samples, examples: SharedExamples, file: SourceFile): object {
  const { name, id, method, path, server, safe, idempotencyKey: key, responses } = operation;
  const answers = responses.map(({ status, contents: [content] }) => {
    if (content === undefined) return [status, []];
    const example = fits(content, samples) ? content.example : undefined;
    const shared = examples.callOf(example, `${name}${status}`);
    return [status, answerOf(content, shared ?? file.spend(sampleOf(content, example, samples, file)))];
  });
  return {
    id: id === name ? undefined : id,
    method,
    path,
    server,
    answers: Object.fromEntries(answers),
    safe: safe || undefined,
    key,
    pages: pagesOf(operation, samples),
  };
}

/** Media type and data of one documented answer. */
function answerOf({ mediaType, type }: ResponseContent, data: string): unknown[] {
  // A function that is called without anything can stand for itself.
  const [, name] = /^(\w+)\(\)$/.exec(data) ?? [];
  return [oneOfRange(mediaType, type.kind), new Code(name ?? `() => ${data}`)];
}

/** A media type out of a range: an answer is of one type. */
function oneOfRange(mediaType: string, kind: ContentType["kind"]): string {
  if (!mediaType.includes("*")) return mediaType;
  if (kind === "text") return "text/plain";
  if (kind !== "binary") return "application/json";
  return /^\w+\/\*$/.test(mediaType) ? mediaType.replace("*", "x-sample") : "application/octet-stream";
}

/** Whether the document gives an example that can be used. */
function fits({ example, type }: ResponseContent, samples: Samples): boolean {
  return example !== undefined && isShort(example) && (type.kind !== "json" || samples.fits(example, type.schema));
}

function sampleOf({ type }: ResponseContent, example: unknown, samples: Samples, file: SourceFile): string {
  if (example !== undefined) return asExpression(printLiteral(example, "  ", 60));
  if (type.kind === "json") return asExpression(printLiteral(samples.value(type.schema), "  ", 60));
  if (type.kind === "stream") return streamSample(type, samples, file);
  if (type.kind === "binary") return "new Uint8Array([1, 2, 3])";
  return '"text"';
}

function streamSample(
  { format, schema }: Extract<ContentType, { kind: "stream" }>,
  samples: Samples,
  file: SourceFile,
): string {
  if (format === "bytes") return '"text"';
  return `${file.import(runtime, "streamText")}(${printString(format)}, ${printLiteral(samples.value(schema), "  ", 60)})`;
}

/** An object literal right behind `=>` would be a block. */
function asExpression(text: string): string {
  return text.startsWith("{") ? `(${text})` : text;
}
