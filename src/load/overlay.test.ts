// The cases of "the official sets" do what the eight compliant sets of OAI/Overlay-Specification do (Apache-2.0), on a
// document and in words of our own. The paths are examples of RFC 9535, whose compliance suite json-p3 passes.
import { describe, expect, test } from "vitest";
import { told } from "../../tests/support/stages.js";
import { Cursor, Problems } from "../diagnostics/index.js";
import { locate } from "../diagnostics/locate.js";
import { applyOverlays } from "./overlay.js";
import { parse } from "./parse.js";

type Action = Readonly<Record<string, unknown>>;

interface Applied {
  readonly value: unknown;
  readonly told: readonly string[];
}

/** What becomes of a value under overlays, each written as YAML or as a list of actions. */
function apply(value: unknown, ...overlays: (string | readonly Action[])[]): Applied {
  const problems = new Problems();
  const copy = structuredClone(value);
  const files = overlays.map((overlay, index) => {
    const whole = { overlay: "1.1.0", info: { title: "Test", version: "1" }, actions: overlay };
    const text = typeof overlay === "string" ? overlay : JSON.stringify(whole);
    const name = `overlay-${index + 1}.yaml`;
    const file = parse({ url: `file:///nowhere/${name}`, name, bytes: new TextEncoder().encode(text) }, problems);
    if (file === undefined) throw new Error("the overlay is no YAML");
    return file;
  });
  applyOverlays(copy, files, problems);
  return { value: copy, told: told(problems) };
}

/** The value after these actions, which must go without a word. */
function overlaid(value: unknown, ...actions: Action[]): unknown {
  const applied = apply(value, actions);
  expect(applied.told).toEqual([]);
  return applied.value;
}

const bookshop = {
  openapi: "3.1.0",
  info: { title: "Library", version: "1" },
  servers: [
    { url: "https://dev.example", description: "Dev" },
    { url: "https://api.example", description: "Prod" },
  ],
  paths: {
    "/books": {
      get: {
        summary: "Books",
        responses: {
          "200": { description: "ok", properties: { name: { type: "string" }, pages: { type: "integer" } } },
          "500": { description: "broken" },
        },
      },
      post: { responses: { "201": { description: "made" }, default: { description: "else" } } },
    },
  },
  components: { schemas: { Book: { type: "object", properties: { name: { type: "string", example: "Emma" } } } } },
};

describe("the official sets", () => {
  test("a license is added to info", () => {
    const license = { name: "MIT", url: "https://opensource.org/licenses/MIT" };
    expect(overlaid(bookshop, { target: "$.info", update: { license } })).toEqual({
      ...bookshop,
      info: { ...bookshop.info, license },
    });
  });

  test("description and summary of one operation", () => {
    const update = { summary: "All books", description: "Everything on the shelves" };
    const value = overlaid(bookshop, { target: "$.paths['/books'].get", update });
    expect(value).toMatchObject({ paths: { "/books": { get: { ...bookshop.paths["/books"].get, ...update } } } });
  });

  test("an example is removed", () => {
    const target = "$.components.schemas.Book.properties['name'].example";
    expect(overlaid(bookshop, { target, remove: true })).toMatchObject({
      components: { schemas: { Book: { properties: { name: { type: "string" } } } } },
    });
    expect(JSON.stringify(overlaid(bookshop, { target, remove: true }))).not.toContain("Emma");
  });

  test("responses are removed wherever they stand", () => {
    const value = overlaid(
      bookshop,
      { target: "$.paths..responses['500']", remove: true },
      { target: "$.paths..responses['default']", remove: true },
    ) as typeof bookshop;
    expect(Object.keys(value.paths["/books"].get.responses)).toEqual(["200"]);
    expect(Object.keys(value.paths["/books"].post.responses)).toEqual(["201"]);
  });

  test("properties are removed by their type", () => {
    const target = "$.paths['/books'].get.responses['200']..properties[?(@.type == 'string')]";
    const value = overlaid(bookshop, { target, remove: true }) as typeof bookshop;
    expect(value.paths["/books"].get.responses["200"].properties).toEqual({ pages: { type: "integer" } });
  });

  test("one server is removed, the other stays a list's first", () => {
    const value = overlaid(bookshop, { target: "$.servers[?( @.description == 'Dev' )]", remove: true });
    expect(value).toMatchObject({ servers: [bookshop.servers[1]] });
    expect((value as typeof bookshop).servers).toHaveLength(1);
  });

  test("servers are replaced: removed, and put in anew", () => {
    const servers = [{ url: "http://localhost", description: "Local" }];
    expect(overlaid(bookshop, { target: "$.servers", remove: true }, { target: "$", update: { servers } })).toEqual({
      ...bookshop,
      servers,
    });
  });

  test("the root takes an update", () => {
    expect(overlaid(bookshop, { target: "$", update: { info: { "x-overlaid": true } } })).toEqual({
      ...bookshop,
      info: { ...bookshop.info, "x-overlaid": true },
    });
  });
});

