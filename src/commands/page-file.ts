import { writeFile } from "node:fs/promises";
import { UsageError } from "../diagnostics/index.js";
import { diskFault } from "../write/disk-fault.js";
import { print } from "./output.js";

/** Writes a page where the user wants it, and reports the file; `-` is standard output. */
export async function writePage(
  output: string,
  page: string,
  { json = false, quiet = false }: { readonly json?: boolean; readonly quiet?: boolean },
): Promise<void> {
  await writeOutput(output, page);
  if (output === "-" || json || quiet) return;
  process.stderr.write(`✔ Wrote ${output} (${Math.ceil(Buffer.byteLength(page) / 1_000)} kB). Open it in a browser.\n`);
}

/** The date that pages show: today, or SOURCE_DATE_EPOCH for reproducible output (https://reproducible-builds.org/specs). */
export function pageDate(): Date {
  const seconds = Number(process.env["SOURCE_DATE_EPOCH"] || Number.NaN);
  const date = new Date(seconds * 1_000);
  return Number.isNaN(date.getTime()) ? new Date() : date;
}

/** Writes the one file that the user named with `-o`; `-` is standard output. */
export async function writeOutput(output: string, text: string): Promise<void> {
  if (output === "-") return print(text);
  await writeFile(output, text).catch((cause: Error) => {
    throw new UsageError(`Can't write '${output}': ${diskFault(cause) ?? cause.message}.`);
  });
}
