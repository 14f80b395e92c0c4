import type { Duration } from "../../runtime/src/base/duration.js";
import type { ClientResilience } from "../../runtime/src/policies/overrides.js";
import type { PresetName } from "../policies/index.js";

/** Ending of import specifiers. `none`: they have no ending. */
export type ImportExtension = "js" | "ts" | "none";

/** What a client sends by. `fetch`: it does not import ky. */
export type TransportName = "ky" | "fetch";

/** What `x-resilience` may say, as TypeScript. Its JSON Schema is the rule; this is for completion in editors. */
export interface ResilienceSettings extends Omit<ClientResilience, "maxResponse" | "fallback"> {
  /** A named set of policies; it stands beneath the other settings of the same level. */
  readonly preset?: PresetName | undefined;
  /** On an operation only. `true`: it only reads, treat it like a GET; `false`: it changes something although it is a GET. */
  readonly safe?: boolean | undefined;
  /** On an operation only. `true`: repeating this POST or PATCH changes nothing more, treat it like a PUT. */
  readonly idempotent?: boolean | undefined;
  /** On an operation only. Its responses do not depend on the caller: all callers may share them. */
  readonly responses?: "public" | undefined;
  /** What is given when a call failed for good; `value` on an operation only. */
  readonly fallback?:
    | boolean
    | { readonly stale?: Duration | boolean; readonly value?: unknown; readonly message?: string }
    | undefined;
  /** Largest decoded body: bytes, or a text with a unit (kB, MB, GB). `false`: no limit. */
  readonly maxResponse?: number | string | boolean | undefined;
  /** The idempotency key of operations that change something; `body` and `query` on an operation only. */
  readonly idempotency?:
    | {
        readonly key?: "required" | "optional" | "generated" | "none";
        readonly header?: string;
        readonly body?: string;
        readonly query?: string;
        readonly format?: "raw" | "structured";
        readonly supported?: boolean;
      }
    | undefined;
  /** What is told to the called service in headers; a text names the header. */
  readonly propagate?:
    | boolean
    | {
        readonly deadline?: boolean | string;
        readonly retryCount?: boolean | string;
        readonly correlationId?: boolean | string;
      }
    | undefined;
}

/**
 * Policies by address. Operation level: an operationId, or `GET /orders/{orderId}`. Path level: a tag (`tag:orders`, or
 * the name alone), or a path with `*` and `**`. All: `*`. They stand over what the document says on the same level.
 */
export type PoliciesByAddress = Readonly<Record<string, ResilienceSettings>>;

/** What all clients of a configuration may share. */
export interface SharedConfig {
  /** Policies of operations that say nothing. @default the document's own, else `standard` */
  readonly preset?: PresetName | undefined;
  /**
   * `copy`: the runtime's source goes into the client; `package`: it is imported from `resil-gen-runtime`; a folder, such
   * as `../shared/runtime`: its source goes there, once for every client that names the same.
   *
   * @default "copy"
   */
  readonly runtime?: "copy" | "package" | `./${string}` | `../${string}` | `/${string}` | undefined;
  /** Send by ky, or by `fetch` alone: then the client does not import ky. @default "ky" */
  readonly transport?: TransportName | undefined;
  /**
   * Ending of import specifiers.
   *
   * @default what the nearest tsconfig.json and package.json ask for at the first run; kept in the manifest from then on
   */
  readonly importExtension?: ImportExtension | undefined;
  /** Emit msw handlers. @default true */
  readonly mocks?: boolean | undefined;
  /** Follow references out of the document's folder and to other hosts. @default false */
  readonly allowExternalRefs?: boolean | undefined;
  /** Treat warnings as errors. @default false */
  readonly strict?: boolean | undefined;
}

/** One client. Paths are relative to the configuration file. */
export interface ClientConfig extends SharedConfig {
  /** The OpenAPI document: a file or an http(s) URL. */
  readonly input: string;
  /** The folder of the client. */
  readonly output: string;
  /** Overlays, applied in their order: files or URLs. */
  readonly overlays?: readonly string[] | undefined;
  /** Only these operations: by id, `GET /path`, tag, or path with `*` and `**`. @default all */
  readonly include?: readonly string[] | undefined;
  /** Not these operations; named as in `include`. @default none */
  readonly exclude?: readonly string[] | undefined;
  /** Policies by the address of an operation, over those of the document. */
  readonly policies?: PoliciesByAddress | undefined;
}

/** Several clients with what they share; what one says stands over that. */
export interface SeveralConfig extends SharedConfig {
  /** The clients, generated in this order. */
  readonly inputs: readonly ClientConfig[];
  /** One client has it; several say it in `inputs`. */
  readonly input?: never;
  /** As `input`. */
  readonly output?: never;
}

/** What `resil-gen.config.ts` exports: one client, or several. */
export type Config = (ClientConfig & { readonly inputs?: never }) | SeveralConfig;

/** Gives a configuration its type: `export default defineConfig({ input: "openapi.yaml", output: "client" })`. */
export function defineConfig(config: Config): Config {
  return config;
}
