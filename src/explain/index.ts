export { type Facts, factsOf, type Group, groups, type OperationFacts } from "./facts.js";
export { findOperation } from "./find.js";
export { overviewText } from "./overview.js";
export { operationText } from "./text.js";
