/** Characters that move the cursor, change colors, or reverse text; line ends and tabs do not. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are the characters to replace
const unseen = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]/g;

const maxLength = 400;

/** Makes text of a document safe for a terminal: invisible characters are printed as escapes. */
export function visible(text: string): string {
  return text.replace(unseen, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`);
}

/** The same for text within a sentence: a single line of limited length. */
export function visibleInline(text: string): string {
  const line = visible(text).replace(/\s*\n\s*/g, " ");
  return line.length > maxLength ? `${line.slice(0, maxLength)}…` : line;
}
