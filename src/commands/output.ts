let isGuarded = false;

/** Writes to standard output. A reader that stops early (`| head`) is no failure. */
export function print(text: string): void {
  if (!isGuarded)
    process.stdout.on("error", (error: NodeJS.ErrnoException) => process.exit(error.code === "EPIPE" ? 0 : 70));
  isGuarded = true;
  process.stdout.write(text);
}
