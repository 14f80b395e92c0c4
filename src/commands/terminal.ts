import { plainTerminal, type Terminal } from "../diagnostics/terminal.js";

/** What is asked of a stream to know how to print to it. */
interface Stream {
  readonly isTTY?: boolean;
  readonly columns?: number;
}

/** How to print to a stream: colors and links where it shows them, and lines of its width. */
export function terminalOf(stream: Stream): Terminal {
  const color = hasColor(stream);
  if (stream.isTTY !== true) return { ...plainTerminal, color };
  return { color, links: hasLinks(), width: stream.columns || 80 };
}

/** Whether what is written to a stream may have colors (https://no-color.org, https://force-color.org). */
export function hasColor({ isTTY }: Stream): boolean {
  const { NO_COLOR, FORCE_COLOR, TERM } = process.env;
  if (NO_COLOR) return false;
  if (FORCE_COLOR) return FORCE_COLOR !== "0" && FORCE_COLOR !== "false";
  return isTTY === true && TERM !== "dumb";
}

/**
 * Whether the terminal is known to show OSC 8 hyperlinks. One that does not know them may print them as garbage, so
 * unknown ones get none.
 */
function hasLinks(): boolean {
  const { FORCE_HYPERLINK, CI, TERM = "", TERM_PROGRAM = "", VTE_VERSION, WT_SESSION, KONSOLE_VERSION } = process.env;
  if (FORCE_HYPERLINK) return FORCE_HYPERLINK !== "0";
  if (CI || TERM === "dumb" || /^(tmux|screen)/.test(TERM)) return false;
  if (/^(iTerm\.app|WezTerm|vscode|ghostty|Hyper|rio)$/.test(TERM_PROGRAM)) return true;
  if (/^(xterm-kitty|xterm-ghostty|alacritty)/.test(TERM)) return true;
  return WT_SESSION !== undefined || KONSOLE_VERSION !== undefined || Number(VTE_VERSION) >= 5_000;
}
