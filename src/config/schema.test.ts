import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { packageFile } from "../package-file.js";
import { presetNames } from "../policies/index.js";
import type { ClientConfig, ResilienceSettings, SharedConfig } from "./types.js";

interface Schema {
  readonly properties: Readonly<Record<string, { readonly enum?: readonly string[] }>>;
  readonly $defs: Readonly<Record<string, Schema>>;
}

const read = (file: string): Schema => JSON.parse(readFileSync(packageFile(file), "utf8")) as Schema;
const { client, several } = read("config.schema.json").$defs;
const resilience = read("x-resilience.schema.json");

// The compiler sees to it that each of these names every member of its type, and no other.
const shared: Record<keyof SharedConfig, true> = {
  preset: true,
  runtime: true,
  transport: true,
  importExtension: true,
  mocks: true,
  allowExternalRefs: true,
  strict: true,
};
const ofClient: Record<Exclude<keyof ClientConfig, keyof SharedConfig>, true> = {
  input: true,
  output: true,
  overlays: true,
  include: true,
  exclude: true,
  policies: true,
};
const settings: Record<keyof ResilienceSettings, true> = {
  preset: true,
  safe: true,
  idempotent: true,
  responses: true,
  timeout: true,
  retry: true,
  breaker: true,
  bulkhead: true,
  rateLimit: true,
  hedge: true,
  coalesce: true,
  fallback: true,
  maxResponse: true,
  idempotency: true,
  propagate: true,
};

const sorted = (...objects: object[]): string[] => objects.flatMap(Object.keys).sort();

test("the JSON Schema of configuration files and their types have the same fields", () => {
  expect(sorted(client?.properties ?? {})).toEqual(sorted({ $schema: true }, shared, ofClient));
  expect(sorted(several?.properties ?? {})).toEqual(sorted({ $schema: true, inputs: true }, shared));
});

test("the JSON Schema of x-resilience and the type of policies in a configuration have the same settings", () => {
  expect(sorted(resilience.properties)).toEqual(sorted(settings));
});

test("all name the same presets", () => {
  expect(client?.properties["preset"]?.enum).toEqual(presetNames);
  expect(resilience.properties["preset"]?.enum).toEqual(presetNames);
});
