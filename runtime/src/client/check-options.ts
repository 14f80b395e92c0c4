import { contradiction, shown, wrongSetting, writtenOut } from "../policies/check-settings.js";
import { settingOf } from "../policies/settings.js";
import type { RuntimeOptions } from "./client.js";

/** Every option. The compiler checks that none is missing. */
const optionNames: Readonly<Record<keyof RuntimeOptions, true>> = {
  auth: true,
  baseUrl: true,
  clock: true,
  correlationId: true,
  extensions: true,
  fetchOptions: true,
  headers: true,
  identity: true,
  ky: true,
  middleware: true,
  observe: true,
  operations: true,
  random: true,
  resilience: true,
  server: true,
  staleCache: true,
  store: true,
  transport: true,
  variables: true,
};

/**
 * Checks what `createClient` was given.
 *
 * @param known names of the API's operations; `undefined` where the bundle does not hold them
 * @throws TypeError that names the option, its value, and what it may be
 */
export function checkOptions(options: RuntimeOptions, known: readonly string[] | undefined): void {
  for (const name of Object.keys(options)) {
    if (!Object.hasOwn(optionNames, name)) refuse(`Unknown option '${name}'. Use one of ${listed(Object.keys(optionNames))}`);
  }
  if ("baseUrl" in options && typeof options.baseUrl !== "string" && typeof options.baseUrl !== "function")
    refuse(`baseUrl is ${String(options.baseUrl)}. Pass an absolute URL or a function, or omit the option`);
  const { resilience, operations = {}, staleCache = {}, fetchOptions } = options;
  for (const [name, value] of Object.entries(staleCache)) {
    if (name !== "entries" && name !== "bytes") refuse(`Unknown option 'staleCache.${name}'. Use 'entries' or 'bytes'`);
    if (value !== undefined && !(Number.isInteger(value) && value >= 0))
      refuse(`staleCache.${name} is ${shown(value)}. Use an integer of 0 or more`);
  }
  const setByRuntime = reservedFetchOption(fetchOptions);
  if (setByRuntime !== undefined) refuse(`fetchOptions.${setByRuntime} is set by the client. Remove it`);
  checkResilience(resilience, "resilience");
  for (const [id, own] of Object.entries(operations)) {
    checkOperationName(id, known);
    checkResilience(own, `operations.${id}`, resilience);
  }
}

/** @throws TypeError for a name that no operation of the API has */
export function checkOperationName(id: string, known: readonly string[] | undefined): void {
  if (known !== undefined && !known.includes(id))
    refuse(`Unknown operation '${id}'. Use one of ${listed(known)}`);
}

function checkResilience(patch: unknown, at: string, beneath?: unknown): void {
  const wrong = wrongSetting(patch, "", (name) => name === "" || settingOf(name) !== undefined);
  if (wrong !== undefined) {
    const { name, value, expected } = wrong;
    const path = name === "" ? at : `${at}.${name}`;
    const isTimeout = name === "timeout" ? " Limit 'attempt' or 'total'" : ` Use ${expected}`;
    refuse(
      expected === undefined
        ? `Unknown setting '${path}'`
        : `${path} is ${shown(value)}.${isTimeout}`,
    );
  }
  // What is set for an operation stands over what is set for all.
  const senseless = contradiction(writtenOut(patch, "", writtenOut(beneath)));
  if (senseless !== undefined) refuse(`${at}.${senseless}`);
}

/** What the client sets in each request itself. */
const reserved: readonly string[] = ["method", "headers", "body", "signal", "redirect", "duplex"];

/** The first option for `fetch` that only the client may set. */
export function reservedFetchOption(fetchOptions: object | undefined): string | undefined {
  return Object.keys(fetchOptions ?? {}).find((name) => reserved.includes(name));
}

const shownNames = 20;

function listed(names: readonly string[]): string {
  const more = names.length > shownNames ? `, and ${names.length - shownNames} more` : "";
  return `${names.slice(0, shownNames).join(", ")}${more}`;
}

function refuse(message: string): never {
  throw new TypeError(`${message}.`);
}
