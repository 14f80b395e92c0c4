import { InvalidInput } from "../base/invalid-input.js";

/**
 * Fetch would throw too, but with the value in its message.
 *
 * @throws InvalidInput
 */
export function checkHeader(name: string, value: string): void {
  if (!/^[!#$%&'*+.^_`|~0-9a-z-]+$/i.test(name) || !/^[\t\x20-\x7e\x80-\xff]*$/.test(value)) {
    throw new InvalidInput(name, "is no header: its name or its value has characters that none can have");
  }
}
