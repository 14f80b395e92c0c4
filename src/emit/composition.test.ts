import { describe, expect, test } from "vitest";
import { built, emitted, openapi, told } from "../../tests/support/stages.js";
import { compiled } from "../../tests/support/types.js";

const ref = (name: string): object => ({ $ref: `#/components/schemas/${name}` });
const object = (properties: object, ...required: string[]): object => ({
  type: "object",
  properties,
  ...(required.length === 0 ? {} : { required }),
});
const text = { type: "string" };
const whole = { type: "integer" };

async function schemaText(schemas: object, version = "3.1.0", paths: object = {}): Promise<string> {
  const get = { responses: { 200: { description: "A." } } };
  const document = { ...openapi({ "/a": { get }, ...paths }, { components: { schemas } }), openapi: version };
  return (await emitted(document)).get("schema.ts") ?? "";
}

/** What does not compile of a program that uses the schemas as `A.Name`. */
async function errorsOf(schemas: object, use: string, version?: string): Promise<string[]> {
  return compiled(await schemaText(schemas, version), `import type * as A from "./schema.js";\n${use}`).errors();
}

async function problemsOf(schemas: object, version = "3.1.0"): Promise<string[]> {
  const document = { ...openapi({ "/a": { get: { responses: {} } } }, { components: { schemas } }), openapi: version };
  return told((await built(document)).problems);
}

describe("required by any part is required", () => {
  const Patch = object({ name: text, age: whole });

  test("the idiom of a part that only requires", async () => {
    const schemas = { Patch, New: { allOf: [ref("Patch"), { required: ["name"] }] } };
    expect(await schemaText(schemas)).toContain('export type New = WithRequired<Patch, "name">;');
  });

  test("at any depth, and what is given as undefined is not there", async () => {
    const Deep = { allOf: [{ allOf: [{ allOf: [ref("Patch")] }, { required: ["age"] }] }], required: ["name"] };
    const use = `
      export const both: A.Deep = { name: "n", age: 1 };
      // @ts-expect-error age is missing
      export const one: A.Deep = { name: "n" };
      // @ts-expect-error a required member is not undefined
      export const none: A.Deep = { name: undefined, age: 1 };`;
    expect(await errorsOf({ Patch, Deep }, use)).toEqual([]);
  });

  test("beside a $ref, since OpenAPI 3.1", async () => {
    const text = await schemaText({ Patch, New: { ...ref("Patch"), required: ["name"] } });
    expect(text).toContain('export type New = WithRequired<Patch, "name">;');
  });

  test("beside a union, and inside one", async () => {
    const Promoted = { required: ["a"], oneOf: [object({ a: text }), object({ b: whole })] };
    const Either = { ...object({ a: text, b: text }), anyOf: [{ required: ["a"] }, { required: ["b"] }] };
    const use = `
      declare const promoted: A.Promoted;
      export const a: unknown = promoted.a;
      export const e: A.Either = { a: "x" };
      // @ts-expect-error neither
      export const f: A.Either = {};
      // @ts-expect-error of another type
      export const g: A.Either = { b: 1 };`;
    expect(await errorsOf({ Promoted, Either }, use)).toEqual([]);
  });

  test("a member that nobody describes is there, whatever it is", async () => {
    expect(await schemaText({ Thing: object({ a: text }, "b") })).toContain("  b: unknown;\n");
  });

  test("what a direction does not have is not required in it, whatever part says so", async () => {
    const schemas = {
      Base: object({ id: { ...text, readOnly: true }, name: text }),
      Full: { allOf: [ref("Base"), { required: ["id", "name"] }] },
    };
    const post = {
      requestBody: { content: { "application/json": { schema: ref("Full") } } },
      responses: { 200: { description: "", content: { "application/json": { schema: ref("Full") } } } },
    };
    const text_ = await schemaText(schemas, "3.1.0", { "/full": { post } });
    expect(text_).toContain('export type Full = WithRequired<Base, "id" | "name">;');
    expect(text_).toContain('export type FullWritable = WithRequired<BaseWritable, "name">;');
  });
});

