import { isJsonType } from "../serialize/text.js";

/** The documented media types of each documented status (`200`, `4XX`, `default`), comma-separated; "" for none. */
export type Responses = Readonly<Record<string, string>>;

/**
 * The media types that are documented for a status: the exact one, then its range, then `default` (OpenAPI "Responses
 * Object"). `default` describes errors only, where a 2xx is described beside it. `undefined`: the status is unknown.
 */
export function documentedTypes(responses: Responses, status: number): string | undefined {
  for (const key of [String(status), `${Math.floor(status / 100)}XX`]) {
    if (Object.hasOwn(responses, key)) return responses[key];
  }
  const isError = status >= 400 || successesOf(responses).length === 0;
  return isError && Object.hasOwn(responses, "default") ? responses["default"] : undefined;
}

/**
 * Whether an undocumented 2xx can be taken for a success all the same: it has no body, or comes in a media type that
 * another 2xx has, or none is described at all.
 */
export function isUndocumentedSuccess(responses: Responses, status: number, type: string): boolean {
  if (documentedTypes(responses, status) !== undefined) return false;
  const successes = successesOf(responses);
  return type === "" || successes.length === 0 || successes.some((types) => matchesTypes(types, type));
}

/** Whether a body of a media type is neither text nor JSON. */
export function isFileType(type: string): boolean {
  return !isJsonType(type) && !/^text\/|^$|[/+](xml|yaml|x-www-form-urlencoded)$/.test(type);
}

/** Whether a file has come where a file is documented, but one of another type. */
export function isOtherFile(documented: string | undefined, type: string): boolean {
  const isFile = (entry: string): boolean => isFileType(entry) && !/json|^multipart\//i.test(entry);
  return !!documented && isFile(type) && documented.split(", ").some(isFile);
}

/** Whether a media type is one of the documented ones; where none is documented, any is right. */
export function matchesTypes(documented: string, type: string): boolean {
  if (documented === "" || documented === type) return true;
  return documented.split(", ").some((entry) => {
    const wanted = entry.toLowerCase().split(";")[0] ?? "";
    if (wanted === type || wanted === "*/*") return true;
    if (wanted.endsWith("/*")) return type.startsWith(wanted.slice(0, -1));
    return isJsonType(wanted) && isJsonType(type);
  });
}

function successesOf(responses: Responses): string[] {
  return Object.entries(responses).flatMap(([key, types]) => (key.startsWith("2") ? [types] : []));
}
