/** Reads the value of one response header; throws or gives `undefined` for what it is not. */
export type HeaderReader = (text: string) => unknown;

/** The headers that an operation describes, by their readers. */
export type HeaderReaders = Readonly<Record<string, HeaderReader>>;

export const textHeader: HeaderReader = (text) => text;

export const numberHeader: HeaderReader = (text) => {
  const value = Number(text);
  return text.trim() === "" || Number.isNaN(value) ? undefined : value;
};

export const booleanHeader: HeaderReader = (text) =>
  text === "true" || text === "1" ? true : text === "false" || text === "0" ? false : undefined;

export const jsonHeader: HeaderReader = (text) => JSON.parse(text) as unknown;

/** `a, b`: the items of style `simple`. */
export const listHeader: HeaderReader = (text) => (text === "" ? [] : text.split(",").map((item) => item.trim()));

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
