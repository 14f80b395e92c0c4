export { type Facts, factsOf, type OperationFacts, type Risk, risks } from "./facts.js";
export { findOperation } from "./find.js";
export { overviewText } from "./overview.js";
export { operationText } from "./text.js";
