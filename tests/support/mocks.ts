// Generated mocks without a folder or a server: `mocks.ts` of a document, evaluated, and what its handlers answer.
import { isIPv4, isIPv6 } from "node:net";
import Ajv2020 from "ajv/dist/2020.js";
import { transformSync } from "esbuild";
import { buildMocks, mergeSamples, sample, streamText } from "../../runtime/src/mocks/index.js";
import type { MockOptions } from "../../runtime/src/mocks/types.js";
import type { Api, Schema, SchemaObject } from "../../src/ir/index.js";
import { type PlainHandler, plainHttp } from "./plain-http.js";
import { built, type Content, emitted } from "./stages.js";

type MockFunction = ((data?: unknown) => PlainHandler) & Record<string, (...values: unknown[]) => PlainHandler>;

export interface Mocked {
  readonly api: Api;
  readonly text: string;
  /** `createMocks`, for anything. */
  mocks(options?: MockOptions): Record<string, MockFunction> & { handlers: PlainHandler[] };
  /** The functions that make samples, by name. */
  readonly samples: Readonly<Record<string, (overrides?: object) => unknown>>;
}

export async function mocked(content: Content): Promise<Mocked> {
  const { api } = await built(content);
  const text = (await emitted(content, { runtime: "package" })).get("mocks.ts") ?? "";
  const { code } = transformSync(text, { loader: "ts", format: "cjs" });
  const exports: Record<string, unknown> = {};
  const module = { exports };
  const runtime = { buildMocks, mergeSamples, sample, streamText };
  new Function("module", "exports", "require", code)(module, exports, () => runtime);
  const { createMocks, ...samples } = module.exports as Record<string, (...values: unknown[]) => unknown>;
  return {
    api,
    text,
    mocks: (options) => createMocks?.(plainHttp, options) as ReturnType<Mocked["mocks"]>,
    samples: samples as Mocked["samples"],
  };
}

const isUrl = (text: string): boolean => URL.canParse(text);
const isDate = (text: string): boolean => !Number.isNaN(Date.parse(text));

/** What texts of a format look like; of others nothing is asked. */
export const formats: Readonly<Record<string, RegExp | ((text: string) => boolean)>> = {
  "date-time": (text) => /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/i.test(text) && isDate(text),
  date: (text) => /^\d{4}-\d\d-\d\d$/.test(text) && isDate(text),
  time: /^([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/i,
  duration: /^P(?!$)(\d+Y)?(\d+M)?(\d+W)?(\d+D)?(T(?=\d)(\d+H)?(\d+M)?(\d+S)?)?$/,
  email: /^[^\s@]+@[^\s@.]+(\.[^\s@.]+)+$/,
  hostname: /^[a-z\d]([a-z\d-]*[a-z\d])?(\.[a-z\d]([a-z\d-]*[a-z\d])?)*$/i,
  ipv4: (text) => isIPv4(text),
  ipv6: (text) => isIPv6(text),
  uri: isUrl,
  iri: isUrl,
  "uri-reference": (text) => URL.canParse(text, "https://example.com/"),
  uuid: /^[\da-f]{8}-[\da-f]{4}-[\da-f]{4}-[\da-f]{4}-[\da-f]{12}$/i,
  byte: /^([\w+/]{4})*([\w+/]{2}==|[\w+/]{3}=)?$/,
  "json-pointer": /^(\/([^~]|~[01])*)*$/,
};

/** Checks data against schemas of the document, by ajv. */
export function validator({ schemas }: Api): (schema: Schema, data: unknown) => string[] {
  const ajv = new Ajv2020.default({ strict: false, formats, allErrors: true, logger: false });
  const all = Object.fromEntries(schemas.map(({ name, schema }) => [name, plain(schema)]));
  ajv.addSchema({ $id: "https://doc.test/", components: { schemas: all } });
  return (schema, data) => {
    const root = { $id: `https://doc.test/${Math.random()}`, ...(plain(schema) as object) };
    const check = ajv.compile(
      JSON.parse(JSON.stringify(root).replaceAll('"#/components', '"https://doc.test/#/components')),
    );
    return check(data) ? [] : (check.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`);
  };
}

/** What OpenAPI 3.0 writes otherwise, as JSON Schema does. */
function plain(schema: Schema): Schema | object {
  if (typeof schema !== "object" || schema === null) return schema;
  if (Array.isArray(schema)) return schema.map(plain);
  const { nullable, example: _example, examples: _examples, default: _default, ...rest } = schema as SchemaObject;
  const own: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(rest)) {
    if (key === "properties" || key === "patternProperties")
      own[key] = Object.fromEntries(Object.entries(value as object).map(([name, member]) => [name, plain(member)]));
    else own[key] = ["enum", "const", "required"].includes(key) ? value : plain(value as Schema);
  }
  for (const [flag, bound] of [
    ["exclusiveMinimum", "minimum"],
    ["exclusiveMaximum", "maximum"],
  ] as const) {
    if (typeof own[flag] !== "boolean") continue;
    if (own[flag] && bound in own) own[flag] = own[bound];
    else delete own[flag];
  }
  return nullable ? { anyOf: [own, { type: "null" }] } : own;
}
