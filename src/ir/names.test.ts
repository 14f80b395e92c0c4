import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { built, openapi } from "../../tests/support/stages.js";
import { camelCase, isReserved, kebabCase, pascalCase } from "./identifiers.js";
import { claimAll, Names } from "./names.js";

const ok = { responses: { 200: { description: "fine" } } };

async function namesOf(paths: object, rest: object = {}): Promise<string[]> {
  const { api } = await built(openapi(paths, rest));
  return api.groups.flatMap(({ operations }) => operations.map(({ name }) => name));
}

describe("identifiers", () => {
  test.each([
    ["list-pets", "listPets", "ListPets", "list-pets"],
    ["GetUser", "getUser", "GetUser", "get-user"],
    ["HTTPPing", "httpPing", "HTTPPing", "http-ping"],
    ["simple_user", "simpleUser", "SimpleUser", "simple-user"],
    ["orders/list all", "ordersListAll", "OrdersListAll", "orders-list-all"],
    ["2fa.verify", "_2faVerify", "_2faVerify", "2fa-verify"],
    ["größe", "größe", "Größe", "größe"],
    ["注文", "注文", "注文", "注文"],
    ["URL", "url", "URL", "url"],
  ])("%s", (text, camel, pascal, kebab) => {
    expect([camelCase(text), pascalCase(text), kebabCase(text)]).toEqual([camel, pascal, kebab]);
  });

  test("whatever the text, what comes out can be declared", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        for (const name of [camelCase(text), pascalCase(text)]) {
          expect(name).toMatch(/^[\p{L}_][\p{L}\p{M}\p{Nd}_]*$/u);
          expect(() => new Function(`const ${name}$ = 1;`)).not.toThrow();
        }
      }),
    );
  });
});

describe("the one name space", () => {
  test("whatever is claimed, names are unique, free of reserved words, and not ours", () => {
    const word = fc.oneof(
      fc.constantFrom("then", "default", "createClient", "Error", "get-pet", "get_pet"),
      fc.string(),
    );
    fc.assert(
      fc.property(fc.uniqueArray(word), (sources) => {
        const claimed = [...claimAll(new Names(), sources, camelCase).values()];
        expect(new Set(claimed).size).toBe(sources.length);
        expect(claimed.filter((name) => isReserved(name) || name === "createClient")).toEqual([]);
      }),
    );
  });

  test("who needs no change has the better right, whatever the order", () => {
    for (const order of [
      ["get-pet", "getPet"],
      ["getPet", "get-pet"],
    ]) {
      expect(Object.fromEntries(claimAll(new Names(), order, camelCase))).toEqual({
        getPet: "getPet",
        "get-pet": "getPet_",
      });
    }
  });

  test("the third of a name is called by a hash of itself: a fourth renames nobody", () => {
    const three = claimAll(new Names(), ["getPet", "get-pet", "get_pet"], camelCase);
    const four = claimAll(new Names(), ["getPet", "get-pet", "get_pet", "get pet"], camelCase);
    for (const [source, name] of three) expect(four.get(source)).toBe(name);
    expect(three.get("get_pet")).toMatch(/^getPet_[0-9a-f]{6}$/);
  });

  test("renames are told", () => {
    const names = new Names();
    names.claim("then", "then");
    names.claim("orders", "orders");
    expect(names.renames).toEqual([{ from: "then", to: "then_" }]);
  });
});

describe("operations", () => {
  test("without an operationId are called by method and path", async () => {
    expect(
      await namesOf({ "/": { get: ok }, "/pets/{petId}": { get: ok, delete: ok }, "/a.b/{x}-{y}": { post: ok } }),
    ).toEqual(["get", "getPetsByPetId", "deletePetsByPetId", "postABByXByY"]);
  });

  test("that come to one name are told apart", async () => {
    expect(
      await namesOf({ "/a": { get: { ...ok, operationId: "x-y" } }, "/b": { get: { ...ok, operationId: "x_y" } } }),
    ).toEqual(["xY", "xY_"]);
  });

  test("keep the names of their types, too, when another one comes to the same name", async () => {
    const at = (operationId: string): object => ({ get: { ...ok, operationId } });
    const { api } = await built(openapi({ "/a": at("get-order"), "/b": at("getOrder") }));
    const own = api.groups.flatMap(({ operations }) => operations.map(({ name, inputName }) => [name, inputName]));
    expect(own).toEqual([
      ["getOrder_", "GetOrderInput_"],
      ["getOrder", "GetOrderInput"],
    ]);
  });

  test("leave the id as the document writes it; one that cannot be used is the name", async () => {
    const at = (operationId: string): object => ({ get: { ...ok, operationId } });
    const ids = async (paths: object): Promise<readonly string[]> => {
      const { api } = await built(openapi(paths));
      return api.groups.flatMap(({ operations }) => operations.map(({ name, id }) => `${name}: ${id}`));
    };
    expect(
      await ids({
        "/a": at("orders/list-all"),
        "/b": at("then"),
        "/c": { get: ok },
        "/d": at("then"),
        "/e": at("toString"),
        "/f": at("two\nlines"),
        "/g": at("getC"),
        "/h": at("d\u2028"),
      }),
    ).toEqual([
      "ordersListAll: orders/list-all",
      "then_: then",
      "getC_: getC_",
      "getD: getD",
      "toString_: toString_",
      "twoLines: twoLines",
      "getC: getC",
      "d: d",
    ]);
  });

  test("give way to schemas, and to what the client exports itself", async () => {
    const components = { schemas: { order: { type: "object" } } };
    expect(await namesOf({ "/a": { get: { ...ok, operationId: "createApi" } } }, { components })).toEqual([
      "createApi_",
    ]);
    const { api } = await built(openapi({ "/a": { get: { ...ok, operationId: "Order" } } }, { components }));
    expect(api.schemas.map(({ name }) => name)).toEqual(["Order"]);
    expect(api.groups[0]?.operations[0]?.name).toBe("order");
  });
});

describe("files", () => {
  const tagged = (tag: string): object => ({ get: { ...ok, tags: [tag] } });

  test("are named by the first tag, else by the first segment that tells paths apart", async () => {
    const { api } = await built(
      openapi({
        "/a": tagged("Pet Store"),
        "/v1/orders": { get: ok },
        "/v1/users/{id}": { get: ok },
        "/c": tagged("con"),
      }),
    );
    expect(api.groups.map(({ file }) => file)).toEqual(["pet-store", "orders", "users", "con-"]);
  });

  test("never leave the folder, whatever the tag", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (tag) => {
        expect(kebabCase(tag)).not.toMatch(/[./\\:\0]/);
      }),
    );
  });

  test("with more than a hundred operations are split by path", async () => {
    const paths = Object.fromEntries(
      [...Array(101).keys()].map((number) => [`/v1/${number % 2 === 0 ? "even" : "odd"}/${number}`, tagged("all")]),
    );
    const { api } = await built(openapi(paths));
    expect(api.groups.map(({ file, operations }) => [file, operations.length])).toEqual([
      ["all-even", 51],
      ["all-odd", 50],
    ]);
  });
});
