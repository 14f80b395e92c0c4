import { inTime } from "../base/in-time.js";
import type { Failure, Outcome } from "../base/outcome.js";
import type { CallScope, Extension } from "../contract/extension.js";
import type { FallbackPolicy } from "../policies/types.js";
import { orInstead } from "./transient-fallback.js";

/** Gives a value when a call failed for good with a transient cause; without one, the failure with a message for people. */
export const valueFallback: Extension = {
  policy: "fallback.value",
  async around(call: CallScope, next: () => Promise<Outcome<unknown>>): Promise<Outcome<unknown>> {
    const { fallback } = call.policies;
    const outcome = await next();
    return fallback ? orInstead(call, outcome, (failure) => given(call, fallback, failure)) : outcome;
  },
};

/** How long a function may take beyond the deadline, and where there is none, in ms. */
const graceMs = 1_000;
const longestMs = 30_000;

/** A call must end, whatever its fallback does. */
function patienceOf({ core, run }: CallScope): number {
  const left = (run?.deadlineAt ?? 0) - core.clock.now();
  return Math.min(Math.max(left, graceMs), longestMs);
}

/** The policy's value: a copy for each caller, or what a function gives. */
async function given(call: CallScope, policy: FallbackPolicy, failure: Failure): Promise<Outcome<unknown>> {
  const { value, message } = policy;
  const told = message === undefined ? failure : { ...failure, userMessage: message };
  if (!("value" in policy)) return told;
  let data: unknown;
  try {
    // A function is code of the caller's that takes its time: an abort must not wait for it.
    const asked = typeof value === "function" ? Promise.resolve(value(call.error(failure))) : undefined;
    data = asked === undefined ? structuredClone(value) : await inTime(call, asked, patienceOf(call));
  } catch {
    // The failure says more than that its fallback failed too.
    return told;
  }
  if (data === undefined && typeof value === "function") return told;
  const status = Number(Object.keys(call.operation.responses).find((key) => /^2\d\d$/.test(key)) ?? 200);
  return { ok: true, data, status, response: responseOf(data, status), source: "value" };
}

/** The response that a server would have given the value in. */
function responseOf(data: unknown, status: number): Response {
  const isEmpty = data === undefined || [204, 205].includes(status);
  if (isEmpty) return new Response(null, { status });
  if (data instanceof Blob) return new Response(data, { status });
  const isText = typeof data === "string";
  const headers = { "content-type": isText ? "text/plain" : "application/json" };
  try {
    return new Response(isText ? data : JSON.stringify(data), { status, headers });
  } catch {
    // A value of a function may be anything.
    return new Response(null, { status });
  }
}
