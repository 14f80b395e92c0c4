import { markdownOf } from "./html.js";
import { invisible } from "./literal.js";

const textWidth = 116;

/** A tag of a doc comment that we write ourselves. */
export interface Tag {
  readonly tag: "deprecated" | "default" | "example";
  readonly text?: string;
}

/** A doc comment of these paragraphs and tags, or nothing. Whatever the text is, it cannot end the comment. */
export function printComment(paragraphs: readonly (string | Tag | undefined)[], indent = ""): string {
  const blocks = paragraphs.map((paragraph) => linesOf(paragraph)).filter((lines) => lines.length > 0);
  const lines = blocks.flatMap((block, index) => {
    const follows = index > 0 && !(block[0]?.startsWith("@") && blocks[index - 1]?.[0]?.startsWith("@"));
    return follows ? ["", ...block] : block;
  });
  const [only = ""] = lines;
  if (lines.length === 0) return "";
  if (lines.length === 1 && only.length + indent.length < 110) return `${indent}/** ${only} */\n`;
  return `${indent}/**\n${lines.map((line) => `${indent} *${line === "" ? "" : ` ${line}`}\n`).join("")}${indent} */\n`;
}

function linesOf(paragraph: string | Tag | undefined): string[] {
  if (paragraph === undefined) return [];
  if (typeof paragraph === "string") return paragraph.trim() === "" ? [] : proseLines(markdownOf(paragraph.trim()));
  const [first = "", ...rest] = paragraph.text === undefined ? [] : proseLines(paragraph.text.trim());
  return [`@${paragraph.tag} ${first}`.trimEnd(), ...rest];
}

/** Lines of a document's text: one that began with `@` would be a tag, or even a directive to the compiler. */
function proseLines(text: string): string[] {
  return commentText(text)
    .split(/\r\n|\r|\n/)
    .flatMap((line) => wrap(line.trimEnd()))
    .map((line) => line.replace(/^(\s*)@/, "$1\\@"));
}

/** Text that may stand within a comment. Escaped and never deleted, for deleting can make a new mark. */
export function commentText(text: string): string {
  return (
    text
      .replace(/\*\//g, "*\\/")
      .replace(invisible, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`)
      // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is replaced
      .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f]/g, " ")
  );
}

/** One line of text for a place within a sentence. */
export function inlineText(text: string): string {
  return commentText(text).replace(/\s+/g, " ").trim();
}

/** Prose is wrapped; what is laid out (code, tables, quotes) stays as it is. */
function wrap(line: string): string[] {
  if (line.length <= textWidth || /^(\s{4}|\s*([|>#<]|```))/.test(line)) return [line];
  const margin = /^\s*(?:[-*+]|\d+[.)])?\s*/.exec(line)?.[0].length ?? 0;
  const lines: string[] = [];
  let rest = line;
  while (rest.length > textWidth) {
    const at = rest.lastIndexOf(" ", textWidth);
    if (at <= margin + 40) break;
    lines.push(rest.slice(0, at));
    rest = " ".repeat(margin) + rest.slice(at + 1);
  }
  return [...lines, rest];
}
