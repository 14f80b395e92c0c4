import type { Inspected } from "../inspect.js";

export type SharedPolicy = "breaker" | "bulkhead" | "rateLimit" | "budget";

/** One breaker, bulkhead, rate limit or retry budget, and the operations that use it. */
export interface Scope {
  readonly policy: SharedPolicy;
  /** As written: `operation`, `service`, or a name. */
  readonly scope: string;
  /** The origin of a service, if the document specifies it. */
  readonly service: string | undefined;
  /** Names of operations. */
  readonly members: readonly string[];
}

/** Every scope of a client, in the order of its operations. */
export function scopesOf({ operations, api: { servers } }: Inspected): Scope[] {
  const scopes = new Map<string, Scope & { readonly members: string[] }>();
  for (const { api } of operations) {
    const { breaker, bulkhead, rateLimit, retry } = api.policies;
    const add = (policy: SharedPolicy, scope: string): void => {
      const service = scope === "service" ? originOf(api.server, servers[0]) : undefined;
      const own = scope === "operation" ? api.name : (service ?? "");
      const key = JSON.stringify([policy, scope, own]);
      const known = scopes.get(key);
      if (known === undefined) scopes.set(key, { policy, scope, service, members: [api.name] });
      else known.members.push(api.name);
    };
    if (breaker) add("breaker", breaker.scope);
    if (bulkhead) add("bulkhead", bulkhead.scope);
    if (rateLimit) add("rateLimit", rateLimit.scope);
    // The budget has the scope of the breaker.
    const budget = retry ? retry.budget : false;
    if (budget) add("budget", breaker ? breaker.scope : "operation");
  }
  return [...scopes.values()];
}

function originOf(own: string | undefined, usual: string | undefined): string | undefined {
  const url = own ?? usual;
  if (url === undefined) return undefined;
  const base = URL.canParse(url) ? url : usual;
  return base !== undefined && URL.canParse(url, base) ? new URL(url, base).origin : url;
}
