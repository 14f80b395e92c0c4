import { createRequire } from "node:module";

type Transform = typeof import("openapi-typescript/dist/transform/schema-object.mjs").default;

// Loaded by `require`: to `import` a CommonJS file, Node compiles it once more to tell its format and reads its exports
// with another parser. For TypeScript's 9 MB that comes to 0.3 s in every run.
const require = createRequire(import.meta.url);

export const ts = require("typescript") as typeof import("typescript");

/** The transform by itself: openapi-typescript's main entry loads a second bundler, which we do not need. */
export const transformSchemaObject: Transform = await loadTransform();

async function loadTransform(): Promise<Transform> {
  try {
    // Every member is told where it stands, which we do not ask: it costs a third of the time and fails where a name has
    // a percent sign.
    const utils = require("openapi-typescript/dist/lib/utils.cjs") as { createRef: () => string };
    utils.createRef = () => "";
    return (require("openapi-typescript/dist/transform/schema-object.cjs") as { default: Transform }).default;
  } catch (cause) {
    // Node 22.0 to 22.11 cannot require the ES modules that it requires in turn.
    if ((cause as NodeJS.ErrnoException).code !== "ERR_REQUIRE_ESM") throw cause;
    return (await import("openapi-typescript/dist/transform/schema-object.mjs")).default;
  }
}
