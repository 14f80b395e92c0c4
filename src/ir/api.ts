import type { SecurityScheme } from "../../runtime/src/auth/auth.js";
import type { KeyCarrier } from "../../runtime/src/http/operation-facts.js";
import type { Policies } from "../../runtime/src/policies/types.js";

/** Everything that is emitted, as plain data: every name final and unique, every schema in one dialect. */
export interface Api {
  readonly title: string;
  readonly description: string | undefined;
  /** Absolute servers, the default one first; variables in braces. */
  readonly servers: readonly string[];
  /** What the document puts in front of its paths where it has no absolute server: `/v1`. */
  readonly basePath: string | undefined;
  readonly variables: readonly ServerVariable[];
  readonly securitySchemes: readonly NamedScheme[];
  readonly schemas: readonly NamedSchema[];
  readonly groups: readonly OperationGroup[];
  readonly webhooks: readonly Webhook[];
  readonly policySets: readonly PolicySet[];
  /** Names that could not stay as they are. */
  readonly renames: readonly Rename[];
}

export interface ServerVariable {
  readonly name: string;
  readonly default: string;
  readonly values: readonly string[];
}

export interface NamedScheme {
  readonly name: string;
  readonly scheme: SecurityScheme;
  /** What the document says of it, and where its tokens come from. */
  readonly docs: readonly (string | undefined)[];
}

/**
 * A schema in the dialect that the emitter and the mocks understand: JSON Schema, with references only to named schemas
 * (`#/components/schemas/<Name>`, `Name` being final) and without what OpenAPI versions write differently.
 */
export type Schema = boolean | SchemaObject;

export interface SchemaObject {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly nullable?: boolean;
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: Schema;
  readonly patternProperties?: Readonly<Record<string, Schema>>;
  readonly items?: Schema;
  readonly prefixItems?: readonly Schema[];
  readonly allOf?: readonly Schema[];
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
  /** The members of the union here tell each other apart by this property; the server may know more of them. */
  readonly openBy?: string;
  /** The union here is made from a discriminator: what extends the schema takes over the rest of it. */
  readonly isFamily?: boolean;
  /** What a value is whose property has none of the members' values (OpenAPI 3.2, "defaultMapping"). */
  readonly openDefault?: Schema;
  /** What values must fit beyond their type. */
  readonly rules?: readonly Rule[];
  readonly format?: string;
  readonly title?: string;
  readonly description?: string;
  readonly deprecated?: boolean;
  readonly default?: unknown;
  readonly example?: unknown;
  readonly examples?: readonly unknown[];
  /** Bounds, patterns and the like, for the mocks. */
  readonly [keyword: string]: unknown;
}

/** A keyword of JSON Schema that no type can express. Samples and checks of values keep to it. */
export type Rule =
  | { readonly kind: "not"; readonly schema: Schema }
  | { readonly kind: "if"; readonly when: Schema; readonly met: Schema; readonly unmet: Schema }
  | { readonly kind: "contains"; readonly schema: Schema; readonly least: number; readonly most?: number }
  | { readonly kind: "names"; readonly schema: Schema }
  /** Where an object has this member, it fits the schema. */
  | { readonly kind: "dependent"; readonly name: string; readonly schema: Schema }
  | { readonly kind: "anyOf" | "oneOf"; readonly schemas: readonly Schema[] }
  /** Something that is known only at run time: `$dynamicRef`. */
  | { readonly kind: "unknown" };

export interface NamedSchema {
  readonly name: string;
  /** What the document calls it. */
  readonly source: string;
  readonly schema: Schema;
  /** The form of a schema that only requests have. */
  readonly isSentOnly?: true;
  /** Name of the function that makes one up, for the mocks. */
  readonly sampleName?: string;
}

/** Operations that share a file. */
export interface OperationGroup {
  /** Name of the file without its ending. */
  readonly file: string;
  /** What it is called where it is imported as a whole. */
  readonly module: string;
  readonly operations: readonly ApiOperation[];
}