describe("an update", () => {
  test.each<[string, unknown, Action, unknown]>([
    [
      "merges objects, deeply",
      { a: { b: { c: 1, d: 2 } } },
      { target: "$.a", update: { b: { c: 3 } } },
      { a: { b: { c: 3, d: 2 } } },
    ],
    [
      "joins lists within objects",
      { a: { b: [1] } },
      { target: "$.a", update: { b: [2, 3] } },
      { a: { b: [1, 2, 3] } },
    ],
    ["joins a list to a list", { a: [1] }, { target: "$.a", update: [2, 3] }, { a: [1, 2, 3] }],
    ["appends an object to a list", { a: [1] }, { target: "$.a", update: { b: 2 } }, { a: [1, { b: 2 }] }],
    ["appends a primitive to a list", { a: [1] }, { target: "$.a", update: "x" }, { a: [1, "x"] }],
    ["replaces a primitive", { a: 1 }, { target: "$.a", update: "x" }, { a: "x" }],
    ["replaces a primitive within a list", { a: [1, 2] }, { target: "$.a[1]", update: 3 }, { a: [1, 3] }],
    ["replaces null", { a: { b: null } }, { target: "$.a", update: { b: 1 } }, { a: { b: 1 } }],
    [
      "reaches several at once",
      { a: [{ b: 1 }, { b: 2 }] },
      { target: "$.a[*]", update: { c: 3 } },
      {
        a: [
          { b: 1, c: 3 },
          { b: 2, c: 3 },
        ],
      },
    ],
    ["gives way to remove: true", { a: 1, b: 2 }, { target: "$.a", update: 5, remove: true }, { b: 2 }],
    ["holds beside remove: false", { a: 1 }, { target: "$.a", update: 5, remove: false }, { a: 5 }],
    [
      "takes __proto__ for a name like others",
      {},
      { target: "$", update: JSON.parse('{"__proto__":{"x":1}}') },
      JSON.parse('{"__proto__":{"x":1}}'),
    ],
  ])("%s", (_name, before, action, expected) => {
    expect(overlaid(before, action)).toEqual(expected);
    expect(({} as { x?: number }).x).toBeUndefined();
  });

  test.each<[string, unknown, Action, string]>([
    [
      "object over primitive",
      { a: { b: 1 } },
      { target: "$.a", update: { b: {} } },
      "'b' has another type in the document",
    ],
    [
      "primitive over object",
      { a: { b: {} } },
      { target: "$.a", update: { b: 1 } },
      "'b' has another type in the document",
    ],
    ["primitive on an object", { a: {} }, { target: "$.a", update: 1 }, "An object can only be merged with an object"],
    [
      "object on a primitive",
      { a: 1 },
      { target: "$.a", update: {} },
      "A primitive value can't be merged with an object or a list",
    ],
    [
      "values of several kinds",
      { a: [1, {}] },
      { target: "$.a[*]", update: 1 },
      "Target '$.a[*]' selects both objects and other values.",
    ],
  ])("is refused: %s", (_name, before, action, message) => {
    expect(apply(before, [action]).told).toEqual([expect.stringContaining(`RG1011 ${message}`)]);
  });

  test("what was put in at one place is not what stands at another", () => {
    const value = overlaid({ a: {}, b: {} }, { target: "$.*", update: { c: [1] } }, { target: "$.a.c", update: 2 });
    expect(value).toEqual({ a: { c: [1, 2] }, b: { c: [1] } });
  });
});

