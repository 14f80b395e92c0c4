/** Reads the value of one response header; throws or gives `undefined` for what it is not. */
export type HeaderReader = (text: string) => unknown;

/** The headers that an operation describes, by their readers. */
export type HeaderReaders = Readonly<Record<string, HeaderReader>>;

/** A header that is text: as it came. */
export const textHeader: HeaderReader = (text) => text;

/** A number; what is none is left out. */
export const numberHeader: HeaderReader = (text) => {
  const value = Number(text);
  return text.trim() === "" || Number.isNaN(value) ? undefined : value;
};

/** `true` or `1`, `false` or `0`; anything else is left out. */
export const booleanHeader: HeaderReader = (text) =>
  text === "true" || text === "1" ? true : text === "false" || text === "0" ? false : undefined;

/** A header described by the media type `application/json` (OpenAPI, Parameter Object, `content`). */
export const jsonHeader: HeaderReader = (text) => JSON.parse(text) as unknown;

/** `a, b`: the items of style `simple`. */
export const listHeader: HeaderReader = (text) => (text === "" ? [] : text.split(",").map((item) => item.trim()));

/** `1, 2`: a list whose items are numbers. */
export const numberListHeader: HeaderReader = (text) => (listHeader(text) as string[]).map(Number);

/** The described headers of a response. One that is not there, or is not what it should be, is left out. */
export function readHeaders({ headers }: Response, readers: HeaderReaders): object {
  const values: [string, unknown][] = [];
  for (const [name, read] of Object.entries(readers)) {
    const text = headers.get(name);
    if (text === null) continue;
    try {
      const value = read(text);
      if (value !== undefined) values.push([name, value]);
    } catch {
      // The answer is good without it.
    }
  }
  return Object.fromEntries(values) as object;
}
