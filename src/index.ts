export { type Problem, SpecError, UsageError } from "./diagnostics/index.js";
export { type GenerateOptions, type GenerateReport, generate } from "./generate.js";
export type { PresetName } from "./policies/index.js";
export type { OperationSummary } from "./summary.js";
