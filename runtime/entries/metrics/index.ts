export { EventSamples, sharedOperation } from "./event-samples.js";
export { levelsOf } from "./levels.js";
export { checkSeriesOptions, detailLimit, type SeriesOptions } from "./options.js";
export * from "./table.js";
