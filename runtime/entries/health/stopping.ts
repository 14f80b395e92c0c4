/** Clients of a process that is shutting down: {@link drainOnSignal} adds them, reports look them up. */
const stopping = new WeakSet<object>();

export function markStopping(client: object): void {
  stopping.add(client);
}

export function isStopping(client: object): boolean {
  return stopping.has(client);
}
