/** Whether this is an environment whose fetch hides redirects. */
export function isBrowser(): boolean {
  const { process, Deno } = hosts;
  if (process?.versions?.node || Deno) return false;
  const { document, WorkerGlobalScope, navigator } = hosts;
  return document !== undefined || (WorkerGlobalScope !== undefined && navigator?.userAgent !== "Cloudflare-Workers");
}

const hosts = globalThis as unknown as Record<string, Host | undefined>;

interface Host {
  readonly versions?: { readonly node?: string };
  readonly userAgent?: string;
}
