import type { HttpCall } from "../call/http-call.js";
import type { Extension } from "../contract/extension.js";
import type { ByteStream } from "../serialize/body.js";
import { streamAnswer, textOf } from "./stream.js";

/** Items as they come; read once, by `for await`. Leaving the loop ends the stream. */
export interface JsonLines<Item> extends AsyncIterable<Item> {}

/** Reads JSON values that follow each other: a line each (NDJSON, JSON Lines), or after a record separator (RFC 7464). */
export const jsonLines: Extension = {
  read: (call, _attempt, response, type) =>
    /^application\/(x-ndjson|ndjson|jsonl|x-jsonl|json-seq|stream\+json)$/.test(type)
      ? streamAnswer(call, response, (bytes) => itemsOf(call, bytes))
      : undefined,
};

async function* itemsOf(call: HttpCall, bytes: ByteStream): AsyncGenerator<unknown> {
  let rest = "";
  for await (const text of textOf(bytes)) {
    const lines = (rest + text).replaceAll("\u001e", "\n").split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) if (line.trim() !== "") yield parsed(call, line);
  }
  if (rest.trim() !== "") yield parsed(call, rest);
}

function parsed(call: HttpCall, line: string): unknown {
  try {
    return JSON.parse(line) as unknown;
  } catch {
    throw call.error({ ok: false, code: "decode", sent: "yes", reason: "a line is not JSON" });
  }
}
