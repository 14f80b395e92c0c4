import type { Authorization, AuthorizedCall, SecurityScheme } from "../auth/auth.js";
import type { Sender } from "../http/transport.js";

/** What the generated `client.ts` says of its API. */
export interface ApiDescription {
  /** Keeps generated code and runtime in step: another number does not compile. */
  readonly contract: 1;
  /** Absolute servers of the document, the default one first; variables in braces. */
  readonly servers: readonly string[];
  /** The path of a server without a host: what `origin` is joined with. */
  readonly basePath?: string;
  /** Default values of the servers' variables. */
  readonly variables?: Readonly<Record<string, string>>;
  /** How each security scheme wants its credentials, by its name. */
  readonly securitySchemes?: Readonly<Record<string, SecurityScheme>>;
  /** Names of the operations; absent in a client of very many, for a bundle would hold them all. */
  readonly operations?: readonly string[];
  /** How requests are sent where the options name no transport. @default by `fetch` alone */
  readonly sender?: Sender;
  /** Asks for credentials; absent where the document knows no security scheme. */
  readonly authorize?: (call: AuthorizedCall) => Authorization | Promise<Authorization>;
}
