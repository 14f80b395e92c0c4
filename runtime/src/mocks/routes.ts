import { addressPattern, type Base, onAnyHost, type PathTemplate, pathTemplate, serverBase } from "./paths.js";
import type { MockOperation, MockOptions } from "./types.js";

/** An operation as requests are compared with it. */
interface Route {
  readonly method: string;
  readonly template: PathTemplate;
  /** Where it is known to be served. */
  readonly bases: readonly Base[];
}

/** How well a request fits a route: of two, the first number that differs decides, and the larger one fits better. */
type Fit = readonly number[];

/**
 * Decides which operation a request belongs to. Each mock is a handler of its own, and `server.use` puts one in front of
 * all others, so every handler must know what its siblings would answer.
 */
export class Routes {
  readonly #routes: ReadonlyMap<string, Route>;
  /** Requests outside every base are not ours. */
  readonly #isStrict: boolean;

  /**
   * @param servers those of the description
   * @throws TypeError for an invalid base URL
   */
  constructor(
    operations: Readonly<Record<string, MockOperation>>,
    { baseUrl }: MockOptions,
    servers: readonly string[] = [],
  ) {
    this.#isStrict = baseUrl !== undefined;
    const common = baseUrl === undefined ? servers.flatMap((server) => basesOf(server)) : [serverBase(baseUrl)];
    this.#routes = new Map(
      Object.entries(operations).map(([id, { method, path, server }]) => {
        const own = server === undefined ? [] : basesOf(server);
        const isCommon = this.#isStrict || own.length === 0;
        // A client's base URL replaces every server, the operation's own among them: then only the path is as usual.
        const bases = [...own, ...(isCommon ? common : common.map(onAnyHost))];
        return [id, { method, template: pathTemplate(path), bases }];
      }),
    );
  }

  /** Matches the address of every request that may belong to an operation. */
  pattern(id: string): RegExp {
    return addressPattern(this.#of(id).template);
  }

  /** Whether a request belongs to an operation: it fits, and fits no other operation better. */
  isOwn(id: string, { method, url }: Pick<Request, "method" | "url">): boolean {
    const route = this.#of(id);
    if (route.method !== method) return false;
    const address = new URL(url);
    const own = this.#fit(route, address);
    if (own === undefined) return false;
    for (const other of this.#routes.values()) {
      if (other === route || other.method !== method) continue;
      const fit = this.#fit(other, address);
      if (fit !== undefined && isBetter(fit, own)) return false;
    }
    return true;
  }

  #of(id: string): Route {
    const route = this.#routes.get(id);
    if (route === undefined) throw new TypeError(`Unknown operation: ${id}.`);
    return route;
  }

  /** `undefined` where it does not fit at all. */
  #fit({ template, bases }: Route, { origin, pathname, searchParams }: URL): Fit | undefined {
    const found = template.match(pathname, searchParams);
    if (found === undefined) return undefined;
    const base = Math.max(0, ...bases.map((known) => known.rank(origin, found.prefix)));
    if (this.#isStrict && base < 2) return undefined;
    // Of two templates with the same number of segments, what is written says more than what is filled in.
    return [base, -found.prefix.length, ...template.ranks, template.queryLength, Number(found.isExact)];
  }
}

function isBetter(fit: Fit, than: Fit): boolean {
  const at = fit.findIndex((rank, index) => rank !== than[index]);
  return at >= 0 && (fit[at] ?? 0) > (than[at] ?? 0);
}

/** A server that is written in a way that no URL parser understands helps nobody. */
function basesOf(server: string): readonly Base[] {
  try {
    return [serverBase(server)];
  } catch {
    return [];
  }
}
