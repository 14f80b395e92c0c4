import { afterEach, describe, expect, test, vi } from "vitest";
import { progress } from "./progress.js";

afterEach(() => vi.unstubAllEnvs());

/** What is written to a stream while this much time goes by before each of the steps. */
function writtenTo(isTTY: boolean, isWanted: boolean, stepMs: number): string {
  let text = "";
  let now = 0;
  const stream = { isTTY, write: (part: string) => (text += part) } as unknown as NodeJS.WriteStream;
  const { show, clear } = progress(isWanted, stream, () => now);
  for (const step of ["reading", "printing"]) {
    now += stepMs;
    show(step);
  }
  clear();
  clear();
  return text;
}

describe("progress", () => {
  test("is one line on a terminal, gone when the work is done", () => {
    expect(writtenTo(true, true, 300)).toBe("… reading\r\u001b[K… printing\r\u001b[K");
  });

  test.each([
    ["a run that is short", true, true, 100],
    ["what is no terminal", false, true, 300],
    ["whoever wants quiet", true, false, 300],
  ])("is not shown to %s", (_who, isTTY, isWanted, stepMs) => {
    expect(writtenTo(isTTY, isWanted, stepMs)).toBe("");
  });

  test("has a clock of its own", () => {
    const stream = { isTTY: true, write: () => true } as unknown as NodeJS.WriteStream;
    expect(() => progress(true, stream).show("reading")).not.toThrow();
  });

  test("is not shown to a terminal that cannot take a line back", () => {
    vi.stubEnv("TERM", "dumb");
    expect(writtenTo(true, true, 300)).toBe("");
  });
});
