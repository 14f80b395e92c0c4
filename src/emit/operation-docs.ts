import type { Policies } from "../../runtime/src/policies/types.js";
import type { ApiOperation } from "../ir/index.js";
import type { printComment } from "./print/comment.js";

/** What a person reads when hovering over an operation: the document's words, then what the client does on its own. */
export function operationDocs(operation: ApiOperation): Parameters<typeof printComment>[0] {
  const { summary, description, deprecated } = operation.docs;
  return [
    summary,
    description === summary ? undefined : description,
    behaviour(operation),
    deprecated ? { tag: "deprecated" } : undefined,
  ];
}

/** What the client does on its own. */
function behaviour(operation: ApiOperation): string {
  const sentences = [
    `\`${operation.method} ${operation.path.replace(/`/g, "'")}\`.`,
    keySentence(operation),
    repeatSentence(operation),
    timeSentence(operation.policies),
  ];
  return sentences.filter((sentence) => sentence !== "").join(" ");
}

function keySentence({ idempotencyKey: key }: ApiOperation): string {
  if (key === undefined) return "";
  const place = key.in === "header" ? "header" : key.in === "query" ? "query parameter" : "member of the body";
  if (key.generated)
    return `Gets a new idempotency key (${place} \`${key.name.replace(/`/g, "'")}\`) unless you pass one.`;
  return `${key.optional ? "Takes" : "Needs"} an idempotency key (${place} \`${key.name.replace(/`/g, "'")}\`).`;
}

function repeatSentence({ policies, safe }: ApiOperation): string {
  const { retry, repeat } = policies;
  if (retry === false) return "Never retried.";
  const upTo = `up to ${retry.maxRetries} ${retry.maxRetries === 1 ? "time" : "times"}`;
  if (safe) return `Retried ${upTo}: it only reads.`;
  if (repeat === "always") return `Retried ${upTo}: repeating it changes nothing more.`;
  if (repeat === "keyed") return `Retried ${upTo}: the server executes one key once.`;
  return "Repeated only when it cannot have been processed: nothing says that the server supports keys.";
}

function timeSentence({ timeout: { attempt, total, idle }, streaming }: Policies): string {
  const parts = [
    attempt === false ? undefined : `${durationText(attempt)} an attempt`,
    total === false ? undefined : `${durationText(total)} in all`,
  ].filter((part) => part !== undefined);
  const silence = streaming && idle !== false ? `${durationText(idle)} of silence` : undefined;
  if (parts.length === 0) return silence === undefined ? "No time limit." : `Time: ${silence} after the headers.`;
  if (!streaming) return `Time: ${parts.join(", ")}.`;
  return `Time to the headers: ${parts.join(", ")}${silence === undefined ? "" : `; after them ${silence}`}.`;
}

/** `2 s`, `250 ms`, `5 min`. */
export function durationText(ms: number): string {
  if (ms >= 60_000 && ms % 60_000 === 0) return `${ms / 60_000} min`;
  return ms >= 1_000 ? `${ms / 1_000} s` : `${ms} ms`;
}
