export {
  type ClientConfig,
  type Config,
  defineConfig,
  type PoliciesByAddress,
  type ResilienceSettings,
  type SeveralConfig,
  type SharedConfig,
} from "./config/types.js";
export { type Problem, SpecError, UsageError } from "./diagnostics/index.js";
export {
  type GeneratedFiles,
  type GenerateOptions,
  type GenerateReport,
  generate,
  generateFiles,
  type Stage,
  type StageCounts,
} from "./generate.js";
export { loadConfig } from "./load-config.js";
export type { PresetName } from "./policies/index.js";
export type { OperationSummary } from "./summary.js";
