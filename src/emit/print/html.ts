/** Tags that people write into descriptions, as the markdown that editors show. */
const tags: readonly (readonly [pattern: RegExp, markdown: string])[] = [
  // Every length has a bound, or a text of nothing but beginnings would take the square of its length.
  [/<a\s[^<>]{0,200}?href=["']([^"'<>]{0,500})["'][^<>]{0,200}>([^<]{1,300})<\/a>/gi, "[$2]($1)"],
  [/<\/?(?:p|div|h[1-6]|dl|table|tr|ul|ol|note|important)(?:\s[^<>]{0,200})?>/gi, "\n\n"],
  [/<br\s{0,5}\/?>/gi, "\n"],
  [/<li(?:\s[^<>]{0,200})?>\s*/gi, "\n- "],
  [/<\/li>/gi, "\n"],
  [/<\/?(?:b|strong)>/gi, "**"],
  [/<\/?(?:i|em)>/gi, "_"],
  [/<\/?a>/gi, ""],
  [/<(?:code|tt)>\s{0,5}/gi, "`"],
  [/\s{0,5}<\/(?:code|tt)>/gi, "`"],
  [/<\/?(?:span|font)(?:\s[^<>]{0,200})?>/gi, ""],
  [/&nbsp;/g, " "],
  [/&lt;/g, "<"],
  [/&gt;/g, ">"],
  [/&quot;/g, '"'],
  [/&#39;|&apos;/g, "'"],
  [/&amp;/g, "&"],
];

const isHtml = /<\/?(?:p|br|ul|ol|li|a|b|i|em|strong|code|div|note)(?:\s[^<>]{0,200})?\/?>/i;

/** A description with the usual HTML as markdown. What stands between backticks is shown as it is, and stays so. */
export function markdownOf(text: string): string {
  if (!text.includes("<") || text.includes("```") || !isHtml.test(text)) return text;
  const parts = text.split(/(`[^`\n]*`)/);
  const converted = parts.map((part, index) =>
    index % 2 === 1 ? part : tags.reduce((all, [pattern, markdown]) => all.replace(pattern, markdown), part),
  );
  return converted
    .join("")
    .split("\n")
    .map((line) => line.trimEnd().replace(/^ +(?!\s*[-*\d])/, ""))
    .join("\n")
    .replace(/\n{3,}/g, "\n\n")
    .replace(/\n\n(?=- )/g, "\n")
    .trim();
}