export interface ApiOperation {
  /** Of its function. */
  readonly name: string;
  /** What the runtime calls it: its `operationId`, or its name where it has none that can be used. Unique. */
  readonly id: string;
  /** Of the literal beside the function. */
  readonly constName: string;
  readonly inputName: string;
  readonly outputName: string;
  readonly errorName: string;
  /** Of the type of its response headers, where it describes some. */
  readonly headersName: string | undefined;
  readonly method: string;
  readonly path: string;
  readonly docs: Docs;
  readonly safe: boolean;
  /** Whether repeating it changes nothing more, where the document says otherwise than its method. */
  readonly idempotent: boolean | undefined;
  readonly parameters: Readonly<Record<ParameterPlace, readonly Parameter[]>>;
  /** The parameter that is the whole query; there are no query parameters beside it. */
  readonly querystring: Parameter | undefined;
  readonly body: RequestBody | undefined;
  readonly idempotencyKey: KeyCarrier | undefined;
  readonly pagination: Pagination | undefined;
  readonly responses: readonly ResponseCase[];
  /** Name of its policy set. */
  readonly policySet: string;
  readonly policies: Policies;
  readonly security: readonly (readonly string[])[];
  /** Its own server, where it has one. */
  readonly server: string | undefined;
}

export interface Docs {
  readonly summary: string | undefined;
  readonly description: string | undefined;
  readonly deprecated: boolean;
}

/** How the pages of an operation follow each other. */
export interface Pagination {
  readonly names: {
    readonly functionName: string;
    /** Of the literal beside the function. */
    readonly constName: string;
  };
  readonly by: "cursor" | "page" | "offset" | "link";
  /** Keys that lead to the list in an answer. */
  readonly items: readonly string[];
  readonly parameter: string | undefined;
  readonly next: readonly string[] | undefined;
  readonly lastItem: readonly string[] | undefined;
  readonly more: readonly string[] | undefined;
  readonly start: number | undefined;
  readonly item: Schema;
}

export type ParameterPlace = "path" | "query" | "header" | "cookie";

export interface Parameter {
  readonly name: string;
  readonly required: boolean;
  readonly schema: Schema;
  readonly description: string | undefined;
  readonly deprecated: boolean;
  /** The runtime's function that writes it, where that is not the usual one of its place. */
  readonly style: string | undefined;
}

export interface RequestBody {
  readonly required: boolean;
  readonly description: string | undefined;
  readonly contents: readonly RequestContent[];
}

export interface RequestContent {
  readonly mediaType: string;
  readonly type: ContentType;
  /** How single members are written. */
  readonly encoding: Readonly<Record<string, { readonly style?: string; readonly contentType?: string }>>;
}

/** What a body is in TypeScript. */
export type ContentType =
  | { readonly kind: "json" | "form" | "multipart"; readonly schema: Schema }
  /** Items that come one by one; `events` and `lines` have a schema for each. */
  | { readonly kind: "stream"; readonly format: "events" | "textEvents" | "lines" | "bytes"; readonly schema: Schema }
  | { readonly kind: "text" | "binary" | "unknown" };

/** The answers of one documented status. */
export interface ResponseCase {
  /** `200`, `4XX` or `default`. */
  readonly status: string;
  /** HTTP gives it no body, whatever is described. */
  readonly isBodiless: boolean;
  readonly description: string | undefined;
  readonly headers: readonly ResponseHeader[];
  readonly contents: readonly ResponseContent[];
  /** Media types that are documented but not asked for: XML beside JSON. */
  readonly leftOut: readonly string[];
}

/** A header that an answer may have. */
export interface ResponseHeader {
  readonly name: string;
  readonly description: string | undefined;
  readonly deprecated: boolean;
  readonly schema: Schema;
  /** The runtime's function that reads it. */
  readonly reader: string;
}

export interface ResponseContent {
  readonly mediaType: string;
  readonly type: ContentType;
  /** An example that the document gives for this answer. */
  readonly example?: unknown;
}

/** A request that the server makes: of its own accord, or to an address that an operation was given. */
export interface Webhook extends Docs {
  /** What the document calls it; a callback has the name of its operation before its own. */
  readonly name: string;
  readonly isBodyRequired: boolean;
  readonly contents: readonly ContentType[];
  /** What its sender expects for an answer. */
  readonly status: number;
  /** Members of its body that have one value only. */
  readonly match: Readonly<Record<string, unknown>>;
}

export interface PolicySet {
  readonly name: string;
  /** The preset that a set shared by operations is named by, in camel case; `undefined`: the set of one operation. */
  readonly preset: string | undefined;
  /** Whose policies they are. */
  readonly docs: string;
  readonly policies: Policies;
}

export interface Rename {
  readonly from: string;
  readonly to: string;
}
