import { createRequire } from "node:module";

/** A pattern made ready. */
type Test = (text: string) => boolean;

const require = createRequire(import.meta.url);
/** Two repetitions take the cube of a text's length at most: with longer ones they would take their time. */
const maxLength = 200;
const known = new Map<string, Test>();

/**
 * Whether a text matches a document's pattern; what no engine of ours understands is let pass. The same on any machine
 * and soon over, whatever the pattern: a backtracking engine runs only what cannot keep it busy, and RE2 does the rest in
 * linear time. RE2 knows no look-around and no back-references.
 */
export function matches(pattern: string, text: string): boolean {
  if (text.length > maxLength) return true;
  const test = known.get(pattern) ?? testOf(pattern);
  known.set(pattern, test);
  return test(text);
}

function testOf(pattern: string): Test {
  // Many patterns of real documents are none with the flag u.
  for (const make of isQuick(pattern) ? [native("u"), native("")] : [linear(maxLength), linear(10)]) {
    try {
      return make(pattern);
    } catch {
      // The next one may understand it.
    }
  }
  return () => true;
}

/** Few repetitions, and none of a group: on a text of bounded length that is soon over. */
function isQuick(pattern: string): boolean {
  const rest = pattern.replace(lookAround, (whole) => (repetitionsOf(whole) < 2 ? "" : whole));
  return !/\(\?<?[=!]|\)[*+?{]/.test(rest) && repetitionsOf(rest) <= 2;
}

/** `(?=.*\d)`, of which passwords have several: none costs more than to read the text once more. */
const lookAround = /\(\?<?[=!][^()]*\)(?![*+?{])/g;

function repetitionsOf(pattern: string): number {
  return (pattern.match(/[*+{]|[^(]\?/g) ?? []).length;
}

function native(flags: string): (pattern: string) => Test {
  return (pattern) => {
    const expression = new RegExp(pattern, flags);
    return (text) => expression.test(text);
  };
}

/**
 * RE2 counts to 1,000 and no further: a bound beyond `most` is none. Loaded by the first pattern that needs it, for most
 * documents have none.
 */
function linear(most: number): (pattern: string) => Test {
  return (pattern) => {
    const { RE2JS } = require("re2js") as typeof import("re2js");
    const expression = RE2JS.compile(RE2JS.translateRegExp(loosened(pattern, most)));
    return (text) => expression.matcher(text).find();
  };
}

function loosened(pattern: string, most: number): string {
  return pattern.replace(/\\.|\{(\d+)(?:(,)(\d*))?\}/g, (whole, least?: string, comma?: string, top = "") => {
    if (least === undefined || Math.max(Number(least), Number(top)) <= most) return whole;
    const isOpen = comma === undefined || top === "" || Number(top) > most;
    return `{${Math.min(Number(least), most)},${isOpen ? "" : top}}`;
  });
}
