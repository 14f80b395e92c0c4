import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";

const css = readFileSync("src/web-page.css", "utf8");
/** Name, light color, dark color. */
const colors = new Map(
  [...css.matchAll(/--([\w-]+): light-dark\((#\w+), (#\w+)\)/g)].map(([, name = "", light = "", dark = ""]) => [
    name,
    { light, dark },
  ]),
);

/** Contrast ratio of WCAG 2.2. */
function contrast(a: string, b: string): number {
  const [low = 0, high = 0] = [luminance(a), luminance(b)].sort((x, y) => x - y);
  return (high + 0.05) / (low + 0.05);
}

function luminance(color: string): number {
  const hex = color.length === 4 ? color.replace(/[^#]/g, "$&$&") : color;
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
    const share = Number.parseInt(hex.slice(at, at + 2), 16) / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

describe.each(["light", "dark"] as const)("colors of pages in %s", (scheme) => {
  const color = (name: string): string => colors.get(name)?.[scheme] ?? "no such color";

  test.each(["ink", "soft", "link"])("text in %s has a contrast of 4.5 on every background", (name) => {
    for (const background of ["paper", "card", "tint-high", "tint-note"])
      expect(contrast(color(name), color(background)), background).toBeGreaterThanOrEqual(4.5);
  });

  test.each(["edge", "attempt", "wait", "attention", "unretried", "retried", "read"])(
    "graphics in %s have a contrast of 3 on every background",
    (name) => {
      for (const background of ["paper", "card"])
        expect(contrast(color(name), color(background)), background).toBeGreaterThanOrEqual(3);
    },
  );
});
