/** Tells on a terminal what a run is busy with; one line that is gone when the work is done. */
export interface Progress {
  show(text: string): void;
  clear(): void;
}

/**
 * Progress on standard error; none where that is no terminal, or where nothing is to be printed. It shows what is begun
 * at once: most of a long run is one piece of work, during which no timer comes to its turn.
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
      stream.write(`… ${text}`);
      isShown = true;
    },
    clear,
  };
}