describe("keywords beside each other all hold", () => {
  const [Mail, Phone] = [object({ mail: text }, "mail"), object({ phone: text }, "phone")];
  const Base = object({ id: text }, "id");

  test.each([
    ["allOf and anyOf", { allOf: [ref("Base")], anyOf: [ref("Mail"), ref("Phone")] }, "Base & (Mail | Phone)"],
    ["allOf and oneOf", { allOf: [ref("Base")], oneOf: [ref("Mail"), ref("Phone")] }, "Base & (Mail | Phone)"],
    ["a $ref and oneOf", { ...ref("Base"), oneOf: [ref("Mail"), ref("Phone")] }, "Base & (Mail | Phone)"],
    [
      "properties and anyOf",
      { ...object({ id: text }, "id"), anyOf: [ref("Mail"), ref("Phone")] },
      "{ id: string } & (Mail | Phone)",
    ],
    ["a type and a $ref", { type: "object", allOf: [ref("Base")] }, "Base"],
    ["a type and a union", { type: "string", anyOf: [{ format: "date" }, { enum: ["now"] }] }, "string"],
    ["an enum and a part of it", { enum: ["a", "b"], allOf: [{ enum: ["b", "c"] }] }, '"b"'],
    [
      "lists of two things",
      { allOf: [{ type: "array", items: ref("Mail") }, { items: ref("Base") }] },
      "(Mail & Base)[]",
    ],
  ])("%s", async (_, schema, type) => {
    expect(await schemaText({ Base, Mail, Phone, Both: schema })).toContain(`export type Both = ${type};`);
  });

  test("parts written in place are one object; what they say of one member holds together", async () => {
    const Whole = { allOf: [object({ a: text }), object({ a: { enum: ["x"] }, b: whole }, "a")] };
    expect(await schemaText({ Whole })).toContain('export interface Whole {\n  a: "x";\n  b?: number | undefined;\n}');
  });

  test("a type that contradicts the schemas next to it is left out, with a warning at its place", async () => {
    const Odd = { type: "object", oneOf: [text, whole] };
    expect(await schemaText({ Odd })).toContain("export type Odd = string | number;");
    expect(await problemsOf({ Odd })).toEqual([expect.stringContaining('Type "object" contradicts')]);
  });
});

