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
    `  ${marks.queue} waiting for a bulkhead slot   ${marks.attempt} attempt   ${marks.wait} backoff\n\n`,
    ...segments.map((segment) => row([span(segment), segmentText(segment, timeline)], [20])),
    lastLine(timeline),
  ].join("");
}

function bar({ segments, endsAt }: Timeline, columns: number): string {
  const latest = Math.max(1, ...segments.map(({ from, to }) => to ?? from));
  // A segment without an end is drawn as long as everything before it.
  const lengths = segments.map(({ from, to }) => (to === null ? latest : to - from));
  const widths = share(lengths, endsAt === null ? columns - 2 : columns);
  const drawn = segments.map(({ kind }, index) => marks[kind].repeat(widths[index] ?? 1)).join("");
  return endsAt === null ? `${drawn} →` : drawn;
}

function span({ from, to }: Segment): string {
  return `${from === 0 ? "0" : timeText(from)} – ${to === null ? "" : timeText(to)}`;
}

/** What happens in a segment. */
export function segmentText({ kind, attempt, to, isCut }: Segment, { idle }: Timeline): string {
  const by = isCut ? ", cut off by the deadline" : "";
  if (kind === "queue") return `waiting for a bulkhead slot${to === null ? " (no limit)" : by}`;
  if (kind === "wait") return `backoff before attempt ${attempt}`;
  const headers = idle === undefined ? "" : ", up to the response headers";
  if (to === null) return `attempt ${attempt}${headers} (no limit)`;
  return `attempt ${attempt}${headers}${isCut ? by : ", ended by the attempt timeout"}`;
}

function lastLine({ endsAt, deadline, idle, isRateLimited }: Timeline): string {
  const turn = isRateLimited ? row(["before each attempt", "possible wait for the rate limit"], [20]) : "";
  const atEnd = endsAt !== null && endsAt === deadline ? row([timeText(endsAt), "deadline: the call fails"], [20]) : "";
  const end = turn + atEnd;
  if (idle === undefined) return end;
  const silence = idle === false ? "there is no idle timeout" : `the idle timeout is ${timeText(idle)}`;
  return `${end}${row(["after the headers", `no limit on the duration; ${silence}`], [20])}`;
}
