import type { Severity } from "./problem.js";

interface CodeEntry {
  readonly code: string;
  readonly severity: Severity;
  /** The heading of its section in docs/problems.md. */
  readonly title: string;
}

const error = (code: string, title: string): CodeEntry => ({ code, severity: "error", title });
const warning = (code: string, title: string): CodeEntry => ({ code, severity: "warning", title });

const note = (code: string, title: string): CodeEntry => ({ code, severity: "note", title });

/** All problems. A published code keeps its meaning. */
export const problemCodes = {
  // 1: reading the document
  unreadable: error("RG1001", "The document can't be read"),
  syntax: error("RG1002", "Invalid YAML or JSON"),
  tooLarge: error("RG1003", "The document is too large or too deep"),
  notOpenApi: error("RG1004", "Not an OpenAPI document"),
  version: error("RG1005", "Unsupported OpenAPI version"),
  danglingRef: error("RG1006", "Unresolved $ref"),
  refusedRef: error("RG1007", "A $ref leaves the document's folder or host"),
  circularRef: error("RG1008", "Circular $ref"),
  noOperations: error("RG1009", "The document has no operations"),
  duplicateKey: warning("RG1010", "Duplicate key"),
  overlay: error("RG1011", "Invalid overlay"),
  overlayNoMatch: warning("RG1012", "An overlay action matches nothing"),
  config: error("RG1013", "Invalid configuration file"),
  swagger2: warning("RG1014", "Swagger 2.0 feature without an equivalent in OpenAPI 3"),
  missingFile: error("RG1015", "A $ref points to a file that can't be read"),
  encoding: warning("RG1016", "The document is not UTF-8"),
  // 2: policies
  policySyntax: error("RG2001", "Unknown setting or invalid value in x-resilience"),
  policySense: error("RG2002", "Contradictory settings in x-resilience"),
  policyPlace: error("RG2003", "A setting that applies to single operations only"),
  scopeConflict: error("RG2004", "One scope with different settings"),
  policyAddress: error("RG2005", "Policies for unknown operations"),
  foreignRetries: warning("RG2006", "Unsupported value in x-speakeasy-retries"),
  uncheckedPattern: warning("RG2007", "An idempotency key pattern that the client doesn't check"),
  oddTimeout: warning("RG2009", "A timeout that is probably a mistake"),
  // 3: the contents of the document
  brokenCorner: warning("RG3001", "An invalid part of the document was ignored"),
  unsendable: warning("RG3002", "An operation that can't be generated"),
  bodyOnGet: warning("RG3003", "A request body on a method without one"),
  undeclaredPathParameter: warning("RG3004", "An undeclared path parameter"),
  unusedPathParameter: warning("RG3005", "A path parameter that isn't in the path"),
  duplicateOperationId: warning("RG3006", "Duplicate operationId"),
  renamed: note("RG3007", "A name was changed in the client"),
  selfReference: warning("RG3008", "A schema that consists only of itself"),
  collidingPaths: warning("RG3009", "Two paths that match the same requests"),
  duplicateParameter: warning("RG3010", "Duplicate parameter"),
  unknownScheme: warning("RG3011", "Unknown security scheme"),
  serverVariable: warning("RG3012", "Undeclared server variable or invalid default"),
  unknownKey: warning("RG3013", "Unknown field, probably a typo"),
  undefinedStyle: warning("RG3014", "A parameter style that OpenAPI doesn't define for its type"),
  // 4: the output directory
  editedFile: error("RG4001", "A generated file was edited by hand"),
  notOurs: error("RG4002", "A file that resil-gen didn't generate is in the way"),
  outOfDate: error("RG4003", "The client is out of date"),
  unwritable: error("RG4004", "The output directory can't be written"),
  locked: error("RG4005", "Another run is writing the output directory"),
  // 5: selecting operations
  selection: error("RG5001", "--include or --exclude matches nothing"),
  // 6: suggestions of lint
  looksLikeRead: note("RG6001", "A POST that appears to be read-only"),
  unconfirmedKey: note("RG6002", "An idempotency key that the server may not support"),
  noEffect: note("RG6003", "A setting without effect"),
  looksPaged: note("RG6004", "An operation that looks paginated"),
  leftOutMediaType: note("RG6005", "A media type that the client omits in favor of JSON"),
  // 7: other extensions
  pagination: error("RG7001", "x-pagination doesn't fit its operation"),
} as const satisfies Record<string, CodeEntry>;

export type ProblemCode = keyof typeof problemCodes;
