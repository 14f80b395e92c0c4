import { styleText } from "node:util";

const styles = ["green", "red", "yellow", "blue", "cyan", "dim", "bold"] as const;

/** Functions that style text; without color they return it unchanged. */
export type Paint = Readonly<Record<(typeof styles)[number], (text: string) => string>>;

export function paintFor(color: boolean): Paint {
  const painted = styles.map((style) => {
    // The caller has decided whether the stream supports colors.
    const paint = (text: string): string => (color ? styleText(style, text, { validateStream: false }) : text);
    return [style, paint] as const;
  });
  return Object.fromEntries(painted) as Paint;
}
