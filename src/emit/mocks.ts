import type { Api, ApiOperation, ContentType, ResponseCase } from "../ir/index.js";
import { inlineText, printComment } from "./print/comment.js";
import { Code, printLiteral, printString } from "./print/literal.js";
import { Samples } from "./samples.js";
import { type EmitSettings, SourceFile } from "./source-file.js";
import { block } from "./template.js";

/** `mocks.ts`: a handler for every operation, and a function for every schema that makes one up. */
export function mocksFile(api: Api, settings: EmitSettings): SourceFile {
  const file = new SourceFile("mocks.ts", settings);
  const samples = new Samples(api.schemas);
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
  const entries = operations.map(({ operation }) => [operation.name, mockOf(operation, samples)]);
  file.addBlock(block("mocks.ts", "operations"), { operations: printLiteral(Object.fromEntries(entries), "", 200) });
  const members = operations.map(({ group, operation }) => {
    const data = `data?: ${file.type(`operations/${group}`, operation.outputName)}`;
    const handler = `${file.type("resil-gen/runtime/mocks", "MockHandler")}<Http>`;
    return `${printComment([`Answers \`${operation.name}\`.`], "  ")}  ${operation.name}(${data}): ${handler};\n`;
  });
  file.addBlock(block("mocks.ts", "Mocks"), { title: inlineText(api.title), members: members.join("").trim() });
  file.import("resil-gen/runtime/mocks", "mockHandler");
  const bound = operations.map(
    ({ operation: { name } }) => `    ${name}: (data) => mockHandler(http, operations.${name}, data),\n`,
  );
  file.addBlock(block("mocks.ts", "createMocks"), { bound: bound.join("").trim().replace(/,$/, "") });
  for (const name of samples.needed) file.import("resil-gen/runtime/mocks", name);
  return file;
}

/** The usual answer: the first 2xx, or `default`. */
function mockOf({ method, path, responses }: ApiOperation, samples: Samples): object {
  const usual: ResponseCase | undefined =
    responses.find(({ status }) => /^2\d\d$/.test(status)) ??
    responses.find(({ status }) => status === "2XX") ??
    responses.find(({ status }) => status === "default");
  const status = /^\d+$/.test(usual?.status ?? "") ? Number(usual?.status) : 200;
  const content = usual?.contents[0];
  const mediaType = content?.mediaType ?? "";
  const contentType = mediaType.includes("*") ? "application/json" : mediaType;
  return { method, path, status, contentType, data: new Code(`() => ${sampleOf(content, samples)}`) };
}

function sampleOf(content: ResponseCase["contents"][number] | undefined, samples: Samples): string {
  if (content === undefined) return "undefined";
  if (content.example !== undefined) return asExpression(printLiteral(content.example, "  ", 60));
  if (content.type.kind === "json") return asExpression(printLiteral(samples.value(content.type.schema), "  ", 60));
  if (content.type.kind === "stream") return streamSample(content.type, samples);
  if (content.type.kind === "binary") return "new Uint8Array([1, 2, 3])";
  return '"text"';
}

function streamSample({ format, schema }: Extract<ContentType, { kind: "stream" }>, samples: Samples): string {
  if (format === "bytes") return '"text"';
  samples.needed.add("streamText");
  return `streamText(${printString(format)}, ${printLiteral(samples.value(schema), "  ", 60)})`;
}

/** An object literal right behind `=>` would be a block. */
function asExpression(text: string): string {
  return text.startsWith("{") ? `(${text})` : text;
}
