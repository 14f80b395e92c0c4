import { SpecError, UsageError } from "../diagnostics/index.js";
import { paintFor } from "../diagnostics/paint.js";
import { withoutCredentials } from "../diagnostics/redact.js";
import type { Terminal } from "../diagnostics/terminal.js";
import { wrap } from "../diagnostics/wrap.js";
import type { CommandContext } from "./common.js";
import { print } from "./output.js";
import { renderFailure } from "./result-text.js";

interface FailureOptions extends Pick<CommandContext, "out" | "err"> {
  /** Problems are printed as JSON. */
  readonly isJson: boolean;
  readonly isVerbose: boolean;
  /** Standard output is for the command's data, a page for example: problems go to standard error. */
  readonly isDataOnOut: boolean;
}

/** Reports what ended a command, and gives the exit code: 1 the document, 2 usage, 70 a bug of ours. */
export async function reportFailure(
  error: unknown,
  { out, err, isJson, isVerbose, isDataOnOut }: FailureOptions,
): Promise<number> {
  if (error instanceof UsageError) {
    process.stderr.write(usageText(error.message, err));
    return 2;
  }
  if (!(error instanceof SpecError)) {
    process.stderr.write(withoutCredentials(bugText(error)));
    return 70;
  }
  if (isJson) {
    const { placed } = await import("../diagnostics/render.js");
    print(`${JSON.stringify({ ok: false, problems: error.problems.map(placed) }, null, 2)}\n`);
  } else if (isDataOnOut) {
    process.stderr.write(await renderFailure(error.problems, { terminal: err, isVerbose }));
  } else print(await renderFailure(error.problems, { terminal: out, isVerbose }));
  return 1;
}

/** `Error: Missing output directory. Pass -o <dir>.` */
export function usageText(message: string, terminal: Terminal): string {
  const label = "Error:";
  const text = wrap(`${label} ${withoutCredentials(message)}`, terminal.width);
  return `${paintFor(terminal.color).red(label)}${text.slice(label.length)}\n`;
}

/** Short: the stack is for those who ask for it. */
function bugText(error: unknown): string {
  const text = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  const stack = error instanceof Error ? error.stack : "";
  const rest = process.env["DEBUG"] ? stack : "Set DEBUG=1 to print the stack trace.";
  return `This is a bug in resil-gen. Please report it, together with the document that causes it.\n${text}\n${rest}\n`;
}
