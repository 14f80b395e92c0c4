import { afterEach, describe, expect, test, vi } from "vitest";
import { progress } from "./progress.js";

afterEach(() => vi.unstubAllEnvs());

function writtenTo(isTTY: boolean, isWanted: boolean): string {
  let text = "";
  const write = (part: string): boolean => {
    text += part;
    return true;
  };
  const { show, clear } = progress(isWanted, { isTTY, write } as unknown as NodeJS.WriteStream);
  show("reading");
  show("printing");
  clear();
  clear();
  return text;
}

describe("progress", () => {
  test("is one line on a terminal, gone when the work is done", () => {
    expect(writtenTo(true, true)).toBe("… reading\r\u001b[K… printing\r\u001b[K");
  });

  test.each([
    ["what is no terminal", false, true],
    ["whoever wants quiet", true, false],
  ])("is not shown to %s", (_who, isTTY, isWanted) => {
    expect(writtenTo(isTTY, isWanted)).toBe("");
  });

  test("is not shown to a terminal that cannot take a line back", () => {
    vi.stubEnv("TERM", "dumb");
    expect(writtenTo(true, true)).toBe("");
  });
});
