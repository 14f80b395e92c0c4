import type { Failure } from "../base/outcome.js";
import { urlOf } from "../base/url-of.js";
import type { ClientHandle, HandleContext } from "../client/client.js";
import type { CallOptions } from "../contract/call-options.js";
import type { Operation } from "../contract/operation.js";
import type { OperationInput } from "../http/operation-facts.js";
import { HttpCall } from "./http-call.js";

/** The items of all pages, asked for as they are needed. Each page is a call with all policies of its operation. */
export interface PagedItems<Item, Page> extends AsyncIterable<Item> {
  /** The answers themselves, one after the other. */
  pages(): AsyncIterable<Page>;
}

/** How the pages of an operation follow each other (`x-pagination`): a plain literal beside the generated function. */
export interface Pagination {
  /** What leads from one page to the next: a cursor, a page's number, an offset, or a link. */
  readonly by: NextPage;
  /** Keys that lead to the list in an answer. */
  readonly items: readonly string[];
  /** The query parameter that takes the cursor, the page's number or the offset. */
  readonly parameter?: string;
  /** Keys of the next cursor or link in an answer. */
  readonly next?: readonly string[];
  /** Keys of the next cursor within the last item. */
  readonly lastItem?: readonly string[];
  /** Keys of a boolean: `false` ends the pages. */
  readonly more?: readonly string[];
  /** Number of the first page. @default 1 */
  readonly start?: number;
}

/** What a page says of the next one: where it is, that there is none (`undefined`), or what is wrong with it. */
export type NextPage = (page: Page, pagination: Pagination) => Step | undefined | PageFault;

interface Page {
  readonly data: unknown;
  readonly items: readonly unknown[];
  readonly response: Response | undefined;
  /** Where the request went. */
  readonly url: string;
  /** What was sent for this page. */
  readonly input: OperationInput;
}

interface Step {
  readonly input: OperationInput;
  readonly url?: string;
  /** What no other page may lead to again; absent where only the items can tell. */
  readonly mark?: string;
}

interface PageFault {
  readonly fault: string;
}

/** The next page by a cursor, which the answer holds, or its last item. */
export const byCursor: NextPage = ({ data, items, input }, { next, lastItem, parameter = "" }) => {
  const cursor = next === undefined ? valueAt(items.at(-1), lastItem ?? []) : valueAt(data, next);
  if (cursor === undefined || cursor === null || cursor === "") return undefined;
  if (typeof cursor === "object") return { fault: "the next cursor is no text" };
  return { input: withQuery(input, parameter, cursor), mark: String(cursor) };
};

/** The next page by its number, until one is empty. */
export const byPage: NextPage = ({ items, input }, { parameter = "", start = 1 }) => {
  const number = Number(valueAt(input.query, [parameter]) ?? start);
  return items.length === 0 ? undefined : { input: withQuery(input, parameter, number + 1) };
};

/** The next page by how many items came before it, until one is empty. */
export const byOffset: NextPage = ({ items, input }, { parameter = "" }) => {
  const offset = Number(valueAt(input.query, [parameter]) ?? 0);
  return items.length === 0 ? undefined : { input: withQuery(input, parameter, offset + items.length) };
};

/** The next page by a link: in the answer, or in its header (RFC 8288). It never leaves the origin. */
export const byLink: NextPage = ({ data, response, url, input }, { next }) => {
  const link = next === undefined ? nextLink(response?.headers.get("link") ?? "") : valueAt(data, next);
  if (link === undefined || link === null || link === "") return undefined;
  if (typeof link !== "string" || urlOf(link, url) === undefined) return { fault: "the link to the next page is none" };
  const { origin, href } = new URL(link, url);
  if (origin !== new URL(url).origin) return { fault: "the link to the next page leaves the origin" };
  return { input, url: href, mark: href };
};

/** Goes through all pages of an operation. Every generated `paginate…` function is this, with types of its own. */
export function paginate<Item, Answer>(
  client: ClientHandle,
  operation: Operation,
  pagination: Pagination,
  input: object | undefined,
  options: CallOptions<object> | undefined,
): PagedItems<Item, Answer> {
  const given = (input ?? {}) as OperationInput;
  const set = (options ?? {}) as CallOptions;
  return {
    async *[Symbol.asyncIterator](): AsyncGenerator<Item> {
      for await (const { items } of walk(client, operation, pagination, given, set)) yield* items as Item[];
    },
    async *pages(): AsyncGenerator<Answer> {
      for await (const { data } of walk(client, operation, pagination, given, set)) yield data as Answer;
    },
  };
}

async function* walk(
  client: ClientHandle,
  operation: Operation,
  pagination: Pagination,
  input: OperationInput,
  options: CallOptions,
): AsyncGenerator<Page> {
  const seen = new Set<string>();
  let previous = "";
  for (let step: Step | undefined = { input }; step !== undefined; ) {
    const { url, input: given }: Step = step;
    const context: HandleContext = url === undefined ? client["~context"] : { ...client["~context"], url };
    const call = new HttpCall({ ...client, "~context": context }, operation, options);
    const end = await call.execute(given);
    if (!end.ok) throw end.error;
    const { data, response, status } = end;
    const broken = (reason: string): Error => {
      const failure: Failure = { ok: false, code: "unexpected-response", sent: "yes", body: data, status, reason };
      return call.error(response === undefined ? failure : { ...failure, response });
    };
    const items = valueAt(data, pagination.items);
    if (!Array.isArray(items)) throw broken("has no list of items where its description says");
    const page: Page = { data, items, response, url: call.request.url, input: given };
    const next: Step | PageFault | undefined = isLast(data, pagination) ? undefined : pagination.by(page, pagination);
    // A server that does not look at the number sends the same page for ever.
    const text = next !== undefined && "input" in next && next.mark === undefined ? JSON.stringify(items) : "";
    if (text !== "" && text === previous) throw broken("is the page before it once more");
    previous = text;
    yield page;
    if (next !== undefined && "fault" in next) throw broken(next.fault);
    if (next?.mark !== undefined && seen.has(next.mark)) throw broken("leads to a page that has been read already");
    if (next?.mark !== undefined) seen.add(next.mark);
    step = next;
  }
}

function isLast(data: unknown, { more }: Pagination): boolean {
  return more !== undefined && valueAt(data, more) === false;
}

function valueAt(data: unknown, keys: readonly string[]): unknown {
  let value = data;
  for (const key of keys) {
    if (typeof value !== "object" || value === null || !Object.hasOwn(value, key)) return undefined;
    value = (value as Record<string, unknown>)[key];
  }
  return value;
}

function withQuery(input: OperationInput, parameter: string, value: unknown): OperationInput {
  return { ...input, query: { ...(input.query as object | undefined), [parameter]: value } };
}

/** The target of the first link whose relation is `next`. A comma may stand in a target, but no `>`. */
function nextLink(header: string): string | undefined {
  for (const [, target = "", parameters = ""] of header.matchAll(/<([^>]*)>((?:[^,"]|"(?:\\.|[^"\\])*")*)/g)) {
    const all = parameters.matchAll(/;\s*([\w*-]+)\s*=\s*(?:"((?:\\.|[^"\\])*)"|([^\s;"]+))/g);
    const [, , quoted, plain] = [...all].find(([, name = ""]) => name.toLowerCase() === "rel") ?? [];
    if ((quoted ?? plain ?? "").toLowerCase().split(/\s+/).includes("next")) return target.trim();
  }
  return undefined;
}