describe("what tells the members of a family apart", () => {
  const pet = (extra: object = {}): object => ({
    ...object({ petType: text, name: text }, "petType"),
    discriminator: { propertyName: "petType", ...extra },
  });
  const extending = (name: string, properties: object): object => ({ allOf: [ref(name), object(properties)] });

  test("a base's mapping types the member of what extends it, and of what extends that", async () => {
    const mapping = { cat: "#/components/schemas/Cat", persian: "Persian", dog: "Dog" };
    const text_ = await schemaText({
      Pet: pet({ mapping }),
      Cat: extending("Pet", { lives: whole }),
      Persian: extending("Cat", { hair: text }),
      Dog: extending("Pet", { bark: text }),
      NewPet: extending("Pet", { shelter: text }),
    });
    expect(text_).toContain('OpenUnion<(Cat & { petType: "cat" }) | Dog | Persian, "petType", object>');
    expect(text_).toContain('interface Cat {\n  petType: "cat" | "persian";\n  name?: string | undefined;');
    expect(text_).toContain('Persian = Cat & {\n  petType: "persian";');
    expect(text_).toContain('interface Dog {\n  petType: "dog";');
    // Not in the mapping: it takes over the members of a pet and is none of its kinds.
    expect(text_).toContain("interface NewPet {\n  petType: string;\n  name?: string | undefined;\n  shelter?:");
  });

  test("without a mapping, names are the values; a list of values says which are possible", async () => {
    const Kind = { type: "string", enum: ["Cat"] };
    const base = { ...object({ kind: ref("Kind") }), discriminator: { propertyName: "kind" } };
    const text_ = await schemaText({ Kind, Base: base, Cat: extending("Base", {}), Other: extending("Base", {}) });
    expect(text_).toContain('Base = { kind?: Kind | undefined } & OpenUnion<Cat, "kind", object>');
    expect(text_).toContain('interface Cat {\n  kind: (Kind & "Cat");\n}');
    expect(text_).toContain("interface Other {\n  kind?: Kind | undefined;\n}");
  });

  test("a base that lists no children narrows to what extends it, itself, or a value that is not listed", async () => {
    const schemas = {
      Pet: pet(),
      Cat: { ...extending("Pet", { lives: whole }), required: ["lives"] },
      Dog: extending("Pet", { bark: text, friends: { type: "array", items: ref("Pet") } }),
      Puppy: extending("Dog", { weeks: whole }),
      Owner: object({ pets: { type: "array", items: ref("Pet") } }, "pets"),
    };
    const use = `
      export function say({ pets }: A.Owner): string | undefined {
        for (const pet of pets) {
          switch (pet.petType) {
            case "Cat": return pet.lives.toFixed() + pet.name;
            case "Dog": return String(pet.bark) + pet.friends?.length;
            case "Pet": return pet.name;
            case "Puppy": return String(pet.weeks) + pet.bark;
            default: return pet.name;
          }
        }
        return undefined;
      }
      export const owner: A.Owner = { pets: [{ petType: "Cat", lives: 9 }, { petType: "Pet", name: "Rex" }] };
      // @ts-expect-error a cat has lives
      export const cat: A.Pet = { petType: "Cat" };
      // @ts-expect-error there is no such pet
      export const fish: A.Pet = { petType: "Fish" };`;
    expect(await errorsOf(schemas, use)).toEqual([]);
    expect(await problemsOf(schemas)).toEqual([]);
  });

  test("bases of bases, what is mapped without extending, and a switch that is a boolean", async () => {
    const kinds = (property: string, mapping: object, members: object = {}): object => ({
      ...object({ [property]: text, ...members }, property),
      discriminator: { propertyName: property, mapping },
    });
    const schemas = {
      Thing: kinds("kind", { b: "Box", c: "Crate", s: "Stone" }, { id: text }),
      Box: {
        allOf: [{ allOf: [ref("Thing")] }, kinds("size", { l: "Crate" }, { lid: text })],
        discriminator: { propertyName: "size", mapping: { l: "Crate" } },
      },
      Crate: extending("Box", { boards: whole }),
      Stone: object({ kind: text, weight: whole }, "kind"),
      Flag: {
        ...object({ on: { type: "boolean" } }, "on"),
        discriminator: { propertyName: "on", mapping: { true: "On" } },
      },
      On: extending("Flag", { since: text }),
    };
    const use = `
      export function say(thing: A.Thing, box: A.Box): unknown {
        if (box.size === "l") return box.boards;
        switch (thing.kind) {
          case "b": return thing.lid;
          case "c": return thing.boards;
          case "s": return thing.weight;
          default: return thing.id;
        }
      }`;
    expect(await errorsOf(schemas, use)).toEqual([]);
    expect(await problemsOf(schemas)).toEqual([]);
    expect(await schemaText(schemas)).not.toContain('"on">');
  });

  test("a base that lists its children while they extend it, as Spring writes it", async () => {
    const mapping = { cat: "Cat", dog: "Dog" };
    const schemas = {
      Cat: extending("Pet", { lives: whole }),
      Dog: extending("Pet", { bark: text }),
      Pet: { ...pet({ mapping }), oneOf: [ref("Cat"), ref("Dog")] },
    };
    const use = `
      export function say(pet: A.Pet): string {
        switch (pet.petType) {
          case "cat": return String(pet.lives) + pet.name;
          case "dog": return String(pet.bark);
          default: return pet.name ?? "";
        }
      }
      export const dog: A.Dog = { petType: "dog", name: "Rex", bark: "wau" };
      // @ts-expect-error a dog is no cat
      export const cat: A.Dog = { petType: "cat" };`;
    expect(await errorsOf(schemas, use)).toEqual([]);
    expect(await problemsOf(schemas)).toEqual([]);
  });

  test("literals have the declared type", async () => {
    const of = (valid: object, mapping: object): object => ({
      U: { oneOf: [ref("X"), ref("Y")], discriminator: { propertyName: "kind", mapping } },
      X: object({ kind: valid }),
      Y: object({ kind: valid }),
    });
    const yes = await schemaText(of({ type: "boolean" }, { true: "X", false: "Y" }));
    expect(yes).toContain("export type U = (X & { kind: true }) | (Y & { kind: false });");
    const numbers = await schemaText(of(whole, { 1: "X", 2: "Y" }));
    expect(numbers).toContain('OpenUnion<(X & { kind: 1 }) | (Y & { kind: 2 }), "kind">');
  });

  test("so do values of an enum and a const, with a warning where they were written otherwise", async () => {
    const schemas = {
      Flag: { type: "boolean", enum: ["true"] },
      Size: { type: "integer", enum: ["1", 2] },
      Code: { type: "string", enum: [404, "x"] },
      Fixed: { type: "boolean", const: "false" },
      Null: { type: ["string", "null"], enum: ["a", null] },
      Strict: { type: "string", enum: ["a", null] },
    };
    const text_ = await schemaText(schemas);
    expect(text_).toContain("type Flag = true;");
    expect(text_).toContain("type Size = 1 | 2;");
    expect(text_).toContain('type Code = "404" | "x";');
    expect(text_).toContain("type Fixed = false;");
    expect(text_).toContain('type Null = "a" | null;');
    expect(text_).toContain('type Strict = "a";');
    expect(await problemsOf(schemas)).toHaveLength(4);
    expect(await schemaText({ Strict: schemas.Strict }, "3.0.3")).toContain('type Strict = "a" | null;');
  });
});

