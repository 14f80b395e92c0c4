// What a file says to people: the prose of a page, or the comments and messages of a program, by line.
import ts from "typescript";

/** Lines of a Markdown page without its code: fences, indented blocks, inline code, and link targets. */
export function proseOfPage(text) {
  let isFence = false;
  return text.split("\n").map((line) => {
    const isBoundary = /^\s*(?:```|~~~)/.test(line);
    if (isBoundary) isFence = !isFence;
    if (isBoundary || isFence || /^ {4}/.test(line)) return "";
    return line.replaceAll(/`[^`]*`/g, "").replaceAll(/\]\([^)]*\)/g, "]");
  });
}

/** Comments of a program, and its strings that read like a sentence: those that hold a space. */
export function proseOfProgram(text, name) {
  const source = ts.createSourceFile(name, text, ts.ScriptTarget.Latest, true);
  const lines = text.split("\n").map(() => "");
  const add = (start, prose) => {
    const { line } = source.getLineAndCharacterOfPosition(start);
    for (const [index, part] of prose.split("\n").entries()) lines[line + index] += ` ${part}`;
  };
  const seen = new Set();
  const addComments = (ranges) => {
    for (const { pos, end } of ranges ?? []) {
      if (!seen.has(pos)) add(pos, text.slice(pos, end).replaceAll(/`[^`]*`/g, ""));
      seen.add(pos);
    }
  };
  const visit = (node) => {
    addComments(ts.getLeadingCommentRanges(text, node.getFullStart()));
    addComments(ts.getTrailingCommentRanges(text, node.getEnd()));
    const isText = ts.isStringLiteralLike(node) || ts.isTemplateHead(node) || ts.isTemplateMiddleOrTemplateTail(node);
    if (isText && node.text.includes(" ")) add(node.getStart(), node.getText());
    for (const child of node.getChildren(source)) visit(child);
  };
  visit(source);
  return lines;
}
