/** What moves the cursor, colours the screen or turns text round; line ends and tabs are none of it. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is replaced
const unseen = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]/g;

const maxLength = 400;

/** Text of a document as it may go to a terminal: what does not show is spelled out. */
export function visible(text: string): string {
  return text.replace(unseen, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`);
}

/** The same for a place within a sentence: one line, and not without end. */
export function visibleInline(text: string): string {
  const line = visible(text).replace(/\s*\n\s*/g, " ");
  return line.length > maxLength ? `${line.slice(0, maxLength)}…` : line;
}
