// node scripts/docs/check-words.js
//
// Keeps words out of what people read that a native writer would not use: docs, messages, and comments. words/list.js has
// the words and what to write instead. Exit code 1 and a line for each finding.
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { spellings, vocabulary } from "./words/list.js";
import { proseOfPage, proseOfProgram } from "./words/prose.js";

const root = fileURLToPath(new URL("../../", import.meta.url));

/** Where the whole list applies. Extend it when a folder has been edited. */
const covered = [
  /^[A-Z]+\.md$/,
  /^docs\/(?!observability)[^/]+\.md$/,
  /^(?:bench|examples|runtime)\/README\.md$/,
  /^scripts\/docs\/.*(?<!\.test)\.js$/,
  /^src\/policies\/reference\.ts$/,
];

/** Where American spelling applies. */
const spelled = [...covered, /^(?:src|runtime|templates|pages|examples|scripts)\/.*\.(?:ts|js)$/];

/** The list, and the tests of it. */
const aboutWords = [/^scripts\/docs\/(?:words\/list|check-words\.test)\.js$/];

const isWithin = (folders, path) => folders.some((pattern) => pattern.test(path));

/** Findings of one text: line, word, and advice. */
export function findings(path, text, rules) {
  const lines = path.endsWith(".md") ? proseOfPage(text) : proseOfProgram(text, path);
  return lines.flatMap((line, index) =>
    rules.flatMap(([pattern, advice]) => {
      const found = pattern.exec(line);
      return found === null ? [] : [`${path}:${index + 1}: '${found[0].trim()}'. ${advice}`];
    }),
  );
}

/** Every rule, for a text that is covered. */
export const allRules = [...spellings, ...vocabulary];

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const files = execFileSync("git", ["ls-files", "*.md", "*.ts", "*.js"], { cwd: root, encoding: "utf8" })
    .trim()
    .split("\n");
  const all = files
    .filter((path) => isWithin(spelled, path) && !isWithin(aboutWords, path))
    .flatMap((path) =>
      findings(path, readFileSync(root + path, "utf8"), isWithin(covered, path) ? allRules : spellings),
    );
  for (const each of all) console.error(each);
  if (all.length > 0) console.error(`✘ ${all.length} ${all.length === 1 ? "finding" : "findings"}`);
  process.exitCode = all.length === 0 ? 0 : 1;
}
