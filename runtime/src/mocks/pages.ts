import type { MockPages } from "./types.js";

/** The page that a request asks for: the sample is the first of two. */
export function pageOf(sample: unknown, { by, first, last }: MockPages, url: string): unknown {
  const { searchParams } = new URL(url);
  const isLater = by.some((name) => {
    const value = searchParams.get(name);
    return isLaterPage(name, value, first) || isGiven(sample, last, value);
  });
  return isLater || by.length === 0 ? withMembers(sample, last) : sample;
}

/** `page=1`, `offset=0` and an empty cursor are the first page. */
function isLaterPage(name: string, value: string | null, first: string | undefined): boolean {
  if (value === null || value === "") return false;
  if (first !== undefined) return value !== first;
  return value !== "0" && !(value === "1" && /page|index/i.test(name));
}

/** Whether the first page itself sent the reader there: `next_page: 1`. */
function isGiven(sample: unknown, last: unknown, asked: string | null): boolean {
  if (isObject(sample) && isObject(last))
    return Object.keys(last).some((name) => isGiven(sample[name], last[name], asked));
  return (typeof sample === "string" || typeof sample === "number") && String(sample) === asked;
}

/** A value with some of its members otherwise, at any depth; `undefined` takes one away. */
export function withMembers(value: unknown, members: unknown): unknown {
  if (!isObject(value) || !isObject(members)) return members;
  const merged: Record<string, unknown> = { ...value };
  for (const [name, member] of Object.entries(members)) {
    if (member === undefined) delete merged[name];
    else merged[name] = isObject(member) && isObject(merged[name]) ? withMembers(merged[name], member) : member;
  }
  return merged;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
