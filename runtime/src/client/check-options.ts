import type { ApiDescription } from "../contract/api.js";
import type { RuntimeOptions } from "../contract/options.js";
import { contradiction, shown, writtenOut, wrongSetting } from "../policies/check-settings.js";

/** Every option, in one text: a bundle holds it. A test compares it with the type. */
export const optionNames =
  "auth baseUrl clock correlationId extensions fetchOptions headers identity middleware observe operations origin random resilience responses server staleCache store transport variables";

/**
 * Checks what `createClient` was given.
 *
 * @throws TypeError that names the option, its value, and what it may be
 */
export function checkOptions(options: RuntimeOptions, api: ApiDescription): void {
  const { operations: known, basePath, sender } = api;
  const { baseUrl, origin, resilience, operations = {}, staleCache = {}, fetchOptions } = options;
  const names = [...optionNames.split(" "), ...(sender ? [sender.option] : [])];
  for (const name of Object.keys(options)) checkName("option", name, names);
  if ("baseUrl" in options && typeof baseUrl !== "string" && typeof baseUrl !== "function")
    refuse(`baseUrl is ${String(baseUrl)}. Pass an absolute URL or a function, or omit the option`);
  if ("origin" in options) {
    if (basePath === undefined) refuse("origin needs a document whose server is a path. Use baseUrl");
    if ("baseUrl" in options) refuse("baseUrl and origin exclude each other. Remove one of them");
    const shownOrigin = String(origin).replace(/\/\/.*@/, "//…@");
    if (!/^https?:\/\/[^/?#@\\\s]+$/i.test(String(origin)))
      refuse(`origin is ${shownOrigin}. Use scheme and host without a path: 'https://api.example'`);
  }
  for (const [name, value] of Object.entries(staleCache)) {
    checkName("option", `staleCache.${name}`, ["staleCache.entries", "staleCache.bytes"]);
    if (value !== undefined && !(Number.isInteger(value) && value >= 0))
      refuse(`staleCache.${name} is ${shown(value)}. Use an integer of 0 or more`);
  }
  const reserved = reservedFetchOption(fetchOptions);
  if (reserved !== undefined) refuse(`fetchOptions.${reserved} is set by the client. Remove it`);
  checkResilience(resilience, "resilience");
  for (const [id, own] of Object.entries(operations)) {
    checkOperationName(id, known);
    checkResilience(own, `operations.${id}`, resilience);
  }
}

/** @throws TypeError for a name that no operation of the API has */
export function checkOperationName(id: string, known: readonly string[] | undefined): void {
  if (known !== undefined) checkName("operation", id, known);
}

function checkName(kind: string, name: string, known: readonly string[]): void {
  const most = 20;
  if (known.includes(name)) return;
  refuse(`Unknown ${kind} '${name}'. Use one of ${known.slice(0, most).join(", ")}${known.length > most ? ", …" : ""}`);
}

function checkResilience(patch: unknown, at: string, beneath?: unknown): void {
  const wrong = wrongSetting(patch, "", () => true);
  if (wrong !== undefined) {
    const { name, value, expected } = wrong;
    const path = name === "" ? at : `${at}.${name}`;
    if (expected === undefined) refuse(`Unknown setting '${path}'`);
    refuse(`${path} is ${shown(value)}. ${name === "timeout" ? "Limit 'attempt' or 'total'" : `Use ${expected}`}`);
  }
  // What is set for an operation stands over what is set for all.
  const senseless = contradiction(writtenOut(patch, "", writtenOut(beneath)));
  if (senseless !== undefined) refuse(`${at}.${senseless}`);
}

/** The first option for `fetch` that only the client may set. */
export function reservedFetchOption(fetchOptions: object | undefined): string | undefined {
  return Object.keys(fetchOptions ?? {}).find((name) => /^(method|headers|body|signal|redirect|duplex)$/.test(name));
}

function refuse(message: string): never {
  throw new TypeError(`${message}.`);
}
