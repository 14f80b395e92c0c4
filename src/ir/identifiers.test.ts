import ts from "typescript";
import { expect, test } from "vitest";
import { camelCase, kebabCase, pascalCase } from "./identifiers.js";

test.each([
  ["list-pets", "listPets", "ListPets", "list-pets"],
  ["GetUser", "getUser", "GetUser", "get-user"],
  ["HTTPPing", "httpPing", "HTTPPing", "http-ping"],
  ["pets/find_by status", "petsFindByStatus", "PetsFindByStatus", "pets-find-by-status"],
  ["2fa", "_2fa", "_2fa", "2fa"],
  ["größe", "größe", "Größe", "größe"],
  ["日本語", "日本語", "日本語", "日本語"],
])("%s becomes %s, %s, %s", (text, camel, pascal, kebab) => {
  expect([camelCase(text), pascalCase(text), kebabCase(text)]).toEqual([camel, pascal, kebab]);
});

test("every letter that a name keeps is one for the oldest compiler that a client must pass", () => {
  const wrong: string[] = [];
  for (let code = 0; code <= 0x10ffff; code++) {
    const name = camelCase(`a${String.fromCodePoint(code)}`);
    const known = [...name].every((character) =>
      ts.isIdentifierPart(character.codePointAt(0) ?? 0, ts.ScriptTarget.ES2022),
    );
    if (
      !known ||
      !ts.isIdentifierStart(camelCase(String.fromCodePoint(code)).codePointAt(0) ?? 0, ts.ScriptTarget.ES2022)
    )
      wrong.push(code.toString(16));
  }
  expect(wrong).toEqual([]);
});
