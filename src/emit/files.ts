import type { Api } from "../ir/index.js";
import { inlineText, printComment } from "./print/comment.js";
import { Code, printLiteral, printPropertyName, printString } from "./print/literal.js";
import { type EmitSettings, SourceFile } from "./source-file.js";
import { block } from "./template.js";
import type { TypePrinter } from "./types.js";

const runtime = "resil-gen-runtime";

/** `schema.ts`: every named schema. */
export function schemaFile({ schemas }: Api, types: TypePrinter, settings: EmitSettings): SourceFile {
  const file = new SourceFile("schema.ts", settings);
  for (const schema of schemas) file.add(types.declaration(schema, file));
  if (schemas.length === 0) file.add("export {};");
  return file;
}

/** `errors.ts`: the errors of each operation by its id. */
export function errorsFile({ groups }: Api, settings: EmitSettings): SourceFile {
  const file = new SourceFile("errors.ts", settings);
  const members = groups.flatMap(({ file: group, module, operations }) => {
    const local = file.importAll(`operations/${group}`, module, { isType: true });
    return operations.map(({ id, errorName }) => `  ${printPropertyName(id)}: ${local}.${errorName};\n`);
  });
  file.addBlock(block("errors.ts", "OperationErrors"), { members: members.join("").trim() });
  file.addBlock(block("errors.ts", "OperationId"));
  file.addBlock(block("errors.ts", "isErrorOf"));
  return file;
}

/** `client.ts`: how the API is reached. */
export function clientFile(api: Api, settings: EmitSettings): SourceFile {
  const file = new SourceFile("client.ts", settings);
  const title = inlineText(api.title);
  file.addBlock(block("client.ts", "api"), { api: printLiteral(description(api, file, settings), "", 28) });
  const auth = authMembers(api, file);
  const authDocs = printComment([
    auth === ""
      ? "The document asks for no credentials."
      : "Credentials by security scheme: a value, or a function that is asked before each attempt.",
  ]);
  file.addBlock(block("client.ts", "Auth"), {
    authDocs: authDocs.trimEnd(),
    AuthMembers: auth === "" ? file.type(runtime, "NoInput") : `{\n${auth}}`,
  });
  for (const name of ["Client", "CallOptions"]) file.addBlock(block("client.ts", name), { title });
  file.addBlock(block("client.ts", "Platform"));
  const overKy = settings.transport === "ky" ? "OverKy" : "";
  if (api.basePath === undefined) {
    const name = `ClientOptions${overKy === "" ? "" : "$overKy"}`;
    file.addBlock(block("client.ts", name), { title, members: optionMembers(api, file).trim() });
  } else
    file.addBlock(block("client.ts", `ClientOptions$byOrigin${overKy}`), { title, Address: addressType(api, file) });
  file.addBlock(block("client.ts", needsOptions(api) ? "createClient" : "createClient$withoutOptions"));
  return file;
}

function needsOptions({ servers }: Api): boolean {
  return servers.length === 0;
}

/** A bundle of one operation holds the names of all: of more than so many that would be most of the client. */
const mostNames = 100;

function operationNames({ groups }: Api): string[] | undefined {
  const names = groups.flatMap(({ operations }) => operations.map(({ id }) => id));
  return names.length > mostNames ? undefined : names;
}

function description(api: Api, file: SourceFile, { transport }: EmitSettings): object {
  const { servers, basePath, variables, securitySchemes } = api;
  const hasSecurity = securitySchemes.length > 0;
  return {
    contract: 1,
    servers,
    basePath,
    variables:
      variables.length === 0
        ? undefined
        : Object.fromEntries(variables.map(({ name, default: value }) => [name, value])),
    securitySchemes: hasSecurity
      ? Object.fromEntries(securitySchemes.map(({ name, scheme }) => [name, schemeLiteral(name, scheme)]))
      : undefined,
    operations: operationNames(api),
    sender: transport === "ky" ? new Code(file.import(`${runtime}/ky`, "byKy")) : undefined,
    authorize: hasSecurity ? new Code(file.import(runtime, "authorize")) : undefined,
  };
}

/** For a member called `toString` the compiler expects a function, and so takes texts within it for any text. */
function schemeLiteral(name: string, scheme: object): object {
  return name in Object.prototype ? new Code(`${printLiteral(scheme)} as const`) : scheme;
}

function authMembers({ securitySchemes }: Api, file: SourceFile): string {
  return securitySchemes
    .map(({ name, scheme, docs }) => {
      const credential = file.type(runtime, "Credential");
      const type = scheme.type === "basic" ? file.type(runtime, "BasicCredentials") : "string";
      return `${printComment(docs, "  ")}  readonly ${printPropertyName(name)}?: ${credential}<${type}> | undefined;\n`;
    })
    .join("");
}

/** The address, either whole or without the document's base path, and all other options. */
function addressType(api: Api, file: SourceFile): string {
  const path = inlineText(api.basePath ?? "");
  const origin = [`Scheme and host of the API: the document's base path \`${path}\` is appended.`];
  const others = otherMembers(api);
  const rest = others === "" ? "" : ` & {\n${others}}`;
  const member = (docs: string, name: string, type: string, other: string): string =>
    `{\n${docs}  readonly ${name}: ${type};\n  readonly ${other}?: never;\n}`;
  const whole = member(baseUrlDocs(api), "baseUrl", baseUrlType(file), "origin");
  return `(${whole} | ${member(printComment(origin, "  "), "origin", "string", "baseUrl")})${rest}`;
}

