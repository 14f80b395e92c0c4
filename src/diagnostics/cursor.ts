import type { SourceFile, Spot } from "./problem.js";

/** A value in a document together with its place. Going to a child costs nothing; the path is put together on demand. */
export class Cursor implements Spot {
  readonly value: unknown;
  readonly file: SourceFile;
  private readonly parent: Cursor | undefined;
  private readonly key: string | number;

  constructor(file: SourceFile, value: unknown = file.value, parent?: Cursor, key: string | number = "") {
    this.file = file;
    this.value = value;
    this.parent = parent;
    this.key = key;
  }

  get path(): (string | number)[] {
    return this.parent === undefined ? [] : [...this.parent.path, this.key];
  }

  /** The JSON Pointer of the place. */
  get pointer(): string {
    return this.path.map((key) => `/${String(key).replace(/~/g, "~0").replace(/\//g, "~1")}`).join("");
  }

  /** The value as an object with string keys; empty when it is something else. */
  get record(): Readonly<Record<string, unknown>> {
    return isRecord(this.value) ? this.value : {};
  }

  /** The member `key`, or `undefined` when there is none. */
  get(key: string | number): Cursor | undefined {
    const { value } = this;
    if (typeof value !== "object" || value === null || !Object.hasOwn(value, key)) return undefined;
    return new Cursor(this.file, (value as Record<string | number, unknown>)[key], this, key);
  }

  /** Members of an object that are of `kind`, with their names. */
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
