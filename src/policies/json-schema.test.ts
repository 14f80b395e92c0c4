import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { fits } from "../../runtime/src/policies/check-settings.js";
import { type SettingRow, settings } from "../../runtime/src/policies/settings.js";
import { packageFile } from "../package-file.js";
import { resilienceSchema } from "./json-schema.js";
import { descriptions, documentSettings } from "./reference.js";

test("the published JSON Schema is what the table of settings says: npm run schema", () => {
  const published = JSON.parse(readFileSync(packageFile("x-resilience.schema.json"), "utf8")) as unknown;
  expect(published).toEqual(JSON.parse(JSON.stringify(resilienceSchema())));
});

test("every setting has a description, and only settings have one", () => {
  expect(Object.keys(descriptions).sort()).toEqual(Object.keys({ ...settings, ...documentSettings }).sort());
});

test.each(Object.entries<SettingRow>(settings))("the default of %s is within its own range", (name, row) => {
  const [usual, unit] = row;
  if (usual !== undefined && unit !== "group") expect(fits(usual, row, name)).toBe(true);
});
