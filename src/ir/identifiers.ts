/** Words that JavaScript or TypeScript keeps for itself, and names that would do harm as an export. */
const reserved = new Set(
  (
    "arguments await break case catch class const continue debugger default delete do else enum eval export extends false " +
    "finally for function if implements import in instanceof interface let new null package private protected public " +
    "return static super switch this throw true try typeof undefined var void while with yield async of " +
    // A module that exports `then` hangs `import()`.
    "then " +
    "any unknown never string number boolean object symbol bigint type declare namespace module abstract as is keyof infer " +
    "NaN Infinity constructor prototype __proto__ hasOwnProperty toString valueOf globalThis"
  ).split(" "),
);

export function isReserved(name: string): boolean {
  return reserved.has(name);
}

/** `list-pets` → `listPets`, `GetUser` → `getUser`, `HTTPPing` → `httpPing`. Made of letters and digits only. */
export function camelCase(text: string): string {
  const [first = "", ...rest] = wordsOf(text);
  return startingWithLetter(lowerStart(first) + rest.map(upperFirst).join(""), "_");
}

/** `simple-user` → `SimpleUser`. */
export function pascalCase(text: string): string {
  return startingWithLetter(wordsOf(text).map(upperFirst).join(""), "_");
}

/** `My Tag` → `my-tag`. */
export function kebabCase(text: string): string {
  return wordsOf(text)
    .flatMap((word) =>
      word
        .replace(/([\p{Ll}\d])(\p{Lu})/gu, "$1 $2")
        .replace(/(\p{Lu})(\p{Lu}\p{Ll})/gu, "$1 $2")
        .split(" "),
    )
    .map((word) => word.toLowerCase())
    .join("-");
}

/**
 * Letters that Unicode still adds to, or that are none for compilers: whether they may stand in a name depends on the
 * version of Node, compiler and editor. Beyond U+FFFF all of them.
 */
const unsettled =
  /[\u0860-\u08ff]|[\u0c5c\u0cdc\u1c80-\u1c8f\u2e2f\ua7c0-\ua7ff]|[\u1ab0-\u1aff]|[\u{10000}-\u{10ffff}]|\p{Me}/gu;

/** Letters and digits of the usual scripts; everything else parts words. */
function wordsOf(text: string): string[] {
  return text
    .normalize("NFC")
    .replace(unsettled, " ")
    .split(/[^\p{L}\p{M}\p{Nd}]+/u)
    .filter((word) => word !== "");
}

export function upperFirst(word: string): string {
  const [first = ""] = word;
  const upper = first.toUpperCase();
  return (upper.length === first.length ? upper : first) + word.slice(first.length);
}

/** `GetUser` → `getUser`; a run of capitals is one word: `HTTPPing` → `httpPing`. */
function lowerStart(word: string): string {
  const run = /^\p{Lu}+/u.exec(word)?.[0] ?? "";
  if (run === "") return word;
  const isWhole = run.length === word.length || !/^\p{Ll}/u.test(word.slice(run.length));
  const keep = isWhole || run.length === 1 ? run.length : run.length - 1;
  return word.slice(0, keep).toLowerCase() + word.slice(keep);
}

/** No name that a person wrote is longer. Names that are cut to the same get different ends where they are claimed. */
const maxLength = 200;

function startingWithLetter(name: string, prefix: string): string {
  return (/^\p{L}/u.test(name) ? name : `${prefix}${name}`).slice(0, maxLength);
}