function baseUrlType(file: SourceFile): string {
  return `string | ((choice: ${file.type(runtime, "ServerChoice")}) => string)`;
}

function baseUrlDocs({ basePath, servers: [first] }: Api): string {
  return printComment(
    [
      "Address of the API, without a slash at its end; replaces every server of the document.",
      basePath === undefined
        ? undefined
        : `The document's paths are below \`${inlineText(basePath)}\`: \`https://host${inlineText(basePath)}\`.`,
      first === undefined ? undefined : { tag: "default", text: first },
    ],
    "  ",
  );
}

function optionMembers(api: Api, file: SourceFile): string {
  const isOptional = needsOptions(api) ? "" : "?";
  return `${baseUrlDocs(api)}  readonly baseUrl${isOptional}: ${baseUrlType(file)};\n${otherMembers(api)}`;
}

function otherMembers(api: Api): string {
  const { servers, variables } = api;
  const lines: string[] = [];
  if (servers.length > 1) {
    const union = servers.map(printString).join(" | ");
    lines.push(
      printComment(["One of the document's servers.", { tag: "default", text: servers[0] ?? "" }], "  "),
      `  readonly server?: ${union} | undefined;\n`,
    );
  }
  if (variables.length > 0) {
    const members = variables.map(
      ({ name, values }) =>
        `${printPropertyName(name)}?: ${values.length === 0 ? "string" : values.map(printString).join(" | ")} | undefined`,
    );
    lines.push(
      printComment(["Values of the variables in the servers' addresses."], "  "),
      `  readonly variables?: { ${members.join("; ")} } | undefined;\n`,
    );
  }
  if (api.securitySchemes.length > 0)
    lines.push(printComment(["Credentials."], "  "), "  readonly auth?: Auth | undefined;\n");
  return lines.join("");
}

/** `api.ts`: every operation bound to one client. */
export function apiFile(api: Api, settings: EmitSettings): SourceFile {
  const file = new SourceFile("api.ts", settings);
  const modules = api.groups.map(({ file: group, module }) => file.importAll(`operations/${group}`, module));
  file.addBlock(block("api.ts", "Api"), { title: inlineText(api.title), Operations: boundModules(modules, file) });
  file.addBlock(block("api.ts", needsOptions(api) ? "createApi" : "createApi$withoutOptions"), {
    modules: moduleObject(modules),
  });
  return file;
}

/** As the members of an object: the items of a list would be compared with each other, each with each. */
function moduleObject(modules: readonly string[]): string {
  const flat = modules.length === 0 ? "{}" : `{ ${modules.join(", ")} }`;
  // Beside the rest of its line, which has 78 characters.
  return flat.length <= 42 ? flat : `{\n    ${modules.join(",\n    ")},\n  }`;
}

/** What the facade extends. One by one, so that the compiler's work grows with the operations, and not faster. */
function boundModules(modules: readonly string[], file: SourceFile): string {
  const bound = file.type(runtime, "BoundOperations");
  const types = modules.map((module) => `${bound}<typeof ${module}>`);
  if (types.length === 0) return `${bound}<object>`;
  const flat = types.join(", ");
  return flat.length < 90 ? flat : types.join(",\n    ");
}

/** `index.ts`: an explicit list of what the client exports. */
export function indexFile(api: Api, settings: EmitSettings): SourceFile {
  const file = new SourceFile("index.ts", { ...settings, header: settings.header + settings.origin });
  const list = file.reexport.bind(file);
  list("./client.js", ["createClient"], ["Auth", "CallOptions", "Client", "ClientOptions"]);
  list("api", ["createApi"], ["Api"]);
  list("./errors.js", ["isErrorOf"], ["OperationErrors", "OperationId"]);
  list(
    runtime,
    ["asBytes", "asStream", "asText", "isHttpError", "isResilienceError", "mayRetry", "newIdempotencyKey", "outcomeOf"],
    ["Call", "CallError", "HttpError", "ResilienceError", "ResilienceEvent"],
  );
  if (api.securitySchemes.some(({ scheme }) => scheme.type !== "basic"))
    list(runtime, ["clientCredentials", "refreshableToken"], ["TokenSource"]);
  for (const { file: group, operations } of api.groups) {
    list(
      `operations/${group}`,
      operations.flatMap(({ name, pagination }) =>
        pagination === undefined ? [name] : [name, pagination.names.functionName],
      ),
      operations.flatMap(({ inputName, outputName, errorName, headersName }) => [
        inputName,
        outputName,
        errorName,
        ...(headersName === undefined ? [] : [headersName]),
      ]),
    );
  }
  if (api.webhooks.length > 0) list("./webhooks.js", ["createWebhooks"], ["WebhookBodies"]);
  list(
    "./schema.js",
    [],
    api.schemas.map(({ name }) => name),
  );
  return file;
}
