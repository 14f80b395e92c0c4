import type { Problem } from "./problem.js";

/** Problems that differ only in what they are about: same code, same fix, same sentence but for its names. */
export function groupAlike(problems: readonly Problem[]): Problem[][] {
  const groups = new Map<string, Problem[]>();
  for (const problem of problems) {
    const kind = JSON.stringify([problem.code, problem.severity, problem.hint, sentenceOf(problem.message)]);
    const group = groups.get(kind);
    if (group === undefined) groups.set(kind, [problem]);
    else group.push(problem);
  }
  return [...groups.values()];
}

/** A message without the names in it: what is quoted, and operations. */
function sentenceOf(message: string): string {
  return message
    .replace(/ ?Did you mean .*?\?/g, "")
    .replace(/'[^']*'/g, "''")
    .replace(/\b[A-Z]{3,} \/[^\s:,]*/g, "");
}

/**
 * What each of several alike messages is about: the words in which they differ. Empty where they are all the same, or
 * where one of them says nothing of its own.
 */
export function subjectsOf(messages: readonly string[]): readonly string[] {
  const words = messages.map((message) => message.split(" "));
  const [first = []] = words;
  const shortest = Math.min(...words.map(({ length }) => length));
  let start = 0;
  while (start < shortest && words.every((own) => own[start] === first[start])) start++;
  let end = 0;
  while (end < shortest - start && words.every((own) => own.at(-1 - end) === first.at(-1 - end))) end++;
  // `GET /a` and `GET /b` differ in their paths only, and are about operations.
  if (start > 0 && /^[A-Z]+$/.test(first[start - 1] ?? "")) start--;
  const subjects = words.map((own) => {
    const subject = own.slice(start, own.length - end).join(" ");
    // The operation is enough, even if the messages also differ in a name behind it.
    return (/^[A-Z]{3,} \/\S*/.exec(subject)?.[0] ?? subject).replace(/[.,:]$/, "");
  });
  return subjects.includes("") ? [] : subjects;
}
