import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { cookieFormStyle, cookieListStyle, cookieStyle, formQuerystring } from "./styles.js";

const array = ["blue", "black", "brown"];
const object = { R: 100, G: 200, B: 150 };

/** OpenAPI 3.2, "Style Examples". */
test.each([
  ["form", cookieFormStyle, "color=", "color=blue", "color=blue; color=black; color=brown", "R=100; G=200; B=150"],
  ["cookie", cookieStyle, "color=", "color=blue", "color=blue; color=black; color=brown", "R=100; G=200; B=150"],
  [
    "cookie, not exploded",
    cookieListStyle,
    "color=",
    "color=blue",
    "color=blue,black,brown",
    "color=R,100,G,200,B,150",
  ],
])("a cookie of style %s", (_name, style, ofEmpty, ofText, ofArray, ofObject) => {
  expect(style("color", "")).toBe(ofEmpty);
  expect(style("color", "blue")).toBe(ofText);
  expect(style("color", array)).toBe(ofArray);
  expect(style("color", object)).toBe(ofObject);
});

describe("a cookie", () => {
  const name = fc.stringMatching(/^[A-Za-z0-9_-]+$/);
  const text = fc.string({ unit: "grapheme" });

  test("of style form can be read again, whatever is in it", () => {
    fc.assert(
      fc.property(name, fc.array(text, { minLength: 1 }), (key, values) => {
        const pairs = cookieFormStyle(key, values).split("; ");
        expect(pairs.map((pair) => decodeURIComponent(pair.slice(key.length + 1)))).toEqual(values);
      }),
    );
  });

  test("of style cookie is as it is, or refused where it would be two", () => {
    fc.assert(
      fc.property(name, text, (key, value) => {
        if (value.includes(";")) expect(() => cookieStyle(key, value)).toThrow(RangeError);
        else expect(cookieStyle(key, value)).toBe(`${key}=${value}`);
      }),
    );
  });
});

test("a form that is the whole query can be read again", () => {
  const word = fc.string({ unit: "grapheme", minLength: 1 });
  const values = fc.dictionary(word, fc.oneof(word, fc.array(word, { minLength: 1 })));
  fc.assert(
    fc.property(values, (members) => {
      const pairs = [...new URLSearchParams(formQuerystring("any", members))];
      expect(pairs).toEqual(Object.entries(members).flatMap(([key, value]) => [value].flat().map((one) => [key, one])));
    }),
  );
});