describe("forms of one type", () => {
  test.each([
    [{ prefixItems: [text, whole], items: false, minItems: 2 }, "[string, number]"],
    [{ prefixItems: [text], items: { type: "boolean" }, minItems: 1 }, "[string, ...boolean[]]"],
    [{ prefixItems: [text, whole], minItems: 1 }, "[string, number?, ...unknown[]]"],
    [{ prefixItems: [text, whole], minItems: 2, maxItems: 2 }, "[string, number]"],
    [{ prefixItems: [{ type: ["string", "null"] }], items: false }, "[(string | null)?]"],
  ])("a tuple %j", async (schema, type) => {
    expect(await schemaText({ T: { type: "array", ...schema } })).toContain(`export type T = ${type};`);
  });

  test("listed names of members are its members", async () => {
    const schemas = {
      Color: { enum: ["red", "blue"] },
      Map: { propertyNames: ref("Color"), additionalProperties: whole },
    };
    expect(await schemaText(schemas)).toContain(
      "export interface Map {\n  red?: number | undefined;\n  blue?: number | undefined;\n}",
    );
  });

  test("a reference with nullable is nullable in responses only, with a warning", async () => {
    const schemas = { Owner: object({ name: text }), Pet: object({ owner: { ...ref("Owner"), nullable: true } }) };
    const content = { "application/json": { schema: ref("Pet") } };
    const post = { requestBody: { content }, responses: { 200: { description: "", content } } };
    const text_ = await schemaText(schemas, "3.0.3", { "/pets": { post } });
    expect(text_).toContain("interface Pet {\n  owner?: Owner | null | undefined;");
    expect(text_).toContain("interface PetWritable {\n  owner?: Owner | undefined;");
    expect(await problemsOf(schemas, "3.0.3")).toEqual([
      expect.stringContaining("'nullable' has no effect next to $ref"),
    ]);
  });

  test("a part without members opens nothing, however it lost them", async () => {
    const schemas = {
      A: object({ a: text }),
      Empty: { type: "object", additionalProperties: false },
      Free: { type: "object" },
      Secret: object({ secret: { ...text, writeOnly: true } }),
      Whole: { allOf: [ref("A"), ref("Empty"), ref("Free"), ref("Secret"), { type: "object" }, object({})] },
    };
    expect(await schemaText(schemas)).toContain("export type Whole = A;");
    expect(await schemaText(schemas)).toContain("export type Empty = { [key: string]: never };");
  });
});

