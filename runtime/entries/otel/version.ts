/** Version of the package, as the version of its tracer and meter. A test compares it with package.json. */
export const version = "0.1.0";

/** The semantic conventions that attributes, spans, and `http.client.request.duration` follow. */
export const schemaUrl = "https://opentelemetry.io/schemas/1.44.0";
