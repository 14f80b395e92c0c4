// Two libraries get no more updates: openapi-typescript, of which we use the transform of schemas, and swagger2openapi.
// They are bundled into the package, and what they import and do not need for our purpose is replaced. This is a plugin for
// rolldown, which builds the package, and for vite, so that unit tests run what is shipped.
import { fileURLToPath } from "node:url";

const source = (path) => fileURLToPath(new URL(`../../${path}`, import.meta.url));

const typeNodes = source("src/emit/type-nodes.ts");
const helpers = source("src/emit/transform-helpers.ts");
const nothing = "\0nothing";

/** What stands in for an import: by who imports, and what. */
const replacements = [
  { importer: /[\\/]openapi-typescript[\\/]dist[\\/]/, id: /^typescript$/, by: typeNodes },
  {
    importer: /[\\/]openapi-typescript[\\/]dist[\\/]/,
    id: /^@redocly[\\/]openapi-core[\\/]lib[\\/]ref-utils/,
    by: helpers,
  },
  { importer: /[\\/]openapi-typescript[\\/]dist[\\/]transform[\\/]/, id: /^\.\.[\\/]lib[\\/]utils\.mjs$/, by: helpers },
  // Documents come parsed, with their text and their references resolved: nothing is fetched, read or printed as YAML.
  { importer: /[\\/](swagger2openapi|oas-resolver)[\\/]/, id: /^(yaml|node-fetch-h2)$/, by: nothing },
];

/** The packages whose code is within ours, with those that they bring. ky: `simulate` runs the runtime where nothing else is. */
export const bundled = [
  "commander",
  "ky",
  "openapi-typescript",
  "swagger2openapi",
  "call-me-maybe",
  "fast-safe-stringify",
  "oas-kit-common",
  "oas-resolver",
  "oas-schema-walker",
  "reftools",
];

export const bundledLibraries = {
  name: "bundled-libraries",
  enforce: "pre",
  resolveId(id, importer = "") {
    return replacements.find((each) => each.importer.test(importer) && each.id.test(id))?.by ?? null;
  },
  load: (id) => (id === nothing ? { code: "module.exports = {};", moduleType: "js" } : null),
};
