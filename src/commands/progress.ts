/** Tells on a terminal what a long run is busy with; one line that is gone when the work is done. */
export interface Progress {
  show(text: string): void;
  clear(): void;
}

/** Shorter runs show nothing. */
const patienceMs = 300;

/** Progress on standard error; none where that is no terminal, or where nothing is to be printed. */
export function progress(
  isWanted: boolean,
  stream: NodeJS.WriteStream = process.stderr,
  now = (): number => performance.now(),
): Progress {
  if (!isWanted || stream.isTTY !== true || process.env["TERM"] === "dumb") return { show: () => {}, clear: () => {} };
  const startedAt = now();
  let isShown = false;
  const clear = (): void => {
    if (isShown) stream.write("\r\u001b[K");
    isShown = false;
  };
  return {
    show: (text) => {
      clear();
      if (now() - startedAt < patienceMs) return;
      stream.write(`… ${text}`);
      isShown = true;
    },
    clear,
  };
}
