export type { ProblemCode } from "./codes.js";
export { Cursor, isRecord } from "./cursor.js";
export { locate } from "./locate.js";
export type { Place, Problem, Severity, SourceFile, Spot } from "./problem.js";
export { Problems, SpecError, UsageError } from "./problems.js";
export { placed, renderProblems } from "./render.js";
