import { closeSync, openSync, readSync } from "node:fs";

// An import would load all that the module has, web crypto included: a tenth of a run that finds nothing to do.
const { createHash } = process.getBuiltinModule("node:crypto");

export function hash(content: string | Uint8Array): string {
  return createHash("sha256").update(content).digest("hex");
}

let buffer: Uint8Array | undefined;

/**
 * The hash of a file's bytes. They pass through one small piece of memory: most files are only compared, and fresh
 * memory for all of them costs more than the hashing.
 */
export function hashFile(path: string): string {
  buffer ??= Buffer.allocUnsafeSlow(256 * 1024);
  const sum = createHash("sha256");
  const file = openSync(path, "r");
  try {
    for (;;) {
      const count = readSync(file, buffer);
      if (count === 0) return sum.digest("hex");
      sum.update(buffer.subarray(0, count));
    }
  } finally {
    closeSync(file);
  }
}
