import { createHash } from "node:crypto";
import { afterEach, beforeEach, vi } from "vitest";

/**
 * Digests come at once in the tests of a file. The platform's come from another thread, so that on a busy machine virtual
 * time may be over before.
 */
export function digestAtOnce(): void {
  beforeEach(() => {
    vi.spyOn(crypto.subtle, "digest").mockImplementation(async (_algorithm, data) => {
      const bytes = createHash("sha256")
        .update(new Uint8Array(data as ArrayBuffer))
        .digest();
      return new Uint8Array(bytes).buffer;
    });
  });
  afterEach(() => void vi.restoreAllMocks());
}