describe("a removal", () => {
  test("of several items of a list takes these and no others", () => {
    expect(overlaid({ a: [0, 1, 2, 3, 4] }, { target: "$.a[0, 2, 4]", remove: true })).toEqual({ a: [1, 3] });
    expect(
      overlaid(
        {
          a: [
            [0, 1],
            [2, 3],
          ],
        },
        { target: "$.a[*][0]", remove: true },
      ),
    ).toEqual({ a: [[1], [3]] });
  });

  test("of what another removal of the same action has taken along is done with it", () => {
    expect(overlaid({ a: { b: { b: 1 } }, c: 1 }, { target: "$..b", remove: true })).toEqual({ a: {}, c: 1 });
  });

  test("of one place that is selected twice takes it once", () => {
    expect(overlaid({ a: [1, 2, 3] }, { target: "$.a[0, 0]", remove: true })).toEqual({ a: [2, 3] });
    expect(overlaid({ a: { b: [1] } }, { target: "$.a['b', 'b']", update: 2 })).toEqual({ a: { b: [1, 2] } });
  });

  test("of the document itself is refused", () => {
    expect(apply({ a: 1 }, [{ target: "$", remove: true }])).toEqual({
      value: { a: 1 },
      told: [expect.stringContaining("RG1011 The document itself can't be removed")],
    });
  });
});

describe("a copy (1.1)", () => {
  test("takes one value of the document to others", () => {
    const before = { a: { x: { y: 1 } }, b: { z: 2 } };
    expect(overlaid(before, { target: "$.b", copy: "$.a.x" })).toEqual({ a: { x: { y: 1 } }, b: { z: 2, y: 1 } });
  });

  test("and a removal move it", () => {
    const before = { paths: { "/old": { get: {} }, "/new": {} } };
    const value = overlaid(
      before,
      { target: "$.paths['/new']", copy: "$.paths['/old']" },
      { target: "$.paths['/old']", remove: true },
    );
    expect(value).toEqual({ paths: { "/new": { get: {} } } });
  });

  test.each([
    ["nothing", "$.nowhere", "selects 0"],
    ["two values", "$.a[*]", "selects 2"],
    ["what is no path", "$[", "selects 0"],
  ])("of %s is refused", (_name, copy, message) => {
    expect(apply({ a: [1, 2], b: {} }, [{ target: "$.b", copy }]).told).toEqual([expect.stringContaining(message)]);
  });
});

describe("the order", () => {
  test("each action works on the result of the one before, each overlay too", () => {
    const first = [
      { target: "$", update: { a: { b: 1 } } },
      { target: "$.a", update: { c: 2 } },
    ];
    expect(apply({}, first, [{ target: "$.a.c", update: 3 }])).toEqual({ value: { a: { b: 1, c: 3 } }, told: [] });
  });

  test("a target without a match changes nothing, and is told", () => {
    expect(
      apply({ a: 1 }, [
        { target: "$.b", update: 1 },
        { target: "$.a", update: 2 },
      ]),
    ).toEqual({
      value: { a: 2 },
      told: [expect.stringContaining("RG1012 Target '$.b' matches nothing")],
    });
  });
});

describe("targets are JSONPath as RFC 9535 has it", () => {
  const value = {
    store: {
      book: [
        { title: "One", price: 8, isbn: "1" },
        { title: "Two", price: 12 },
        { title: "Three", price: 22, isbn: "3" },
      ],
      "a.b": { "c'd": 1 },
    },
  };
  /** Titles of the books that a path selects. */
  const selected = (target: string): unknown[] => {
    const { store } = overlaid(value, { target, update: { hit: true } }) as {
      store: { book: { title: string; hit?: boolean }[] };
    };
    return store.book.filter(({ hit }) => hit).map(({ title }) => title);
  };

  test.each([
    ["$.store.book[*]", ["One", "Two", "Three"]],
    ["$..book[-1]", ["Three"]],
    ["$..book[0:2]", ["One", "Two"]],
    ["$..book[::2]", ["One", "Three"]],
    ["$['store']['book'][0, 2]", ["One", "Three"]],
    ["$..book[?@.isbn]", ["One", "Three"]],
    ["$..book[?!@.isbn]", ["Two"]],
    ["$..book[?@.price < 10 || @.price > 20]", ["One", "Three"]],
    ["$..book[?@.price > 10 && @.isbn == '3']", ["Three"]],
    ["$..book[?length(@.title) == 3]", ["One", "Two"]],
    ["$..book[?match(@.title, 'T.*')]", ["Two", "Three"]],
    ["$..book[?search(@.title, 're')]", ["Three"]],
    ["$..book[?count(@.*) == 2]", ["Two"]],
    ["$..book[?value(@.title) == 'Two']", ["Two"]],
    ["$.store.book[?@.price == $.store.book[1].price]", ["Two"]],
  ])("%s", (path, titles) => {
    expect(selected(path)).toEqual(titles);
  });

  test("names may hold anything", () => {
    expect(overlaid(value, { target: "$.store['a.b'][\"c'd\"]", update: 2 })).toMatchObject({
      store: { "a.b": { "c'd": 2 } },
    });
  });

  test.each(["store", "$.", "$[", "$.a[?@.b = 1]", "$.store.book[01]"])("%s is none", (path) => {
    expect(apply(value, [{ target: path, remove: true }]).told).toEqual([
      expect.stringContaining("is not a valid JSONPath (RFC 9535)"),
    ]);
  });
});

