/**
 * The wait that a response asks for, in ms: `retry-after-ms`, else `Retry-After` in seconds or as an HTTP date
 * (RFC 9110 §10.2.3), which counts from the response's own `Date` where there is one, so that a wrong clock here does no
 * harm. Anything else in the field is ignored; a date in the past is 0.
 */
export function retryAfterMs(headers: Headers, nowMs: number): number | undefined {
  const precise = headers.get("retry-after-ms")?.trim();
  if (precise !== undefined && /^\d+(\.\d+)?$/.test(precise)) return Number(precise);
  const value = headers.get("retry-after")?.trim();
  if (value === undefined) return undefined;
  if (/^\d+$/.test(value)) return Number(value) * 1_000;
  const at = httpDate(value);
  if (at === undefined) return undefined;
  return Math.max(0, at - (httpDate(headers.get("date") ?? "") ?? nowMs));
}

/**
 * IMF-fixdate, and the two obsolete forms that recipients must accept (RFC 9110 §5.6.7). Nothing else: `Date.parse` alone
 * makes a date of "Soon 5", and takes one without GMT for our own time.
 */
function httpDate(text: string): number | undefined {
  const isAsctime = /^[A-Z][a-z]{2} [A-Z][a-z]{2} [ \d]\d [\d:]{8} \d{4}$/.test(text);
  if (!isAsctime && !/^[A-Z][a-z]{2,8}, \d\d([ -])[A-Z][a-z]{2}\1\d{2,4} [\d:]{8} GMT$/.test(text)) return undefined;
  const at = Date.parse(isAsctime ? `${text} GMT` : text);
  return Number.isNaN(at) ? undefined : at;
}
