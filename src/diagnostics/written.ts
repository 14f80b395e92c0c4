import { Cursor } from "./cursor.js";

const places = new WeakMap<object, Cursor>();

/** Records where an object was written that is passed on as plain data: options from a configuration file. */
export function rememberPlace(value: object, at: Cursor): void {
  places.set(value, at);
}

/** Where an object was written, if that was recorded. */
export function writtenAt(value: object): Cursor | undefined {
  return places.get(value);
}

/** A cursor on a value passed by a program. Messages show `name` and its keys. */
export function givenByCode(name: string, value: unknown): Cursor {
  return new Cursor({ url: `code:${name}`, name, text: "", format: "code", value });
}
