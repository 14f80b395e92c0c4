import type { Segment, Timeline } from "../../explain/timeline.js";
import { type Child, h, s } from "./dom.js";
import { timeText } from "./words.js";

/** Length of a segment without an end, as a share of everything before it. */
const endlessShare = 0.6;

/** The end of the last segment that has one. */
export function lastMoment({ segments, deadline }: Timeline): number {
  return Math.max(1, deadline ?? 0, ...segments.map(({ from, to }) => to ?? from));
}

/** The bar of one policy set. All bars have the same scale. */
export function smallBar(timeline: Timeline, scaleMs: number): SVGSVGElement {
  const svg = s("svg", { class: "bar", viewBox: "0 0 100 10", preserveAspectRatio: "none", "aria-hidden": "true" });
  const x = (ms: number): number => Math.min(100, (ms / scaleMs) * 100);
  for (const { kind, from, to } of timeline.segments) {
    const end = to === null ? 100 : x(to);
    const [top, height] = kind === "attempt" ? [1, 8] : [4, 2];
    svg.append(s("rect", { class: kind, x: x(from), y: top, width: Math.max(0.6, end - x(from) - 0.2), height }));
  }
  return svg;
}

const left = 8;
const right = 60;

/** The worst case with its moments. `width` is about the width in pixels that is available, so that texts keep their size. */
export function largeTimeline(timeline: Timeline, name: string, width: number): SVGSVGElement {
  const { segments, endsAt, deadline } = timeline;
  const last = lastMoment(timeline) * (endsAt === null ? 1 + endlessShare : 1);
  const x = (ms: number | null): number => left + ((ms ?? last) / last) * (width - left - right);
  const end = endsAt === null ? "no time limit" : `ends after ${timeText(endsAt)} at most`;
  const label = `${name}: ${end}, ${timeline.attempts} attempts`;
  const svg = s("svg", { class: "timeline", viewBox: `0 0 ${width} 92`, role: "img", "aria-label": label });
  for (const segment of segments) svg.append(segmentShape(segment, x));
  svg.append(s("line", { class: "axis", x1: left, x2: x(null), y1: 58, y2: 58 }));
  for (const ms of ticks(lastMoment(timeline), width)) {
    svg.append(s("line", { class: "axis", x1: x(ms), x2: x(ms), y1: 58, y2: 63 }));
    svg.append(
      s("text", { class: "tick", x: x(ms), y: 77, "text-anchor": ms === 0 ? "start" : "middle" }, momentText(ms)),
    );
  }
  if (deadline !== null) {
    svg.append(s("line", { class: "deadline", x1: x(deadline), x2: x(deadline), y1: 6, y2: 63 }));
    svg.append(s("text", { class: "deadline-name", x: x(deadline) + 5, y: 16 }, "deadline"));
  }
  if (endsAt === null) svg.append(s("text", { class: "deadline-name", x: x(null) + 4, y: 42 }, "no limit"));
  return svg;
}

/** What the shapes of some timelines mean. */
export function legend(timelines: readonly Timeline[], hasDeadline: boolean): HTMLElement {
  const kinds = new Set(timelines.flatMap(({ segments }) => segments.map(({ kind }) => kind)));
  const entry = (kind: Segment["kind"], text: string): Child =>
    kinds.has(kind) && h("span", {}, h("i", { class: `swatch ${kind}` }), text);
  return h(
    "p",
    { class: "legend" },
    entry("attempt", "attempt"),
    entry("wait", "backoff"),
    entry("queue", "waiting for a bulkhead slot"),
    hasDeadline && h("span", {}, h("i", { class: "swatch deadline" }), "deadline"),
  );
}

function segmentShape({ kind, attempt, from, to, isCut }: Segment, x: (ms: number | null) => number): SVGGElement {
  const start = x(from);
  const length = Math.max(1.5, x(to) - start - 1);
  const names = {
    attempt: `Attempt ${attempt}`,
    wait: `Backoff before attempt ${attempt}`,
    queue: "Waiting for a bulkhead slot",
  };
  const end = to === null ? "no limit" : timeText(to);
  const title = `${names[kind]}: ${momentText(from)} to ${end}${isCut ? ", cut off by the deadline" : ""}`;
  const isTall = kind === "attempt";
  const group = s("g", {}, s("title", {}, title));
  group.append(
    s("rect", { class: kind, x: start, y: isTall ? 22 : 34, width: length, height: isTall ? 32 : 8, rx: 2 }),
  );
  if (isTall && length > 18)
    group.append(s("text", { class: "number", x: start + length / 2, y: 43 }, String(attempt)));
  return group;
}

function momentText(ms: number): string {
  return ms === 0 ? "0" : timeText(ms);
}

/** Round moments: about five, or three if there is little room. */
function ticks(last: number, width: number): number[] {
  const rough = last / (width < 500 ? 3 : 5);
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((factor) => factor * power).find((candidate) => candidate >= rough) ?? rough;
  return Array.from({ length: Math.floor(last / step) + 1 }, (_, index) => index * step);
}
