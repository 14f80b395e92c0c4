import { expect, test } from "vitest";
import { problemCodes } from "./codes.js";
import { Cursor } from "./cursor.js";
import { Problems, SpecError } from "./problems.js";

const root = new Cursor({ url: "file:///a", name: "a", text: "", format: "yaml", value: { x: 1, y: 1 } });

test("the same thing at the same place is reported once", () => {
  const problems = new Problems();
  for (const key of ["x", "x", "y"]) problems.add("syntax", "It is wrong.", "Fix it.", root.get(key));
  expect(problems.list).toHaveLength(2);
});

test("the same line of two files, and two columns of a line, are different places", () => {
  const problems = new Problems();
  problems.add("syntax", "It is wrong.", "Fix it.", { file: "a.yaml", line: 3, column: 1 });
  problems.add("syntax", "It is wrong.", "Fix it.", { file: "b.yaml", line: 3, column: 1 });
  problems.add("syntax", "It is wrong.", "Fix it.", { file: "b.yaml", line: 3, column: 9 });
  expect(problems.list).toHaveLength(3);
});

test("warnings do not end a run, errors do, with everything that was found", () => {
  const problems = new Problems();
  problems.add("brokenCorner", "It is odd.", "Fix it.");
  problems.throwIfErrors();
  problems.add("syntax", "It is wrong.", "Fix it.");
  expect(() => problems.throwIfErrors()).toThrow(SpecError);
  expect(new SpecError(problems.list).message).toBe("RG3001 It is odd.\nRG1002 It is wrong.");
});

test("every code is there once", () => {
  const codes = Object.values(problemCodes).map(({ code }) => code);
  expect(new Set(codes).size).toBe(codes.length);
});
