import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  deepObjectStyle,
  formStyle,
  headerExplodeStyle,
  headerStyle,
  jsonHeaderStyle,
  jsonSegmentStyle,
  jsonStyle,
  labelExplodeStyle,
  labelStyle,
  listStyle,
  matrixExplodeStyle,
  matrixStyle,
  pipeDelimitedStyle,
  reservedListStyle,
  reservedStyle,
  simpleExplodeStyle,
  simpleStyle,
  spaceDelimitedStyle,
} from "./styles.js";
import type { ParameterStyle } from "./types.js";

const array = ["blue", "black", "brown"];
const object = { R: 100, G: 200, B: 150 };

/** OpenAPI 3.2, "Style Examples", for a parameter `color`; `undefined` where the table has no entry. */
const table: readonly [string, ParameterStyle, string | undefined, string | undefined, string, string, string][] = [
  ["path simple", simpleStyle, "", "blue", "blue,black,brown", "R,100,G,200,B,150", ""],
  ["path simple, exploded", simpleExplodeStyle, "", "blue", "blue,black,brown", "R=100,G=200,B=150", ""],
  ["path label", labelStyle, ".", ".blue", ".blue,black,brown", ".R,100,G,200,B,150", "."],
  ["path label, exploded", labelExplodeStyle, ".", ".blue", ".blue.black.brown", ".R=100.G=200.B=150", "."],
  [
    "path matrix",
    matrixStyle,
    ";color",
    ";color=blue",
    ";color=blue,black,brown",
    ";color=R,100,G,200,B,150",
    ";color",
  ],
  [
    "path matrix, exploded",
    matrixExplodeStyle,
    ";color",
    ";color=blue",
    ";color=blue;color=black;color=brown",
    ";R=100;G=200;B=150",
    "",
  ],
  ["query form", formStyle, "color=", "color=blue", "color=blue&color=black&color=brown", "R=100&G=200&B=150", ""],
  [
    "query form, not exploded",
    listStyle,
    "color=",
    "color=blue",
    "color=blue,black,brown",
    "color=R,100,G,200,B,150",
    "",
  ],
  [
    "query spaceDelimited",
    spaceDelimitedStyle,
    undefined,
    undefined,
    "color=blue%20black%20brown",
    "color=R%20100%20G%20200%20B%20150",
    "",
  ],
  [
    "query pipeDelimited",
    pipeDelimitedStyle,
    undefined,
    undefined,
    "color=blue%7Cblack%7Cbrown",
    "color=R%7C100%7CG%7C200%7CB%7C150",
    "",
  ],
  ["header simple", headerStyle, "", "blue", "blue,black,brown", "R,100,G,200,B,150", ""],
  ["header simple, exploded", headerExplodeStyle, "", "blue", "blue,black,brown", "R=100,G=200,B=150", ""],
  [
    "query form, reserved",
    reservedStyle,
    "color=",
    "color=blue",
    "color=blue&color=black&color=brown",
    "R=100&G=200&B=150",
    "",
  ],
  [
    "query form, reserved, not exploded",
    reservedListStyle,
    "color=",
    "color=blue",
    "color=blue,black,brown",
    "color=R,100,G,200,B,150",
    "color=",
  ],
];

describe.each(table)("%s", (_name, style, ofEmpty, ofString, ofArray, ofObject, ofEmptyArray) => {
  if (ofEmpty !== undefined) test("an empty text", () => expect(style("color", "")).toBe(ofEmpty));
  if (ofString !== undefined) test("a text", () => expect(style("color", "blue")).toBe(ofString));
  test("an array", () => expect(style("color", array)).toBe(ofArray));
  test("an object", () => expect(style("color", object)).toBe(ofObject));
  test("an empty array", () => expect(style("color", [])).toBe(ofEmptyArray));
  test("members without a value are left out", () => {
    expect(style("color", ["blue", undefined, "black", null, "brown"])).toBe(ofArray);
    expect(style("color", { R: 100, x: undefined, G: 200, y: null, B: 150 })).toBe(ofObject);
  });
});

describe("deepObject", () => {
  test("writes each member with its name in brackets", () => {
    expect(deepObjectStyle("color", object)).toBe("color%5BR%5D=100&color%5BG%5D=200&color%5BB%5D=150");
  });

  test("goes on into deeper members and items", () => {
    expect(deepObjectStyle("q", { a: { b: [1, { c: 2 }] } })).toBe(
      "q%5Ba%5D%5Bb%5D%5B0%5D=1&q%5Ba%5D%5Bb%5D%5B1%5D%5Bc%5D=2",
    );
  });

  test("leaves out what has no value", () => {
    expect(deepObjectStyle("q", { a: undefined, b: null, c: {}, d: [], e: 1 })).toBe("q%5Be%5D=1");
  });

  test("of a text is that text", () => {
    expect(deepObjectStyle("q", "a")).toBe("q=a");
  });
});

