/** What text is printed to: decides about colors, links, and where lines are broken. */
export interface Terminal {
  readonly color: boolean;
  /** Whether it shows OSC 8 hyperlinks. */
  readonly links: boolean;
  /** In columns; infinite where nothing is to be wrapped, as in a file or a pipe. */
  readonly width: number;
}

/** Files, pipes, and logs. */
export const plainTerminal: Terminal = { color: false, links: false, width: Number.POSITIVE_INFINITY };

const esc = "\u001b";

/** Text that opens an address when clicked; the text alone where the terminal has no links. */
export function link(text: string, url: string, { links }: Terminal): string {
  return links ? `${esc}]8;;${url}${esc}\\${text}${esc}]8;;${esc}\\` : text;
}