describe("bodies", () => {
  async function operationText(post: object, schemas: object = {}): Promise<string> {
    const files = await emitted(openapi({ "/a": { post } }, { components: { schemas } }));
    return files.get("operations/a.ts") ?? "";
  }
  const ok = { 200: { description: "Fine." } };
  const bytes = { type: "string", format: "binary" };

  test("bytes in JSON are a string; in a form they are bytes, and what is JSON within a form has strings", async () => {
    const File = object({ data: bytes, more: { type: "array", items: bytes }, meta: object({ inner: bytes }) });
    const content = { "application/json": { schema: ref("File") }, "multipart/form-data": { schema: ref("File") } };
    const files = await emitted(
      openapi({ "/a": { post: { requestBody: { content }, responses: ok } } }, { components: { schemas: { File } } }),
    );
    const schema = files.get("schema.ts") ?? "";
    expect(schema).toMatch(/interface File \{\n {2}data\?: string \| undefined;\n {2}more\?: string\[\] \| undefined;/);
    expect(schema).toMatch(
      /interface FileForm \{\n {2}data\?: BinaryValue \| undefined;\n {2}more\?: BinaryValue\[\] /,
    );
    expect(schema.match(/inner\?: string \| undefined/g)).toHaveLength(2);
    expect(files.get("operations/a.ts")).toContain('{ body: FileForm; contentType: "multipart/form-data" }');
  });

  test("a range of types has the type of its schema; an empty schema is bytes", async () => {
    const answer = (mediaType: string, schema: object): object => ({
      responses: { 200: { description: "", content: { [mediaType]: { schema } } } },
    });
    expect(await operationText(answer("application/*", object({ a: text })))).toContain(
      "PostAOutput = {\n  a?: string",
    );
    expect(await operationText(answer("*/*", {}))).toContain("PostAOutput = BlobData;");
    expect(await operationText(answer("application/*", {}))).toContain("PostAOutput = BlobData;");
  });

  test("an error in XML that was left out for JSON is documented, and not asked for", async () => {
    const schema = object({ message: text });
    const content = { "application/json": { schema }, "application/xml": { schema } };
    const post = { responses: { 200: { description: "", content }, 404: { description: "", content } } };
    const text_ = await operationText(post);
    expect(text_).toMatch(/"?200"?: "application\/json"/);
    expect(text_).toMatch(/"?404"?: "application\/json, application\/xml;q=0"/);
    expect(text_).toMatch(/HttpError<404, \{\n {2}message\?: string \| undefined;\n\} \| string>/);
  });
});

test("a fragment belongs to the nearest $id, and to the document where it leads nowhere there", async () => {
  const schemas = {
    Outer: {
      $id: "https://schemas.example/outer",
      type: "object",
      $defs: { Name: { type: "integer" } },
      properties: { inner: { $ref: "#/$defs/Name" }, other: ref("Other") },
    },
    Other: { type: "string" },
  };
  const text_ = await schemaText(schemas);
  expect(text_).toMatch(/inner\?: \w*Name \| undefined/);
  expect(text_).toContain("other?: Other | undefined");
});
