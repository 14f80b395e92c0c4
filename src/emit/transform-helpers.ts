// What openapi-typescript's schema transform takes of its own helpers, and of @redocly/openapi-core: there one function of
// a few lines brings a YAML parser and a color library with it.

/** Where a part stands would be told for each one; nobody asks, and it takes a third of the time. */
export const createRef = (): string => "";

export function getEntries<T>(parts: Readonly<Record<string, T>>): [string, T][] {
  return Object.entries(parts);
}

/** For documents whose discriminators the transform looks up itself; ours stand in the schemas. */
export function createDiscriminatorProperty(): never {
  throw new Error("no discriminator is looked up");
}

/** `#/components/schemas/Pet`: the keys that a reference names. */
export function parseRef(ref: string): { readonly uri: string | null; readonly pointer: readonly string[] } {
  const [uri = "", pointer = ""] = ref.split("#/");
  const keys = pointer.split("/").map((key) => decodeURIComponent(key.replaceAll("~1", "/").replaceAll("~0", "~")));
  return { uri: uri.replace(/#$/, "") || null, pointer: keys.filter((key) => key !== "") };
}
