/** A correlation id of somebody else's making as it may stand in a header or a log: visible ASCII, at most 128 long. */
export function safeCorrelationId(id: string): string {
  return id.replace(/[^\x21-\x7e]/g, "").slice(0, 128);
}
