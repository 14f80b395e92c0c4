import { styleText } from "node:util";

const styles = ["green", "red", "yellow", "blue", "cyan", "dim", "bold"] as const;

/** Text in each of the styles that output has; the text itself where there are to be none. */
export type Paint = Readonly<Record<(typeof styles)[number], (text: string) => string>>;

export function paintFor(color: boolean): Paint {
  const painted = styles.map((style) => {
    // Whether the stream takes colours was decided by who asks.
    const paint = (text: string): string => (color ? styleText(style, text, { validateStream: false }) : text);
    return [style, paint] as const;
  });
  return Object.fromEntries(painted) as Paint;
}
