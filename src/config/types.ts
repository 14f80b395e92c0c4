import type { Duration } from "../../runtime/src/base/duration.js";
import type { ClientResilience } from "../../runtime/src/policies/overrides.js";
import type { PresetName } from "../policies/index.js";

/** Extension of import specifiers. `none` omits it. */
export type ImportExtension = "js" | "ts" | "none";

/** What a client sends by. `fetch`: it does not import ky. */
export type TransportName = "ky" | "fetch";

/** The settings of `x-resilience` as a type, for completion in editors. Its JSON Schema is what is enforced. */
export interface ResilienceSettings extends Omit<ClientResilience, "maxResponse" | "fallback"> {
  /** A named set of policies. The other settings of the same level override it. */
  readonly preset?: PresetName | undefined;
  /** Operations only. `true`: read-only, treat it like a GET. `false`: it has side effects although it is a GET. */
  readonly safe?: boolean | undefined;
  /** On an operation only. `true`: repeating this POST or PATCH changes nothing more, treat it like a PUT. */
  readonly idempotent?: boolean | undefined;
  /** Operations only. Responses don't depend on the caller, so all callers may share them. */
  readonly responses?: "public" | undefined;
  /** The result when all attempts have failed. `value`: operations only. */
  readonly fallback?:
    | boolean
    | { readonly stale?: Duration | boolean; readonly value?: unknown; readonly message?: string }
    | undefined;
  /** Maximum size of a decoded body: bytes, or a string with a unit (kB, MB, GB). `false`: no limit. */
  readonly maxResponse?: number | string | boolean | undefined;
  /** The idempotency key of operations with side effects. `body` and `query`: operations only. */
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
  /** Information sent to the service in headers. A string sets the name of the header. */
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
 * its name alone), or a path with `*` and `**`. All operations: `*`. They override the document's settings of the same
 * level.
 */
export type PoliciesByAddress = Readonly<Record<string, ResilienceSettings>>;

/** Settings that the clients of a configuration can share. */
export interface SharedConfig {
  /** Default policies for operations without their own `x-resilience`. @default the document's preset, else `standard` */
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
   * Extension of import specifiers.
   *
   * @default what the nearest tsconfig.json and package.json need in the first run, recorded in `resil-gen.json`
   */
  readonly importExtension?: ImportExtension | undefined;
  /** Emit msw handlers. @default true */
  readonly mocks?: boolean | undefined;
  /** Follow references that leave the document's folder or host. @default false */
  readonly allowExternalRefs?: boolean | undefined;
  /** Treat warnings as errors. @default false */
  readonly strict?: boolean | undefined;
}

/** One client. Paths are relative to the configuration file. */
export interface ClientConfig extends SharedConfig {
  /** The OpenAPI document: a file or an http(s) URL. */
  readonly input: string;
  /** The output directory of the client. */
  readonly output: string;
  /** Overlays, applied in this order: files or URLs. */
  readonly overlays?: readonly string[] | undefined;
  /** Only these operations: operationId, `GET /path`, tag, or path with `*` and `**`. @default all */
  readonly include?: readonly string[] | undefined;
  /** Skip these operations, with the same addresses as `include`. @default none */
  readonly exclude?: readonly string[] | undefined;
  /** Policies by address of the operation. They override those of the document. */
  readonly policies?: PoliciesByAddress | undefined;
}

/** Several clients with shared settings, which each client can override. */
export interface SeveralConfig extends SharedConfig {
  /** The clients, generated in this order. */
  readonly inputs: readonly ClientConfig[];
  /** For a single client only. With several clients, set it in `inputs`. */
  readonly input?: never;
  /** Same as `input`. */
  readonly output?: never;
}

/** The export of `resil-gen.config.ts`: one client, or several. */
export type Config = (ClientConfig & { readonly inputs?: never }) | SeveralConfig;

/** Adds types to a configuration: `export default defineConfig({ input: "openapi.yaml", output: "client" })`. */
export function defineConfig(config: Config): Config {
  return config;
}
