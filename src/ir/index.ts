import type { Problems } from "../diagnostics/index.js";
import { type SpecDocument, type SpecOperation, sectionOf } from "../load/index.js";
import type { OperationPolicies, ResolvedPolicies } from "../policies/index.js";
import type { Api, ApiOperation, NamedSchema, OperationGroup, Pagination } from "./api.js";
import { requestBodyOf, responsesOf } from "./bodies.js";
import { checkFallbackValues } from "./fallback-values.js";
import { fileNames, moduleNames } from "./groups.js";
import { camelCase, pascalCase, upperFirst } from "./identifiers.js";
import { claimAll, Names } from "./names.js";
import { paginationOf } from "./pagination.js";
import { parametersOf } from "./parameters.js";
import { PolicySets } from "./policy-sets.js";
import { Schemas } from "./schemas.js";
import { connectionSchemesOf, securityOf, securitySchemesOf } from "./security.js";
import { breakSelfReferences } from "./self-references.js";
import { ownServer, serversOf } from "./servers.js";
import { nameWebhooks, webhooksOf } from "./webhooks.js";

export type * from "./api.js";

export interface BuildOptions {
  /** Leave out named schemas that no operation leads to. @default false */
  readonly onlyUsedSchemas?: boolean;
}

/** Everything that is to be emitted, with every name final. */
export async function buildApi(
  document: SpecDocument,
  operations: readonly SpecOperation[],
  policies: ResolvedPolicies,
  problems: Problems,
  { onlyUsedSchemas = false }: BuildOptions = {},
): Promise<Api> {
  const names = new Names();
  const schemas = new Schemas(document, names, problems);
  const servers = serversOf(document, operations);
  const securitySchemes = securitySchemesOf(document, problems);
  const byConnection = connectionSchemesOf(document, problems);
  const contents = [];
  for (const operation of operations) {
    const decided = policies.get(operation) as OperationPolicies;
    const content = {
      ...parametersOf(document, operation, decided.declaredKey, schemas, problems),
      body: requestBodyOf(document, operation, schemas, problems),
      responses: responsesOf(document, operation, schemas, problems),
    };
    const { query } = content.parameters;
    const context = { document, operation, query, schemas, problems };
    const pages = await paginationOf(decided.kind === "safe", context);
    contents.push({ operation, decided, content, pages });
  }
  const webhooks = webhooksOf(document, operations, schemas, problems);
  const namedSchemas = schemas.finish(onlyUsedSchemas);
  checkFallbackValues(
    contents.map(({ operation: { key }, decided, content: { responses } }) => ({ key, decided, responses })),
    namedSchemas,
    problems,
  );
  const operationNames = nameOperations(operations, names, problems);
  const nameOf = (operation: SpecOperation): string => operationNames.get(operation) ?? operation.key;
  const ids = operationIds(operations, nameOf);
  const theirNames = claimTheirs(contents, nameOf, names);
  const files = fileNames(operations);
  const groups = new Map<string, ApiOperation[]>();
  const sets = new PolicySets(names);
  for (const { operation, decided, content, pages } of contents) {
    const name = nameOf(operation);
    const theirs = theirNames.get(operation) as TheirNames;
    const built: ApiOperation = {
      name,
      id: ids.get(operation) ?? name,
      ...theirs.types,
      method: operation.method,
      // A fragment tells operations of one path apart; it is never sent, and a query behind it would not be either.
      path: operation.path.replace(/#.*$/s, ""),
      docs: docsOf(operation),
      safe: decided.kind === "safe",
      idempotent: decided.idempotent,
      ...content,
      idempotencyKey: decided.idempotencyKey,
      pagination: pages && theirs.pages && { ...pages, names: theirs.pages },
      policySet: sets.nameOf(name, decided),
      policies: decided.policies,
      security: securityOf(document, operation, securitySchemes, byConnection),
      server: ownServer(operation, servers.variables),
    };
    const file = files.get(operation) ?? "operations";
    const group = groups.get(file);
    if (group === undefined) groups.set(file, [built]);
    else group.push(built);
  }
  const info = document.root.get("info");
  return {
    title: info?.text("title") ?? "API",
    description: info?.text("description"),
    ...servers,
    securitySchemes,
    schemas: breakSelfReferences(withSampleNames(namedSchemas, names), (source) => {
      const at = sectionOf(document, document.root.get("components"), "schemas", problems)?.get(source);
      problems.add(
        "selfReference",
        `Schema '${source}' consists only of itself. It is typed as unknown.`,
        "Put a property or an array between the schema and the reference to itself.",
        at ?? document.root,
      );
    }),
    groups: groupsOf(groups),
    webhooks: nameWebhooks(webhooks, operationNames),
    policySets: sets.all(),
    renames: names.renames,
  };
}

/** Claimed last: the names of the mocks give way to all others. */
function withSampleNames(schemas: readonly NamedSchema[], names: Names): NamedSchema[] {
  return schemas.map((named) => {
    if (named.isSentOnly) return named;
    return { ...named, sampleName: names.claim(`sample${upperFirst(named.name)}`, `${named.source} sample`) };
  });
}

/** By `operationId`, else by method and path. An id that needs no change has the better right to its name. */
function nameOperations(
  operations: readonly SpecOperation[],
  names: Names,
  problems: Problems,
): Map<SpecOperation, string> {
  const bySource = new Map<string, SpecOperation>();
  for (const operation of operations) {
    const source = operation.id ?? operation.key;
    if (bySource.has(source)) {
      problems.add(
        "duplicateOperationId",
        `Duplicate operationId '${source}'.`,
        "Make it unique. Until then the second operation is named by its method and path.",
        operation.at.get("operationId") ?? operation.at,
      );
      bySource.set(operation.key, operation);
    } else bySource.set(source, operation);
  }
  const shape = (source: string): string => {
    const operation = bySource.get(source);
    return operation !== undefined && operation.id !== source ? nameByPath(operation) : camelCase(source);
  };
  const claimed = claimAll(names, [...bySource.keys()], shape);
  return new Map([...bySource].map(([source, operation]) => [operation, claimed.get(source) ?? source]));
}

/**
 * The ids of the document, for logs and metrics are searched for what stands there. Where it has none, two alike, or one
 * that would break a line or hit what every object has, the name of the function.
 */
function operationIds(
  operations: readonly SpecOperation[],
  nameOf: (operation: SpecOperation) => string,
): Map<SpecOperation, string> {
  const byId = new Map<string, SpecOperation>();
  for (const operation of operations) {
    const { id = "" } = operation;
    const isUsable = id !== "" && !/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u.test(id) && !(id in Object.prototype);
    if (isUsable && !byId.has(id)) byId.set(id, operation);
  }
  const ids = new Map([...byId].map(([id, operation]) => [operation, id]));
  for (const operation of operations) {
    if (ids.has(operation)) continue;
    let name = nameOf(operation);
    while (byId.has(name)) name += "_";
    byId.set(name, operation);
    ids.set(operation, name);
  }
  return ids;
}

/** `GET /users/{id}/posts` → `getUsersByIdPosts`. */
function nameByPath({ method, path }: SpecOperation): string {
  return camelCase(`${method.toLowerCase()} ${path.replace(/\{([^{}]*)\}/g, " by $1 ")}`);
}

/** What belongs to one operation. */
interface TheirNames {
  readonly types: OwnNames;
  readonly pages: Pagination["names"] | undefined;
}

/** An operation that lost its own name gives way with those of its types, too. */
function claimTheirs(
  contents: readonly {
    readonly operation: SpecOperation;
    readonly content: Pick<ApiOperation, "responses">;
    readonly pages: object | undefined;
  }[],
  nameOf: (operation: SpecOperation) => string,
  names: Names,
): Map<SpecOperation, TheirNames> {
  const lost = new Set(names.renames.map(({ to }) => to));
  const hasLost = ({ operation }: { readonly operation: SpecOperation }): number => Number(lost.has(nameOf(operation)));
  const byRight = [...contents].sort((a, b) => hasLost(a) - hasLost(b));
  return new Map(
    byRight.map(({ operation, content: { responses }, pages }) => {
      const name = nameOf(operation);
      const types = typeNames(name, operation, responses, names);
      return [operation, { types, pages: pages && paginationNames(name, operation, names) }];
    }),
  );
}

type OwnNames = Pick<ApiOperation, "constName" | "inputName" | "outputName" | "errorName" | "headersName">;

function typeNames(name: string, { key }: SpecOperation, responses: ApiOperation["responses"], names: Names): OwnNames {
  const base = pascalCase(name);
  const hasHeaders = responses.some(({ status, headers }) => status.startsWith("2") && headers.length > 0);
  return {
    constName: names.claim(`${name}Op`, `${key} constant`),
    inputName: names.claim(`${base}Input`, `${key} input`),
    outputName: names.claim(`${base}Output`, `${key} output`),
    errorName: names.claim(`${base}Error`, `${key} error`),
    headersName: hasHeaders ? names.claim(`${base}Headers`, `${key} headers`) : undefined,
  };
}

function paginationNames(name: string, { key }: SpecOperation, names: Names): Pagination["names"] {
  return {
    functionName: names.claim(`paginate${upperFirst(name)}`, `${key} pages`),
    constName: names.claim(`${name}Pages`, `${key} pages constant`),
  };
}

function docsOf({ at }: SpecOperation): ApiOperation["docs"] {
  return {
    summary: at.text("summary"),
    description: at.text("description"),
    deprecated: at.get("deprecated")?.value === true,
  };
}

function groupsOf(operations: ReadonlyMap<string, readonly ApiOperation[]>): OperationGroup[] {
  const modules = moduleNames([...operations.keys()]);
  return [...operations].map(([file, members]) => ({ file, module: modules.get(file) ?? file, operations: members }));
}
