import { writeFile } from "node:fs/promises";
import { UsageError } from "../diagnostics/index.js";

/** Writes a page where the user wants it, and says so; `-` is standard output. */
export async function writePage(output: string, page: string): Promise<void> {
  if (output === "-") {
    process.stdout.write(page);
    return;
  }
  await writeFile(output, page).catch((cause: NodeJS.ErrnoException) => {
    throw new UsageError(`'${output}' cannot be written: ${cause.code ?? cause.message}`);
  });
  process.stderr.write(`✔ ${output} (${Math.ceil(Buffer.byteLength(page) / 1_000)} kB)\n`);
}
