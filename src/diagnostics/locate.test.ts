import fc from "fast-check";
import yaml from "js-yaml";
import { describe, expect, test } from "vitest";
import { locate } from "./locate.js";
import type { SourceFile } from "./problem.js";

/** `line:column` of a path in a text. */
function placeIn(text: string, path: readonly (string | number)[], format: SourceFile["format"] = "yaml"): string {
  const file: SourceFile = { url: "file:///nowhere/a", name: "a", text, format, value: undefined };
  const { line, column } = locate({ file, path });
  return `${line}:${column}`;
}

describe("in YAML", () => {
  test("a key is found where the key begins, not its value", () => {
    const text = "paths:\n  /pets:\n    get:\n      operationId: listPets\n";
    expect(placeIn(text, ["paths", "/pets", "get", "operationId"])).toBe("4:7");
  });

  test("a list's item is found where it begins", () => {
    const text = "tags:\n  - name: a\n  -   name: b\n";
    expect(placeIn(text, ["tags", 1])).toBe("3:7");
    expect(placeIn(text, ["tags", 1, "name"])).toBe("3:7");
  });

  test("a list at its key's indent is found", () => {
    expect(placeIn("a:\n- b: 1\n- c: 2\n", ["a", 1, "c"])).toBe("3:3");
  });

  test("keys without values do not shift what follows them", () => {
    const text = "a:\nb: 1\nc:\n  d:\n  e: 2\n";
    expect(["a", "b", "c"].map((key) => placeIn(text, [key]))).toEqual(["1:1", "2:1", "3:1"]);
    expect(placeIn(text, ["c", "e"])).toBe("5:3");
  });

  test("a value that reads like the next key is no key", () => {
    const text = "a:\nb: b\nc: a\n";
    expect(["a", "b", "c"].map((key) => placeIn(text, [key]))).toEqual(["1:1", "2:1", "3:1"]);
  });

  test("items without values do not shift what follows them", () => {
    const text = "a:\n  -\n  - b: 1\n  -\n  - c: 2\n";
    expect(placeIn(text, ["a", 1, "b"])).toBe("3:5");
    expect(placeIn(text, ["a", 3, "c"])).toBe("5:5");
  });

  test("numeric keys are found by their text", () => {
    const text = "responses:\n  200:\n    description: ok\n  0x1F4: { description: no }\n";
    expect(placeIn(text, ["responses", "200", "description"])).toBe("3:5");
    expect(placeIn(text, ["responses", "500", "description"])).toBe("4:12");
  });

  test("flow style is found on its own line", () => {
    const text = "a: { b: [1, { c: 2 }],\n     d: 3 }\n";
    expect(placeIn(text, ["a", "b", 1, "c"])).toBe("1:15");
    expect(placeIn(text, ["a", "d"])).toBe("2:6");
  });

  test("a pair without braces in a list does not shift what follows it", () => {
    expect(placeIn("a: [b: 1, c]\n", ["a", 1])).toBe("1:11");
  });

  test("what an alias stands for is found where the alias stands", () => {
    const text = "a: &x\n  b: 1\nc: *x\n";
    expect(placeIn(text, ["a", "b"])).toBe("2:3");
    expect(placeIn(text, ["c", "b"])).toBe("3:1");
  });

  test("keys beside a merge key are found", () => {
    const text = "x: &x { a: 1 }\nz:\n  <<: *x\n  c: 1\n";
    expect(placeIn(text, ["z", "c"])).toBe("4:3");
    expect(placeIn(text, ["z", "a"])).toBe("2:1");
  });

  test("quoted keys, explicit keys, comments, block texts and document starts change nothing", () => {
    const text = "---\n# one\n'a b': # two\n  # three\n  - |\n    x: 1\n  - ? c\n    : d\n";
    expect(placeIn(text, ["a b"])).toBe("3:1");
    expect(placeIn(text, ["a b", 0])).toBe("5:5");
    expect(placeIn(text, ["a b", 1, "c"])).toBe("7:7");
  });

  test("Windows line ends count once", () => {
    expect(placeIn("a:\r\n  b: 1\r\n  c:\r\n    - d\r\n    - e\r\n", ["a", "c", 1])).toBe("5:7");
  });

  test("a key that stands twice is found where the last one stands, whose value it has", () => {
    expect(placeIn("a: 1\nb: 2\na: { c: 3 }\n", ["a", "c"])).toBe("3:6");
  });

  test("what is not there is found at the nearest that is", () => {
    expect(placeIn("a:\n  b: 1\n", ["a", "x", "y"])).toBe("1:1");
    expect(placeIn("\n\na: 1\n", ["x"])).toBe("3:1");
  });

  test("text that cannot be read to its end has its places up to there", () => {
    expect(placeIn("a:\n  b: [", ["a", "b"])).toBe("1:1");
  });
});

describe("in JSON", () => {
  const text = '{ "a": [1,\n  { "b": null, "c": [] }, [2]],\n  "d": {} }';

  test.each([
    [["a"], "1:3"],
    [["a", 0], "1:9"],
    [["a", 1], "2:3"],
    [["a", 1, "c"], "2:16"],
    [["a", 2, 0], "2:28"],
    [["d"], "3:3"],
    [["d", "x"], "3:3"],
  ])("%j stands at %s", (path, place) => {
    expect(placeIn(text, path, "json")).toBe(place);
  });

  test("escapes in keys are understood", () => {
    expect(placeIn('{"\\u0061/b":\n{"c": 1}}', ["a/b", "c"], "json")).toBe("2:2");
  });
});

test("every key of any document is found on a line that holds it, in YAML and in JSON", () => {
  const names = fc.stringMatching(/^[a-z]{3,8}$/);
  const { tree } = fc.letrec<{ tree: unknown }>((tie) => ({
    tree: fc.oneof(
      { maxDepth: 4 },
      fc.constantFrom(1, null, "text", true, "", {}, []),
      fc.array(tie("tree"), { maxLength: 3 }),
      fc.dictionary(names, tie("tree"), { maxKeys: 4 }),
    ),
  }));
  const keysOf = (value: unknown, path: (string | number)[] = []): (string | number)[][] => {
    if (typeof value !== "object" || value === null) return [];
    return Object.entries(value).flatMap(([name, member]) => {
      const here = [...path, Array.isArray(value) ? Number(name) : name];
      return [here, ...keysOf(member, here)];
    });
  };
  const check = (value: unknown, text: string, format: SourceFile["format"]): void => {
    const lines = text.split("\n");
    for (const path of keysOf(value)) {
      const [line = 0, column = 0] = placeIn(text, path, format).split(":").map(Number);
      const key = path.at(-1);
      if (typeof key === "string") expect(lines[line - 1]?.slice(column - 1).replace(/^"/, "")).toMatch(`${key}`);
    }
  };
  fc.assert(
    fc.property(fc.dictionary(names, tree, { minKeys: 1, maxKeys: 5 }), (value) => {
      check(value, JSON.stringify(value, null, 1), "json");
      check(value, yaml.dump(value), "yaml");
      check(value, yaml.dump(value, { flowLevel: 2 }), "yaml");
    }),
  );
});

test("lists in flow style within lists are found, item by item", () => {
  const text = "aaa:\n  - [[1, {aaa: 1}], {b: 2}]\n";
  expect(placeIn(text, ["aaa", 0, 0, 1, "aaa"], "yaml")).toBe("2:11");
  expect(placeIn(text, ["aaa", 0, 1, "b"], "yaml")).toBe("2:22");
});
