import type { Cursor, Problems } from "../diagnostics/index.js";
import { didYouMean, nearest } from "../diagnostics/suggest.js";
import { contentOf, type SpecDocument, type SpecOperation } from "../load/index.js";
import type { DeclaredKey } from "../policies/index.js";
import type { Parameter, ParameterPlace, Schema } from "./api.js";
import type { Schemas } from "./schemas.js";

export interface Parameters {
  readonly parameters: Record<ParameterPlace, Parameter[]>;
  /** The whole query, where one parameter is that (OpenAPI 3.2). */
  readonly querystring: Parameter | undefined;
}

/** RFC 9110 fields that a description must not declare as parameters (OpenAPI "Parameter Object"). */
const ignoredHeaders = ["accept", "content-type", "authorization"];

/** An operation's parameters, sorted by place. The idempotency key is none of them. */
export function parametersOf(
  document: SpecDocument,
  operation: SpecOperation,
  declaredKey: DeclaredKey | undefined,
  schemas: Schemas,
  problems: Problems,
): Parameters {
  const places: Parameters["parameters"] = { path: [], query: [], header: [], cookie: [] };
  const build = (name: string, place: Place, at: Cursor): Parameter =>
    parameterOf(name, place, at, contentOf(document, at, problems)[0], schemas, problems);
  let querystring: Parameter | undefined;
  const templated = [...operation.path.matchAll(/\{([^{}]*)\}/g)].map(([, name = ""]) => name);
  for (const at of operation.parameters) {
    const place = at.text("in") as ParameterPlace;
    const name = at.text("name") ?? "";
    if (at.text("in") === "querystring") {
      if (querystring === undefined) querystring = build(name, "querystring", at);
    } else if (!Object.hasOwn(places, place) || name === "") {
      problems.add(
        "brokenCorner",
        `A parameter can't be in '${place}'. It is ignored.${didYouMean(nearest(String(place), Object.keys(places)))}`,
        `Use one of ${Object.keys(places).join(", ")}.`,
        at.get("in") ?? at,
      );
    } else if (place === "header" && ignoredHeaders.includes(name.toLowerCase())) continue;
    else if (declaredKey?.in === place && declaredKey.name === name) continue;
    else if (place === "path" && !templated.includes(name)) {
      problems.add(
        "unusedPathParameter",
        `Path '${operation.path}' has no '{${name}}'. The parameter is ignored.${didYouMean(nearest(name, templated))}`,
        "Fix the path or the name of the parameter.",
        at,
      );
    } else places[place].push(build(name, place, at));
  }
  const declared = places.path.map(({ name }) => name);
  const unused = operation.parameters.flatMap((at) => {
    const name = at.text("name") ?? "";
    return at.text("in") === "path" && !templated.includes(name) ? [name] : [];
  });
  for (const name of new Set(templated)) {
    if (declared.includes(name)) continue;
    problems.add(
      "undeclaredPathParameter",
      `'{${name}}' in '${operation.path}' is not declared. It is typed as a string.${didYouMean(nearest(name, unused))}`,
      "Declare a parameter with this name and 'in: path'.",
      operation.at,
    );
    places.path.push({
      name,
      required: true,
      schema: { type: "string" },
      description: undefined,
      deprecated: false,
      style: undefined,
    });
  }
  if (querystring !== undefined && places.query.length > 0) {
    problems.add(
      "brokenCorner",
      `'${querystring.name}' is the whole query string, so the other query parameters are ignored.`,
      "Describe them in its schema.",
      operation.at,
    );
    places.query = [];
  }
  return { parameters: places, querystring };
}

type Place = ParameterPlace | "querystring";

function parameterOf(
  name: string,
  place: Place,
  at: Cursor,
  content: [mediaType: string, Cursor] | undefined,
  schemas: Schemas,
  problems: Problems,
): Parameter {
  const written = content === undefined ? at.get("schema") : content[1].get("schema");
  const schema: Schema = written === undefined ? {} : schemas.use(written, "write");
  if (place === "cookie" && content === undefined) warnOfCookie(name, at, schema, schemas, problems);
  return {
    name,
    required: place === "path" || at.get("required")?.value === true,
    schema,
    description: at.text("description"),
    deprecated: at.get("deprecated")?.value === true,
    style: content === undefined ? styleOf(place, at) : contentStyle(place, content[0]),
  };
}

/** The runtime's function for a parameter with a media type; text is written like any value. */
function contentStyle(place: Place, mediaType: string): string | undefined {
  const isJson = /[/+]json/i.test(mediaType);
  if (place === "querystring") {
    if (/^application\/x-www-form-urlencoded/i.test(mediaType)) return "formQuerystring";
    return isJson ? "jsonSegmentStyle" : "simpleStyle";
  }
  if (!isJson) return undefined;
  return { path: "jsonSegmentStyle", query: "jsonStyle", header: "jsonHeaderStyle", cookie: "jsonStyle" }[place];
}

/** The runtime's function for a style, where that is not the usual one (OpenAPI "Style Values"). */
function styleOf(place: Place, at: Cursor): string | undefined {
  const style = at.text("style");
  const explode = at.get("explode")?.value;
  if (place === "path") return pathStyle(style, explode === true);
  if (place === "header") return explode === true ? "headerExplodeStyle" : undefined;
  if (place === "query")
    return queryStyle(style, explode !== false, at.get("allowReserved")?.value === true, explode === true);
  if (style === "cookie") return explode === false ? "cookieListStyle" : "cookieStyle";
  return explode === false ? "listStyle" : undefined;
}

/** `form` joins exploded values by `&`, which means nothing in a cookie (OpenAPI 3.2, "Style Examples"). */
function warnOfCookie(name: string, at: Cursor, schema: Schema, schemas: Schemas, problems: Problems): void {
  if (at.text("style") === "cookie" || at.get("explode")?.value === false) return;
  if (!schemas.isCompound(schema)) return;
  problems.add(
    "undefinedStyle",
    `OpenAPI doesn't define how to send several values of cookie '${name}' with style 'form'. They become separate cookies.`,
    "Set 'explode: false', or 'style: cookie' (OpenAPI 3.2).",
    at,
  );
}

function pathStyle(style: string | undefined, explode: boolean): string | undefined {
  if (style === "label") return explode ? "labelExplodeStyle" : "labelStyle";
  if (style === "matrix") return explode ? "matrixExplodeStyle" : "matrixStyle";
  return explode ? "simpleExplodeStyle" : undefined;
}

/** `explode` is on by default with `form`, and off with the delimited styles. */
export function queryStyle(
  style: string | undefined,
  explode: boolean,
  allowReserved: boolean,
  isExplodeWritten: boolean,
): string | undefined {
  if (style === "deepObject") return "deepObjectStyle";
  if (style === "spaceDelimited") return isExplodeWritten ? undefined : "spaceDelimitedStyle";
  if (style === "pipeDelimited") return isExplodeWritten ? undefined : "pipeDelimitedStyle";
  if (allowReserved) return explode ? "reservedStyle" : "reservedListStyle";
  return explode ? undefined : "listStyle";
}
