/** The transform by itself: openapi-typescript's main entry loads a second bundler, which we do not need. */
export { default as transformSchemaObject } from "openapi-typescript/dist/transform/schema-object.mjs";
export { ts } from "./type-nodes.js";
