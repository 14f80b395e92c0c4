import { escapeHtml } from "../web-page.js";

/** Layers over time on one scale. */
export interface Chart {
  readonly title: string;
  /** Drawn from the bottom up, each on top of the one before it. Only a single layer may have gaps. */
  readonly layers: readonly Layer[];
  readonly bucketMs: number;
  /** Top of the scale. */
  readonly top: number;
  /** Formats a number of the scale. */
  readonly label: (value: number) => string;
  /** Fault windows, in ms. */
  readonly faults: readonly { readonly from: number; readonly to: number }[];
  /** A line to compare with. */
  readonly limit?: { readonly value: number; readonly name: string };
  /** Shown instead of the layers. */
  readonly note?: string;
}

export interface Layer {
  readonly name: string;
  readonly values: readonly (number | null)[];
}

type Scale = (value: number) => number;

const width = 340;
const height = 150;
const plot = { left: 46, right: width - 8, top: 14, bottom: height - 22 };

/** A chart as SVG, made of numbers and escaped text only. */
export function chartSvg({ title, layers, bucketMs, top, label, faults, limit, note }: Chart): string {
  const duration = (layers[0]?.values.length ?? 1) * bucketMs;
  const x: Scale = (ms) => round(plot.left + (ms / duration) * (plot.right - plot.left));
  const y: Scale = (value) => round(plot.bottom - Math.min(1, value / top) * (plot.bottom - plot.top));
  const parts = [
    ...faults.flatMap(({ from, to }) => {
      const wide = x(Math.min(to, duration)) - x(from);
      return [
        rect("fault", x(from), plot.top, wide, plot.bottom - plot.top),
        rect("fault-edge", x(from), plot.top - 5, wide, 3),
      ];
    }),
    ...[0, 0.5, 1].map((share) => gridLine(y(share * top), label(share * top))),
    ...seconds(duration).map((ms) => text("tick", x(ms), height - 6, `${ms / 1_000} s`, "middle")),
    note === undefined
      ? areas(layers, (index) => x((index + 0.5) * bucketMs), y)
      : text("note", (plot.left + plot.right) / 2, (plot.top + plot.bottom) / 2 + 4, note, "middle"),
    ...(limit === undefined ? [] : limitLine(limit, y)),
  ];
  return `<svg viewBox="0 0 ${width} ${height}" role="img" aria-label="${escapeHtml(title)}">${parts.join("")}</svg>`;
}

/** The stacked areas: the highest sum first, so that the ones below stay visible. */
function areas(layers: readonly Layer[], x: Scale, y: Scale): string {
  let sums: readonly (number | null)[] = [];
  return layers
    .map(({ name, values }) => {
      sums = values.map((value, index) => (value === null ? null : value + (sums[index] ?? 0)));
      return area(name, sums, x, y);
    })
    .reverse()
    .join("");
}

function area(name: string, values: readonly (number | null)[], x: Scale, y: Scale): string {
  const runs: string[][] = [[]];
  values.forEach((value, index) => {
    if (value === null) runs.push([]);
    else runs.at(-1)?.push(`${x(index)},${y(value)}`);
  });
  return runs
    .filter((points) => points.length > 1)
    .map((points) => {
      const [first = "", last = ""] = [points[0], points.at(-1)].map((point) => point?.split(",")[0]);
      const closed = `${first},${plot.bottom} ${points.join(" ")} ${last},${plot.bottom}`;
      const className = `${name} area`;
      return `<polygon class="${className}" points="${closed}"/><polyline class="${name} curve" points="${points.join(" ")}"/>`;
    })
    .join("");
}

function gridLine(at: number, name: string): string {
  const line = `<line class="grid" x1="${plot.left}" x2="${plot.right}" y1="${at}" y2="${at}"/>`;
  return line + text("tick", plot.left - 5, at + 4, name, "end");
}

function limitLine({ value, name }: NonNullable<Chart["limit"]>, y: Scale): string[] {
  const at = y(value);
  return [
    `<line class="limit" x1="${plot.left}" x2="${plot.right}" y1="${at}" y2="${at}"/>`,
    text("limit-name", plot.right, round(at - 4), name, "end"),
  ];
}

function text(name: string, x: number, y: number, content: string, anchor: string): string {
  return `<text class="${name}" x="${x}" y="${round(y)}" text-anchor="${anchor}">${escapeHtml(content)}</text>`;
}

function rect(name: string, x: number, y: number, wide: number, high: number): string {
  return `<rect class="${name}" x="${x}" y="${y}" width="${round(wide)}" height="${high}"/>`;
}

/** Four or five round moments. */
function seconds(duration: number): number[] {
  const step =
    [1, 2, 5, 10, 15, 20, 30, 60, 120, 300, 600, 1_800, 3_600].find((one) => one * 5_000 >= duration) ?? 7_200;
  return Array.from({ length: Math.floor(duration / (step * 1_000)) + 1 }, (_, index) => index * step * 1_000);
}

function round(number: number): number {
  return Math.round(number * 10) / 10;
}
