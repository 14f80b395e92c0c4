import type { Cursor, Problems } from "../diagnostics/index.js";
import { contentOf, type SpecDocument, type SpecOperation } from "../load/index.js";
import { leftOutForJson } from "../policies/index.js";

/** Notes media types that the client neither sends nor requests: XML next to JSON. */
export function noteMediaTypes(document: SpecDocument, operations: readonly SpecOperation[], problems: Problems): void {
  const note = (what: string, at: Cursor): void => {
    const leftOut = leftOutForJson(contentOf(document, at, problems).map(([mediaType]) => mediaType));
    if (leftOut.length === 0) return;
    const message = `${what}: ${leftOut.join(", ")} is omitted in favor of JSON.`;
    problems.add("leftOutMediaType", message, "To use the other type, remove JSON from the content.", at);
  };
  for (const { key, body, responses } of operations) {
    if (body !== undefined) note(`${key} request body`, body);
    for (const [status, at] of responses) note(`${key} ${status}`, at);
  }
}
