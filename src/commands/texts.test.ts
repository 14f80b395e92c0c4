import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { plainTerminal } from "../diagnostics/terminal.js";
import { wrap } from "../diagnostics/wrap.js";
import { diffText } from "./diff-text.js";
import { summaryText } from "./summary-text.js";
import { terminalOf } from "./terminal.js";

const summary = {
  operations: 8,
  safe: 4,
  idempotent: 1,
  keyed: 0,
  unrepeatable: 3,
  foreignRetries: 0,
  looksLikeRead: ["POST /search"],
  basePath: undefined,
  hasServer: true,
};

describe("a diff", () => {
  const lines = Array.from({ length: 60 }, (_, index) => `+line ${index}\n`).join("");
  const diff = `--- a.ts (on disk)\n+++ a.ts (expected)\n@@ -1,2 +1,60 @@\n-old\n${lines}`;

  test("has git's colors: bold heads, cyan positions, red and green lines", () => {
    const painted = diffText(diff, { ...plainTerminal, color: true }, false);
    expect(painted).toContain("\u001b[1m--- a.ts (on disk)");
    expect(painted).toContain("\u001b[36m@@ -1,2 +1,60 @@");
    expect(painted).toContain("\u001b[31m-old");
    expect(painted).toContain("\u001b[32m+line 0");
  });

  test("of each file is shortened to 40 lines, and whole in verbose mode", () => {
    const two = diffText(`${diff}${diff}`, plainTerminal, false);
    expect(two.match(/… 24 more lines \(print them with --verbose\)\n/g)).toHaveLength(2);
    expect(diffText(`${diff}${diff}`, plainTerminal, true)).toBe(`${diff}${diff}`);
  });
});

describe("the summary of operations", () => {
  test("fits a narrow terminal, with settings to copy on lines of their own", () => {
    const text = summaryText(summary, { ...plainTerminal, width: 60 });
    for (const line of text.split("\n")) expect(line.length, line).toBeLessThanOrEqual(62);
    expect(text).toContain("\n           x-resilience: { idempotency: { supported: true } }");
    expect(text).toMatch(
      /This POST appears to be read-only: POST\s+\/search\. If so,\s+set:\n {11}x-resilience: \{ safe: true \}/,
    );
  });

  test("has a row for each kind of operation that the document has", () => {
    expect(summaryText({ ...summary, looksLikeRead: [] }, plainTerminal).match(/^ +\d+ {2}/gm)).toHaveLength(3);
  });
});

test("wrapped text keeps every word, in its order", () => {
  const text = "A sentence with a number of words, long enough to need several lines on any terminal.";
  expect(wrap(text, 40, 4).split(/\s+/).join(" ")).toBe(text);
});

describe("a terminal", () => {
  const names = [
    "NO_COLOR",
    "FORCE_COLOR",
    "TERM",
    "CI",
    "FORCE_HYPERLINK",
    "TERM_PROGRAM",
    "VTE_VERSION",
    "WT_SESSION",
  ];
  beforeEach(() => {
    for (const name of [...names, "KONSOLE_VERSION"]) vi.stubEnv(name, undefined);
  });
  afterEach(() => vi.unstubAllEnvs());

  test.each([
    ["a pipe", {}, {}, { color: false, links: false, width: Number.POSITIVE_INFINITY }],
    ["a plain terminal", { TERM: "xterm" }, { isTTY: true, columns: 100 }, { color: true, links: false, width: 100 }],
    ["a dumb terminal", { TERM: "dumb" }, { isTTY: true }, { color: false, links: false, width: 80 }],
    ["GNOME's terminal", { VTE_VERSION: "7003" }, { isTTY: true }, { color: true, links: true, width: 80 }],
    ["VS Code", { TERM_PROGRAM: "vscode", NO_COLOR: "1" }, { isTTY: true }, { color: false, links: true, width: 80 }],
    ["tmux", { TERM: "tmux-256color", VTE_VERSION: "7003" }, { isTTY: true }, { color: true, links: false, width: 80 }],
    ["CI", { CI: "true", FORCE_COLOR: "1" }, {}, { color: true, links: false, width: Number.POSITIVE_INFINITY }],
  ])("such as %s gets what it can show", (_name, env, stream, expected) => {
    for (const [name, value] of Object.entries(env)) vi.stubEnv(name, value);
    expect(terminalOf(stream)).toEqual(expected);
  });
});
