import { row, share, width } from "./layout.js";
import type { Segment, Timeline } from "./timeline.js";
import { timeText } from "./words.js";

const marks: Readonly<Record<Segment["kind"], string>> = { queue: "┄", attempt: "█", wait: "░" };

/** The worst case as a bar and as a table. */
export function timelineText(timeline: Timeline): string {
  const { segments, endsAt } = timeline;
  const end = endsAt === null ? "no end" : timeText(endsAt);
  const columns = width - 4;
  return [
    `  0${end.padStart(columns - 1)}\n`,
    `  ${bar(timeline, columns)}\n`,
    `  ${marks.queue} waits for a place   ${marks.attempt} attempt   ${marks.wait} pause before the next one\n\n`,
    ...segments.map((segment) => row([span(segment), segmentText(segment, timeline)], [20])),
    lastLine(timeline),
  ].join("");
}

function bar({ segments, endsAt }: Timeline, columns: number): string {
  const latest = Math.max(1, ...segments.map(({ from, to }) => to ?? from));
  // What never ends is drawn as long as everything before it.
  const lengths = segments.map(({ from, to }) => (to === null ? latest : to - from));
  const widths = share(lengths, endsAt === null ? columns - 2 : columns);
  const drawn = segments.map(({ kind }, index) => marks[kind].repeat(widths[index] ?? 1)).join("");
  return endsAt === null ? `${drawn} →` : drawn;
}

function span({ from, to }: Segment): string {
  return `${from === 0 ? "0" : timeText(from)} – ${to === null ? "" : timeText(to)}`;
}

/** What happens in a stretch of time. */
export function segmentText({ kind, attempt, to, isCut }: Segment, { idle }: Timeline): string {
  const by = isCut ? ", cut off by the deadline" : "";
  if (kind === "queue") return `waits for a place${to === null ? ": nothing ends this" : by}`;
  if (kind === "wait") return `pause before attempt ${attempt}`;
  const headers = idle === undefined ? "" : ", to its headers";
  if (to === null) return `attempt ${attempt}${headers}: nothing ends it`;
  return `attempt ${attempt}${headers}${isCut ? by : ", ended by its timeout"}`;
}

function lastLine({ endsAt, deadline, idle, isRateLimited }: Timeline): string {
  const turn = isRateLimited ? row(["before each attempt", "it may wait for its turn (rate limit)"], [20]) : "";
  const atEnd =
    endsAt !== null && endsAt === deadline ? row([timeText(endsAt), "the deadline ends the call"], [20]) : "";
  const end = turn + atEnd;
  if (idle === undefined) return end;
  const silence = idle === false ? "however long it is silent" : `until it is silent for ${timeText(idle)}`;
  return `${end}${row(["after the headers", `the stream goes on as long as it takes, ${silence}`], [20])}`;
}
