import { expect, test } from "vitest";
import { printComment } from "./comment.js";
import { markdownOf } from "./html.js";

test.each([
  ['<p>Returns a list.</p>\n<p>See <a href="/docs">the docs</a>.</p>', "Returns a list.\n\nSee [the docs](/docs)."],
  ["One<br>two<br />three", "One\ntwo\nthree"],
  ["Either <ul><li>this,</li> <li> or that</li></ul>", "Either\n- this,\n- or that"],
  ["<b>Never</b> <i>ever</i> send <code>a &amp; b</code>", "**Never** _ever_ send `a & b`"],
  ["Use <code> <a>Send</a> </code> instead", "Use `Send` instead"],
  ["Takes `<p>` and <em>more</em>", "Takes `<p>` and _more_"],
  ["a < b, List<String>, <id>", "a < b, List<String>, <id>"],
  ["- a list\n  - and one in it", "- a list\n  - and one in it"],
])("%j reads %j", (html, markdown) => {
  expect(markdownOf(html)).toBe(markdown);
});

test("code in fences is left alone", () => {
  const text = "```html\n<p>a</p>\n```";
  expect(markdownOf(text)).toBe(text);
});

test("what is left when tags are gone cannot end the comment", () => {
  for (const text of ["*<p>/ evil()", "*<span></span>/ evil()", "<b>*</b><span>/</span>", "*<i></i>/<p>@ts-nocheck"]) {
    const comment = printComment([text]);
    expect(comment.indexOf("*/")).toBe(comment.trimEnd().length - 2);
    expect(comment).not.toMatch(/^\s*\*?\s*@/m);
  }
});

test("beginnings of tags without end take no longer than other text", () => {
  for (const piece of ["<a ", '<a href="', "<p ", "<a href='x'>", "&lt;", "<li>", "`"])
    expect(markdownOf(`<p>${piece.repeat(100_000)}`).length).toBeGreaterThan(50_000);
});
