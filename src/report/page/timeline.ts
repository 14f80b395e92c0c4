import type { Segment, Timeline } from "../../explain/timeline.js";
import { s } from "./dom.js";
import { timeText } from "./words.js";

/** How long something without an end is drawn, as a share of the rest. */
const endlessShare = 0.6;

/** The last moment that has a name. */
export function lastMoment({ segments, deadline }: Timeline): number {
  return Math.max(1, deadline ?? 0, ...segments.map(({ from, to }) => to ?? from));
}

/** A bar of one row: its length compares with those of all others. */
export function smallBar(timeline: Timeline, scaleMs: number): SVGSVGElement {
  const svg = s("svg", { class: "bar", viewBox: "0 0 100 10", preserveAspectRatio: "none", "aria-hidden": "true" });
  // The longest must not make all others too small to see.
  const x = (ms: number): number => Math.min(100, (ms / scaleMs) * 100);
  for (const { kind, from, to } of timeline.segments) {
    const end = to === null ? 100 : x(to);
    svg.append(s("rect", { class: kind, x: x(from), y: 2, width: Math.max(0.4, end - x(from)), height: 6 }));
  }
  return svg;
}

const left = 8;
const right = 56;

/** The worst case with its moments; `width` is that of its place in pixels, more or less: texts keep their size. */
export function largeTimeline(timeline: Timeline, name: string, width: number): SVGSVGElement {
  const { segments, endsAt, deadline } = timeline;
  const last = lastMoment(timeline) * (endsAt === null ? 1 + endlessShare : 1);
  const x = (ms: number | null): number => left + ((ms ?? last) / last) * (width - left - right);
  const spoken = `${name}: ${endsAt === null ? "nothing ends the call" : `ends after ${timeText(endsAt)} at the latest`}, ${timeline.attempts} attempts`;
  const svg = s("svg", { class: "timeline", viewBox: `0 0 ${width} 92`, role: "img", "aria-label": spoken });
  for (const segment of segments) svg.append(segmentShape(segment, x));
  svg.append(s("line", { class: "axis", x1: left, x2: x(null), y1: 58, y2: 58 }));
  for (const ms of ticks(lastMoment(timeline), width)) {
    svg.append(s("line", { class: "axis", x1: x(ms), x2: x(ms), y1: 58, y2: 63 }));
    svg.append(
      s("text", { class: "tick", x: x(ms), y: 77, "text-anchor": ms === 0 ? "start" : "middle" }, timeText(ms)),
    );
  }
  if (deadline !== null) {
    svg.append(s("line", { class: "deadline", x1: x(deadline), x2: x(deadline), y1: 6, y2: 63 }));
    svg.append(s("text", { class: "deadline-name", x: x(deadline) + 5, y: 16 }, "deadline"));
  }
  if (endsAt === null) svg.append(s("text", { class: "deadline-name", x: x(null) + 4, y: 40 }, "no end"));
  return svg;
}

function segmentShape({ kind, attempt, from, to, isCut }: Segment, x: (ms: number | null) => number): SVGGElement {
  const start = x(from);
  const length = Math.max(1.5, x(to) - start);
  const tall = kind === "attempt";
  const what =
    kind === "attempt"
      ? `Attempt ${attempt}`
      : kind === "wait"
        ? `Pause before attempt ${attempt}`
        : "Waits for a place";
  const title = `${what}: ${timeText(from)} to ${to === null ? "no end" : timeText(to)}${isCut ? ", cut off by the deadline" : ""}`;
  const group = s("g", {}, s("title", {}, title));
  group.append(
    s("rect", { class: kind, x: start, y: tall ? 22 : 30, width: length, height: tall ? 32 : 16, rx: tall ? 3 : 1 }),
  );
  if (tall && length > 18) group.append(s("text", { class: "number", x: start + length / 2, y: 43 }, String(attempt)));
  return group;
}

/** Round moments, five or so where there is room. */
function ticks(last: number, width: number): number[] {
  const rough = last / (width < 500 ? 3 : 5);
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((factor) => factor * power).find((candidate) => candidate >= rough) ?? rough;
  return Array.from({ length: Math.floor(last / step) + 1 }, (_, index) => index * step);
}
