/**
 * Call this before much work. Node 20 optimizes code so early that it seldom pays off here: it costs large documents a
 * fifth of their time. A program that uses this package decides for itself.
 */
export function expectLongRun(): void {
  if (process.version.startsWith("v20."))
    process.getBuiltinModule("node:v8").setFlagsFromString("--interrupt-budget=500000");
}
