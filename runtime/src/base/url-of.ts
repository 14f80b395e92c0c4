/** An address taken apart; `undefined` for what is none. Browsers know `URL.canParse` only since 2023. */
export function urlOf(text: string, base?: string): URL | undefined {
  try {
    return new URL(text, base);
  } catch {
    return undefined;
  }
}
