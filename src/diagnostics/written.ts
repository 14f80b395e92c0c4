import { Cursor } from "./cursor.js";

const places = new WeakMap<object, Cursor>();

/** Says where an object was written that is handed on as plain data: options out of a configuration file. */
export function rememberPlace(value: object, at: Cursor): void {
  places.set(value, at);
}

/** Where an object was written, if that was said. */
export function writtenAt(value: object): Cursor | undefined {
  return places.get(value);
}

/** A cursor on a value that a program handed in; messages call it `name` and give its keys. */
export function givenByCode(name: string, value: unknown): Cursor {
  return new Cursor({ url: `code:${name}`, name, text: "", format: "code", value });
}