describe("JSON content", () => {
  test("in a query and in a path is percent-encoded", () => {
    expect(jsonStyle("q", { a: [1] })).toBe("q=%7B%22a%22%3A%5B1%5D%7D");
    expect(jsonSegmentStyle("q", { a: [1] })).toBe("%7B%22a%22%3A%5B1%5D%7D");
  });

  test("in a header is not", () => {
    expect(jsonHeaderStyle("q", { a: [1] })).toBe('{"a":[1]}');
  });
});

describe("values", () => {
  test.each([
    [true, "true"],
    [0, "0"],
    [-1.5, "-1.5"],
    [10n, "10"],
    [new Date(0), "1970-01-01T00:00:00.000Z"],
  ])("%s is written as %s", (value, text) => {
    expect(headerStyle("a", value)).toBe(text);
    expect(formStyle("a", value)).toBe(`a=${encodeURIComponent(text)}`);
    expect(simpleStyle("a", value)).toBe(encodeURIComponent(text));
  });

  test("an object in a list, which has no place there, is written as JSON", () => {
    expect(formStyle("a", [{ b: 1 }])).toBe("a=%7B%22b%22%3A1%7D");
    expect(listStyle("a", [{ b: 1 }, 2])).toBe("a=%7B%22b%22%3A1%7D,2");
  });
});

describe("percent-encoding", () => {
  const reserved = ":/?#[]@!$&'()*+,;= %é\"<>^`{|}\\";

  test("leaves nothing but RFC 3986 unreserved", () => {
    for (const style of [simpleStyle, formStyle, listStyle, labelStyle, matrixStyle, deepObjectStyle]) {
      const text = style("n", reserved).replace(/^[.;]?(n=)?/, "");
      expect(text).toMatch(/^([A-Za-z0-9._~-]|%[0-9A-F]{2})+$/);
      expect(decodeURIComponent(text)).toBe(reserved);
    }
    expect(simpleStyle("n", "AZaz09-._~")).toBe("AZaz09-._~");
  });

  test("keeps the delimiters of a style literal and encodes those of the values", () => {
    expect(simpleStyle("n", ["a,b", "c"])).toBe("a%2Cb,c");
    expect(matrixExplodeStyle("n", ["a;b=c"])).toBe(";n=a%3Bb%3Dc");
    expect(formStyle("a&b", "c=d")).toBe("a%26b=c%3Dd");
    expect(pipeDelimitedStyle("n", ["a|b", "c"])).toBe("n=a%7Cb%7Cc");
  });

  test("keeps names as they are, also odd ones", () => {
    expect(formStyle("filter[a].$b", 1)).toBe("filter%5Ba%5D.%24b=1");
  });

  test("never touches header values", () => {
    expect(headerStyle("n", "a b%é")).toBe("a b%é");
    expect(headerExplodeStyle("n", { "a b": "c d" })).toBe("a b=c d");
  });

  test("of half a surrogate pair is refused", () => {
    expect(() => formStyle("n", "\ud800")).toThrow(URIError);
  });
});

describe("allowReserved", () => {
  test("reserved characters and triples pass", () => {
    expect(reservedStyle("n", "a/b?c=d&e:@!$'()*+,;[]%41")).toBe("n=a/b?c=d&e:@!$'()*+,;[]%41");
  });

  test("a percent sign alone is encoded, as all else is", () => {
    expect(reservedStyle("n", "50%")).toBe("n=50%25");
    expect(reservedStyle("n", "%4g é")).toBe("n=%254g%20%C3%A9");
  });

  test("a '#' does not pass: it would end the query", () => {
    expect(reservedStyle("n", "a#b")).toBe("n=a%23b");
  });

  test("a text that is not exploded is like one that is", () => {
    expect(reservedListStyle("n", "a/b c")).toBe("n=a/b%20c");
  });
});

