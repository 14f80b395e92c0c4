import type { Severity } from "./problem.js";

interface CodeEntry {
  readonly code: string;
  readonly severity: Severity;
  /** The heading of its page. */
  readonly title: string;
}

const error = (code: string, title: string): CodeEntry => ({ code, severity: "error", title });
const warning = (code: string, title: string): CodeEntry => ({ code, severity: "warning", title });

const note = (code: string, title: string): CodeEntry => ({ code, severity: "note", title });

/** Every problem there is. A code, once published, keeps its meaning. */
export const problemCodes = {
  // 1: reading the document
  unreadable: error("RG1001", "The document cannot be read"),
  syntax: error("RG1002", "The document is not valid YAML or JSON"),
  tooLarge: error("RG1003", "The document is too large or too deep"),
  notOpenApi: error("RG1004", "The document is no OpenAPI description"),
  version: error("RG1005", "The OpenAPI version is not supported"),
  danglingRef: error("RG1006", "A $ref leads nowhere"),
  refusedRef: error("RG1007", "A $ref leaves the document's folder"),
  circularRef: error("RG1008", "A $ref leads back to itself"),
  noOperations: error("RG1009", "The document has no operation"),
  duplicateKey: warning("RG1010", "A key is written twice"),
  overlay: error("RG1011", "An overlay is not what the Overlay Specification asks for"),
  overlayNoMatch: warning("RG1012", "An overlay's action matches nothing"),
  config: error("RG1013", "The configuration file is not right"),
  swagger2: warning("RG1014", "A part of a Swagger 2.0 document that has no counterpart"),
  missingFile: error("RG1015", "A $ref names a file that cannot be read"),
  encoding: warning("RG1016", "The document is not UTF-8"),
  // 2: policies
  policySyntax: error("RG2001", "x-resilience has an unknown key or a wrong value"),
  policySense: error("RG2002", "x-resilience values that make no sense together"),
  policyPlace: error("RG2003", "x-resilience key that does not belong here"),
  scopeConflict: error("RG2004", "One scope with two sets of numbers"),
  policyAddress: error("RG2005", "A policy for operations that there are not"),
  foreignRetries: warning("RG2006", "x-speakeasy-retries that cannot be taken as it is"),
  uncheckedPattern: warning("RG2007", "A pattern of an idempotency key that the client does not check"),
  oddTimeout: warning("RG2009", "A timeout that is unlikely to be meant"),
  // 3: the document's contents
  brokenCorner: warning("RG3001", "A part that is not what OpenAPI asks for was left out"),
  unsendable: warning("RG3002", "An operation that cannot be sent"),
  bodyOnGet: warning("RG3003", "A body on a method that cannot carry one"),
  undeclaredPathParameter: warning("RG3004", "A path parameter without a declaration"),
  unusedPathParameter: warning("RG3005", "A path parameter that the path does not have"),
  duplicateOperationId: warning("RG3006", "Two operations with one operationId"),
  renamed: note("RG3007", "A name that is taken or not allowed in code"),
  selfReference: warning("RG3008", "A schema that is nothing but itself"),
  collidingPaths: warning("RG3009", "Two paths that are one to a server"),
  duplicateParameter: warning("RG3010", "A parameter that is declared twice"),
  unknownScheme: warning("RG3011", "A security scheme that is not declared"),
  serverVariable: warning("RG3012", "A variable of a server without a declaration or with a wrong default"),
  unknownKey: warning("RG3013", "A key that is nearly one of OpenAPI's"),
  undefinedStyle: warning("RG3014", "A parameter whose style OpenAPI does not define for its type"),
  // 4: the output folder
  editedFile: error("RG4001", "A generated file was edited by hand"),
  notOurs: error("RG4002", "A file of somebody else stands where one must be written"),
  outOfDate: error("RG4003", "The generated client is not up to date"),
  unwritable: error("RG4004", "The output folder cannot be written"),
  locked: error("RG4005", "Another run is writing the output folder"),
  // 5: what of the document is asked for
  selection: error("RG5001", "--include or --exclude that selects nothing"),
  // 6: what a person may want to decide; told by lint
  looksLikeRead: note("RG6001", "A POST that looks as if it only read"),
  unconfirmedKey: note("RG6002", "A key that the server is not known to support"),
  noEffect: note("RG6003", "A setting without effect"),
  looksPaged: note("RG6004", "An operation that looks as if it gave pages"),
  leftOutMediaType: note("RG6005", "A media type that the client leaves out in favor of JSON"),
  // 7: further blocks
  pagination: error("RG7001", "x-pagination does not fit its operation"),
} as const satisfies Record<string, CodeEntry>;

export type ProblemCode = keyof typeof problemCodes;
