import type { Cursor, Problems } from "../diagnostics/index.js";

/** Headers that say something else to a server, a proxy, or `fetch`, which refuses some of them. */
const taken = new RegExp(
  `^(?:${[
    "accept(?:-.*)?|access-control-.*|age|allow|authentication-info|authorization|baggage|cache-control|connection",
    "content-.*|cookie2?|date|dnt|etag|expect|expires|forwarded|from|host|if-.*|keep-alive|last-event-id|last-modified",
    "link|location|origin|pragma|proxy-.*|range|referer|retry-after|sec-.*|server|set-cookie2?|te|traceparent",
    "tracestate|trailer|transfer-encoding|upgrade|user-agent|vary|via|warning|www-authenticate|x-forwarded-.*",
  ].join("|")})$`,
  "i",
);

const named = ["idempotency.header", "propagate.deadline", "propagate.retryCount", "propagate.correlationId"];

/** Refuses to put a key, or what is told to the called service, into a header that has a meaning of its own. */
export function refuseTakenHeaders(block: Cursor, problems: Problems): void {
  for (const name of named) {
    const at = name.split(".").reduce<Cursor | undefined>((cursor, key) => cursor?.get(key), block);
    if (typeof at?.value !== "string" || !taken.test(at.value)) continue;
    problems.add(
      "policySyntax",
      `'${name}' can't be '${at.value}', because that header has another meaning.`,
      "Use a separate header, for example Idempotency-Key.",
      at,
    );
  }
}
