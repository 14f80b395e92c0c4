/** `250 ms`, `1.5 s`, `5 min`, `no limit`. */
export function timeText(ms: number | false | null): string {
  if (ms === false || ms === null) return "no limit";
  if (ms < 1_000) return `${trim(ms)} ms`;
  if (ms < 60_000) return `${trim(ms / 1_000)} s`;
  return ms % 60_000 === 0 || ms >= 600_000 ? `${trim(ms / 60_000)} min` : `${trim(ms / 1_000)} s`;
}

/** At most two decimals, without trailing zeros. */
export function trim(number: number): string {
  return String(Math.round(number * 100) / 100);
}

/** `1,223`. */
export function thousands(number: number): string {
  return number.toLocaleString("en-US");
}

/** `1 call`, `1,223 calls`. */
export function countText(count: number, one: string, many = `${one}s`): string {
  return `${thousands(count)} ${count === 1 ? one : many}`;
}

/** `3 times`, `once`. */
export function timesText(count: number): string {
  return count === 1 ? "once" : `${count} times`;
}

/** `a, b, and c`. */
export function listText(words: readonly string[], last = "and"): string {
  if (words.length < 3) return words.join(` ${last} `);
  return `${words.slice(0, -1).join(", ")}, ${last} ${words.at(-1)}`;
}

/** Text from a document on one line, without characters that move a terminal's cursor or change the text direction. */
export function plainLine(text: string): string {
  return text
    .replace(/\s+/g, " ")
    .replace(/[\p{Cc}\p{Cf}\p{Co}\p{Cn}\u2028\u2029]/gu, "")
    .trim();
}
