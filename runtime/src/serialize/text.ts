/** What makes text of bytes. Not every platform's types have a type of the name `TextDecoder`. */
export type Decoder = InstanceType<typeof TextDecoder>;

/** The text of a value: dates as ISO 8601, objects and lists, which most styles have no place for, as JSON. */
export function textOf(value: unknown): string {
  if (value instanceof Date) return value.toISOString();
  return isRecord(value) ? JSON.stringify(value) : String(value);
}

/** Percent-encodes everything outside RFC 3986 "unreserved", also what `encodeURIComponent` leaves: `! ' ( ) *`. */
export function encode(value: unknown): string {
  return encodeURIComponent(textOf(value)).replace(/[!'()*]/g, hexEscape);
}

function hexEscape(character: string): string {
  return `%${character.charCodeAt(0).toString(16).toUpperCase()}`;
}

/** The members of an object that have a value; a missing one is left out, as in JSON. */
export function membersOf(value: object): [string, unknown][] {
  return Object.entries(value).filter(([, member]) => isPresent(member));
}

export function isPresent(value: unknown): boolean {
  return value !== undefined && value !== null;
}

export function isRecord(value: unknown): value is object {
  return typeof value === "object" && value !== null && !(value instanceof Date);
}

/** Whether a media type is JSON, or made of it. */
export function isJsonType(contentType: string): boolean {
  return /^[^;]*[/+]json\s*(;|$)/i.test(contentType);
}
