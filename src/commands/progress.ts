/** Shows on a terminal what a run is doing: one line, which is erased when the work is done. */
export interface Progress {
  show(text: string): void;
  clear(): void;
}

/**
 * Progress on standard error; none if that is not a terminal or nothing is to be printed. Each step is shown at once:
 * most of a long run is synchronous work, during which no timer fires.
 */
export function progress(isWanted: boolean, stream: NodeJS.WriteStream = process.stderr): Progress {
  if (!isWanted || stream.isTTY !== true || process.env["TERM"] === "dumb") return { show: () => {}, clear: () => {} };
  let isShown = false;
  const clear = (): void => {
    if (isShown) stream.write("\r\u001b[K");
    isShown = false;
  };
  return {
    show: (text) => {
      clear();
      // A longer line would wrap, and only its last part could be erased.
      stream.write(`… ${text.slice(0, Math.max(20, (stream.columns || 80) - 3))}`);
      isShown = true;
    },
    clear,
  };
}