describe("the form of an overlay", () => {
  const head = "overlay: 1.0.0\ninfo: { title: t, version: '1' }\n";

  test.each([
    [
      "no overlay",
      "openapi: 3.1.0\n",
      [
        "1:1 RG1011 'overlay' is missing.",
        "1:1 RG1011 'info' is missing.",
        "1:1 RG1011 'actions' is missing.",
        "1:1 RG1011 Unknown field 'openapi'.",
      ],
    ],
    ["a list", "- a\n", ["1:1 RG1011 This must be an object."]],
    [
      "another version",
      "overlay: 2.0.0\ninfo: { title: t, version: '1' }\nactions: [{ target: $ }]\n",
      ["1:1 RG1011 'overlay' can't be \"2.0.0\"."],
    ],
    [
      "info that lacks its version",
      "overlay: 1.0.0\ninfo: { title: t }\nactions: [{ target: $ }]\n",
      ["2:1 RG1011 'version' is missing."],
    ],
    [
      "a version that is a number",
      "overlay: 1.0.0\ninfo: { title: t, version: 1.5 }\nactions: [{ target: $ }]\n",
      ["2:19 RG1011 'version' can't be 1.5."],
    ],
    ["no action", `${head}actions: []\n`, ["3:1 RG1011 An overlay needs at least one action."]],
    ["an action without a target", `${head}actions: [{ update: {} }]\n`, ["3:11 RG1011 'target' is missing."]],
    [
      "a misspelt field",
      `${head}actions: [{ target: $, updates: {} }]\n`,
      ["3:24 RG1011 Unknown field 'updates'. Did you mean 'update'?"],
    ],
    [
      "remove in quotes",
      `${head}actions: [{ target: $.a, remove: "true" }]\n`,
      ["3:26 RG1011 'remove' can't be \"true\"."],
    ],
    [
      "an action twice",
      `${head}actions: [{ target: $.a, remove: true }, { target: $.a, remove: true }]\n`,
      ["3:42 RG1011 Duplicate action."],
    ],
    ["copy in 1.0", `${head}actions: [{ target: $, copy: $.info }]\n`, ["3:24 RG1011 'copy' requires version 1.1."]],
  ])("is told where it is wrong: %s", (_name, overlay, lines) => {
    expect(apply({ a: 1, info: {} }, overlay)).toEqual({ value: { a: 1, info: {} }, told: lines });
  });

  test("extensions are nobody's business, and patch versions make no difference", () => {
    const overlay = `overlay: 1.1.7\nx-a: 1\ninfo: { title: t, version: '1', x-b: 2 }\nextends: a.yaml\nactions: [{ target: $.a, update: 2, x-c: 3, description: d }]\n`;
    expect(apply({ a: 1 }, overlay)).toEqual({ value: { a: 2 }, told: [] });
  });
});

test("what was put in knows where it was written, the rest stays where it was", () => {
  const problems = new Problems();
  const text =
    "overlay: 1.0.0\ninfo: { title: t, version: '1' }\nactions:\n  - target: $.a\n    update:\n      b:\n        c: 1\n";
  const bytes = new TextEncoder().encode(text);
  const overlay = parse({ url: "file:///nowhere/my.yaml", name: "my.yaml", bytes }, problems);
  const document = parse(
    { url: "file:///nowhere/api.yaml", name: "api.yaml", bytes: new TextEncoder().encode("a:\n  d: 1\n") },
    problems,
  );
  if (overlay === undefined || document === undefined) throw new Error("no YAML");
  applyOverlays(document.value, [overlay], problems);
  const a = new Cursor(document).get("a");
  const placeOf = (at: Cursor | undefined): unknown => at && locate(at.spot);
  expect(placeOf(a?.get("b")?.get("c"))).toEqual({ file: "my.yaml", line: 7, column: 9 });
  expect(placeOf(a?.get("d"))).toEqual({ file: "api.yaml", line: 2, column: 3 });
});
