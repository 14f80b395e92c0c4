import { closest, distance } from "fastest-levenshtein";

/** The known word that was probably meant; `undefined` if none is close. */
export function nearest(wrong: string, known: readonly string[]): string | undefined {
  const lower = new Map(known.map((word) => [word.toLowerCase(), word]));
  if (lower.size === 0) return undefined;
  const near = closest(wrong.toLowerCase(), [...lower.keys()]);
  const longer = Math.max(wrong.length, near.length);
  return distance(wrong.toLowerCase(), near) <= Math.max(2, 0.45 * longer) ? lower.get(near) : undefined;
}

/** The end of a message about an unknown word: ` Did you mean 'retry'?` */
export function didYouMean(near: string | undefined): string {
  return near === undefined ? "" : ` Did you mean '${near}'?`;
}
