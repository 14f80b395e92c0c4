import { sampleOf, usualStatus } from "./answers.js";
import { withMembers } from "./pages.js";
import type { MockOperation } from "./types.js";

type Item = Readonly<Record<string, unknown>>;

/** A collection (`/orders`, POST) with items below it (`/orders/{orderId}`). */
interface Role {
  readonly kind: "create" | "list" | "item";
  readonly parameter: string;
}

/** What was POSTed, by the address of its collection. Only paths that are `collection/{parameter}` take part. */
export class Resources {
  readonly #roles = new Map<MockOperation, Role>();
  readonly #collections = new Map<string, Map<string, Item>>();
  #created = 0;

  constructor(operations: readonly MockOperation[]) {
    const creating = new Set(operations.filter(({ method }) => method === "POST").map(({ path }) => path));
    const parameters = new Map<string, string>();
    for (const { path } of operations) {
      const [, collection = "", parameter = ""] = /^(.*)\/\{([^}/]+)\}$/.exec(path) ?? [];
      if (creating.has(collection)) parameters.set(collection, parameter);
    }
    for (const operation of operations) {
      const { method, path } = operation;
      const own = parameters.get(path);
      const above = parameters.get(path.slice(0, path.lastIndexOf("/")));
      if (own !== undefined && (method === "POST" || method === "GET"))
        this.#roles.set(operation, { kind: method === "POST" ? "create" : "list", parameter: own });
      else if (path.endsWith("}") && above !== undefined)
        this.#roles.set(operation, { kind: "item", parameter: above });
    }
  }

  clear(): void {
    this.#collections.clear();
    this.#created = 0;
  }

  /**
   * What an operation answers with, and does. `undefined`: it takes no part; `notFound`: there is no such item.
   *
   * @param body the request's, parsed
   */
  answer(operation: MockOperation, url: string, body: unknown): { readonly data: unknown } | "notFound" | undefined {
    const role = this.#roles.get(operation);
    if (role === undefined) return undefined;
    const address = new URL(url).pathname.replace(/\/$/, "");
    const sample = sampleOf(operation, usualStatus(operation));
    if (role.kind === "create") return this.#create(address, role.parameter, sample, body);
    if (role.kind === "list") return { data: withItems(sample, [...(this.#collections.get(address)?.values() ?? [])]) };
    return this.#item(operation, address, sample, body, role.parameter);
  }

  #create(address: string, parameter: string, sample: unknown, body: unknown): { readonly data: unknown } | undefined {
    const name = isItem(sample) ? idName(sample, parameter) : undefined;
    if (!isItem(sample) || name === undefined) return undefined;
    const items = this.#collections.get(address) ?? new Map<string, Item>();
    this.#collections.set(address, items);
    const given = fitting(body, sample);
    const item = { ...sample, [name]: nextId(sample[name], this.#created++), ...given };
    items.set(String(item[name]), item);
    return { data: item };
  }

  #item(
    { method }: MockOperation,
    address: string,
    sample: unknown,
    body: unknown,
    parameter: string,
  ): { readonly data: unknown } | "notFound" {
    const at = address.lastIndexOf("/");
    const items = this.#collections.get(address.slice(0, at));
    const id = decodeURIComponent(address.slice(at + 1));
    const item = items?.get(id);
    if (items === undefined || item === undefined) return "notFound";
    if (method === "DELETE") items.delete(id);
    if (method !== "PUT" && method !== "PATCH") return { data: isItem(sample) ? item : sample };
    const name = idName(item, parameter) ?? parameter;
    const changed = { ...item, ...fitting(body, item), [name]: item[name] };
    items.set(id, changed);
    return { data: isItem(sample) ? changed : sample };
  }
}

function isItem(value: unknown): value is Item {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The member that a path's parameter means: `orderId`, or the `id` at its end. */
function idName(item: Item, parameter: string): string | undefined {
  const [ending = "id"] = /(id|key|slug|name|code|uuid|number)$/i.exec(parameter) ?? [];
  return [parameter, ending.toLowerCase(), "id"].find((name) => ["string", "number"].includes(typeof item[name]));
}

/** Members of a request that its answer has too, in the same form. */
function fitting(body: unknown, sample: Item): Item {
  if (!isItem(body)) return {};
  const same = Object.entries(body).filter(
    ([name, value]) => typeof value === typeof sample[name] && Array.isArray(value) === Array.isArray(sample[name]),
  );
  return Object.fromEntries(same);
}

/** The sample's own for the first, then others of its form. */
function nextId(sample: unknown, created: number): unknown {
  if (created === 0) return sample;
  if (typeof sample === "number") return sample + created;
  const text = String(sample);
  const isUuid = /^[\da-f]{8}-([\da-f]{4}-){3}[\da-f]{12}$/i.test(text);
  return isUuid ? `${text.slice(0, -12)}${created.toString(16).padStart(12, "0")}` : `${text}-${created + 1}`;
}

/** A list, or an object with a list in it, that holds these items. */
function withItems(sample: unknown, items: readonly Item[]): unknown {
  if (Array.isArray(sample)) return items;
  if (!isItem(sample)) return sample;
  const list = Object.keys(sample).find((name) => Array.isArray(sample[name]));
  return list === undefined ? sample : withMembers(sample, { [list]: items });
}
