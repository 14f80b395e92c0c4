/** Whether this is an environment whose fetch hides redirects. */
export function isBrowser(): boolean {
  const { process, Deno } = hosts;
  if (process?.versions?.node || Deno) return false;
  const { document, WorkerGlobalScope } = hosts;
  return document !== undefined || (WorkerGlobalScope !== undefined && !endsWithRequest());
}

/**
 * Whether what a request has begun ends with it, promises included (workerd): then nobody may wait for another request's
 * work without looking after itself.
 */
export function endsWithRequest(): boolean {
  return hosts.navigator?.userAgent === "Cloudflare-Workers";
}

type HostName = "process" | "Deno" | "document" | "WorkerGlobalScope" | "navigator";

const hosts = globalThis as unknown as { readonly [Name in HostName]?: Host };

interface Host {
  readonly versions?: { readonly node?: string };
  readonly userAgent?: string;
}
