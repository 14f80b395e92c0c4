import { SpecError, UsageError } from "../diagnostics/index.js";
import { withoutCredentials } from "../diagnostics/redact.js";
import { print } from "./output.js";
import { renderFailure } from "./report-text.js";

interface Telling {
  readonly color: boolean;
  /** Problems go to standard output as JSON. */
  readonly isJson: boolean;
}

/** Tells what ended a command, and gives the exit code: 1 the document, 2 usage, 70 a bug of ours. */
export async function tellFailure(error: unknown, { color, isJson }: Telling): Promise<number> {
  if (error instanceof UsageError) {
    process.stderr.write(`error: ${withoutCredentials(error.message)}\n`);
    return 2;
  }
  if (!(error instanceof SpecError)) {
    process.stderr.write(withoutCredentials(bugText(error)));
    return 70;
  }
  if (isJson) {
    const { placed } = await import("../diagnostics/render.js");
    print(`${JSON.stringify({ ok: false, problems: error.problems.map(placed) }, null, 2)}\n`);
  } else {
    process.stderr.write(await renderFailure(error.problems, color));
  }
  return 1;
}

/** Short: the stack is for those who ask for it. */
function bugText(error: unknown): string {
  const text = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  const rest = process.env["DEBUG"] ? (error instanceof Error ? error.stack : "") : "DEBUG=1 shows where it happened.";
  return `This is a bug in resil-gen, please report it with the document that shows it.\n${text}\n${rest}\n`;
}
