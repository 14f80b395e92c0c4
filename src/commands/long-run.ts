/**
 * Called when there is much to do. Node 20 optimises code so early that it seldom pays off here: a fifth of the time of
 * large documents. A program that uses this package decides for itself.
 */
export function expectLongRun(): void {
  if (process.version.startsWith("v20."))
    process.getBuiltinModule("node:v8").setFlagsFromString("--interrupt-budget=500000");
}
