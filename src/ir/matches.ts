import { createContext, Script } from "node:vm";

/** Far more than any pattern takes that comes to an end: what is beyond it would be so on any machine. */
const timeout = 200;
/** After so many that come to no end, further ones are not tried. */
const maxEndless = 10;

const endless = new Set<string>();

/** Whether a text matches; what no engine understands, or would take long over, is let pass. */
export function matches(pattern: string, text: string): boolean {
  if (text.length > 500 || optionalsOf(pattern) > maxOptionals) return true;
  for (const flags of ["u", ""]) {
    try {
      return isQuick(pattern, text) ? new RegExp(pattern, flags).test(text) : matchesInTime(pattern, flags, text);
    } catch {
      // Many patterns of real documents are none with the flag u.
    }
  }
  return true;
}

/** With each further one V8 takes half as long again to compile an expression, and cannot be interrupted. */
const maxOptionals = 20;

/** Parts that may be there or not; V8 writes out `a{0,2}` as two of them. */
function optionalsOf(pattern: string): number {
  const marks = pattern.match(/[^*+?}()]\?/g)?.length ?? 0;
  const ranges = pattern.match(/\{\d*,[123]\}/g)?.length ?? 0;
  return marks + 3 * ranges;
}

/** Few repetitions, and none of a group: whatever the text, that is over soon. */
function isQuick(pattern: string, text: string): boolean {
  return text.length <= 100 && !/\)[*+?{]/.test(pattern) && (pattern.match(/[*+?{]/g) ?? []).length <= 2;
}

const context = createContext({ pattern: "", flags: "", text: "" });
let script: Script | undefined;

/** A document's pattern can take longer than anybody waits: repetitions within repetitions try every way to split a text. */
function matchesInTime(pattern: string, flags: string, text: string): boolean {
  const isKnown = endless.has(pattern) || endless.size >= maxEndless;
  if (isKnown) return true;
  script ??= new Script("new RegExp(pattern, flags).test(text)");
  Object.assign(context, { pattern, flags, text });
  try {
    return script.runInContext(context, { timeout }) as boolean;
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== "ERR_SCRIPT_EXECUTION_TIMEOUT") throw cause;
    endless.add(pattern);
    return true;
  }
}