describe("what is written can be read again", () => {
  const word = fc.string({ unit: "grapheme", minLength: 1 });
  const text = fc.string({ unit: "grapheme" });
  const words = fc.array(text, { minLength: 1, maxLength: 5 });
  const members = fc.dictionary(word, text, { minKeys: 1, maxKeys: 5 }).map((made) => ({ ...made }));
  /** Every pair of a query, decoded. */
  const pairsOf = (query: string): [string, string][] => [...new URLSearchParams(query)];
  const decoded = (list: string, delimiter: string): string[] => list.split(delimiter).map(decodeURIComponent);
  const afterEquals = (pair: string): string => pair.slice(pair.indexOf("=") + 1);
  const inTurn = (items: readonly string[]): Record<string, string> =>
    Object.fromEntries(items.flatMap((item, index) => (index % 2 === 0 ? [[item, items[index + 1] ?? ""]] : [])));

  test("form: a text, an array, an object", () => {
    fc.assert(
      fc.property(word, text, words, members, (name, one, many, named) => {
        expect(pairsOf(formStyle(name, one))).toEqual([[name, one]]);
        expect(pairsOf(formStyle(name, many))).toEqual(many.map((item) => [name, item]));
        expect(Object.fromEntries(pairsOf(formStyle(name, named)))).toEqual(named);
      }),
    );
  });

  test("form without explode", () => {
    fc.assert(
      fc.property(word, words, members, (name, many, named) => {
        expect(decoded(afterEquals(listStyle(name, many)), ",")).toEqual(many);
        expect(inTurn(decoded(afterEquals(listStyle(name, named)), ","))).toEqual(named);
      }),
    );
  });

  test("spaceDelimited and pipeDelimited, of values without their delimiter", () => {
    fc.assert(
      fc.property(word, words, (name, many) => {
        const without = (delimiter: string): string[] => many.map((item) => item.replaceAll(delimiter, ""));
        expect(decoded(afterEquals(spaceDelimitedStyle(name, without(" "))), "%20")).toEqual(without(" "));
        expect(decoded(afterEquals(pipeDelimitedStyle(name, without("|"))), "%7C")).toEqual(without("|"));
      }),
    );
  });

  test("deepObject", () => {
    const deep = fc.dictionary(word, fc.oneof(text, members, fc.array(text, { minLength: 1 })), { minKeys: 1 });
    fc.assert(
      fc.property(word, deep, (name, value) => {
        const leaves = (at: string, node: unknown): [string, string][] =>
          typeof node === "string"
            ? [[at, node]]
            : Object.entries(node as object).flatMap(([key, member]) => leaves(`${at}[${key}]`, member));
        expect(pairsOf(deepObjectStyle(name, value))).toEqual(leaves(name, value));
      }),
    );
  });

  test("JSON, in every place", () => {
    fc.assert(
      fc.property(word, fc.jsonValue(), (name, value) => {
        const copy: unknown = JSON.parse(JSON.stringify(value));
        expect(JSON.parse(pairsOf(jsonStyle(name, value))[0]?.[1] ?? "")).toEqual(copy);
        expect(JSON.parse(decodeURIComponent(jsonSegmentStyle(name, value)))).toEqual(copy);
        expect(JSON.parse(jsonHeaderStyle(name, value))).toEqual(copy);
      }),
    );
  });

  test("simple", () => {
    fc.assert(
      fc.property(word, text, words, members, (name, one, many, named) => {
        expect(decodeURIComponent(simpleStyle(name, one))).toBe(one);
        expect(decoded(simpleStyle(name, many), ",")).toEqual(many);
        expect(inTurn(decoded(simpleStyle(name, named), ","))).toEqual(named);
        const exploded = simpleExplodeStyle(name, named).split(",");
        expect(Object.fromEntries(exploded.map((pair) => decoded(pair, "=")))).toEqual(named);
      }),
    );
  });

  test("label, of values without a dot where dots stand between them", () => {
    fc.assert(
      fc.property(word, words, members, (name, many, named) => {
        expect(decoded(labelStyle(name, many).slice(1), ",")).toEqual(many);
        const dotless = many.map((item) => item.replaceAll(".", ""));
        expect(decoded(labelExplodeStyle(name, dotless).slice(1), ".")).toEqual(dotless);
        expect(inTurn(decoded(labelStyle(name, named).slice(1), ","))).toEqual(named);
      }),
    );
  });

  test("matrix", () => {
    const textOf = (pair: string): string => (pair.includes("=") ? decodeURIComponent(afterEquals(pair)) : "");
    fc.assert(
      fc.property(word, words, members, (name, many, named) => {
        const exploded = matrixExplodeStyle(name, many).slice(1).split(";");
        expect(exploded.map(textOf)).toEqual(many);
        const pairs = matrixExplodeStyle(name, named).slice(1).split(";");
        expect(
          Object.fromEntries(pairs.map((pair) => [decodeURIComponent(pair.split("=")[0] ?? ""), textOf(pair)])),
        ).toEqual(named);
      }),
    );
  });
});

test("an object in a list is written as JSON where the style has no place for it", () => {
  const list = [{ a: 1 }, "b"];
  expect(headerStyle("x", list)).toBe('{"a":1},b');
  expect(simpleStyle("x", list)).toBe("%7B%22a%22%3A1%7D,b");
  expect(labelExplodeStyle("x", list)).toBe(".%7B%22a%22%3A1%7D.b");
  expect(headerExplodeStyle("x", { a: { b: 1 } })).toBe('a={"b":1}');
});
