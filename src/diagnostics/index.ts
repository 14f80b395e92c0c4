// What every stage needs. Printing problems (render.ts, locate.ts) is loaded only when there are any.
export type { ProblemCode } from "./codes.js";
export { Cursor, isRecord, placeMember } from "./cursor.js";
export type { Place, Problem, Severity, SourceFile, Spot } from "./problem.js";
export { Problems, SpecError, UsageError } from "./problems.js";
