import type { SourceFile, Spot } from "./problem.js";

type Key = string | number;

/** Where members were written that an overlay put into a document. */
const placements = new WeakMap<object, Map<Key, Spot>>();

/** Records that the member `key` of an object was written in another place than the object. */
export function placeMember(holder: object, key: Key, spot: Spot): void {
  const known = placements.get(holder) ?? new Map<Key, Spot>();
  placements.set(holder, known.set(key, spot));
}

/** A value in a document together with its place. Going to a child is cheap: the path is built on demand. */
export class Cursor {
  readonly value: unknown;
  /** The document that contains the value: its references are relative to it. */
  readonly file: SourceFile;
  private readonly parent: Cursor | undefined;
  private readonly key: Key;

  constructor(file: SourceFile, value: unknown = file.value, parent?: Cursor, key: Key = "") {
    this.file = file;
    this.value = value;
    this.parent = parent;
    this.key = key;
  }

  /** The keys that lead to the value in its document. */
  get path(): Key[] {
    return this.parent === undefined ? [] : [...this.parent.path, this.key];
  }

  /** Where the value was written: in its document, or in the overlay that put it there. */
  get spot(): Spot {
    if (this.parent === undefined) return { file: this.file, path: [] };
    const holder = this.parent.value;
    const placed = typeof holder === "object" && holder !== null ? placements.get(holder)?.get(this.key) : undefined;
    if (placed !== undefined) return placed;
    const { file, path } = this.parent.spot;
    return { file, path: [...path, this.key] };
  }

  /** The JSON Pointer of the value. */
  get pointer(): string {
    return this.path.map((key) => `/${String(key).replace(/~/g, "~0").replace(/\//g, "~1")}`).join("");
  }

  /** The value as an object with string keys; empty if it is not an object. */
  get record(): Readonly<Record<string, unknown>> {
    return isRecord(this.value) ? this.value : {};
  }

  /** The member `key`; `undefined` if there is none. */
  get(key: Key): Cursor | undefined {
    const { value } = this;
    if (typeof value !== "object" || value === null || !Object.hasOwn(value, key)) return undefined;
    return new Cursor(this.file, (value as Record<Key, unknown>)[key], this, key);
  }

  /** Members of an object, with their names. */
  entries(): [string, Cursor][] {
    return Object.keys(this.record).map((key) => [key, new Cursor(this.file, this.record[key], this, key)]);
  }

  /** Items of an array. */
  items(): Cursor[] {
    return Array.isArray(this.value) ? this.value.map((item, index) => new Cursor(this.file, item, this, index)) : [];
  }

  /** The member `key` if it is a string. */
  text(key: string): string | undefined {
    const value = this.get(key)?.value;
    return typeof value === "string" ? value : undefined;
  }
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
