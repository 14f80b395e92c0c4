import { never } from "../base/clock.js";
import { inTime } from "../base/in-time.js";
import type { Failure, Outcome } from "../base/outcome.js";
import type { HttpCall } from "../call/http-call.js";
import type { Extension } from "../contract/extension.js";
import type { FallbackPolicy } from "../policies/types.js";
import { orInstead } from "./instead.js";

/** Gives a value when a call failed for good with a transient cause; without one, the failure with a message for people. */
export const valueFallback: Extension = {
  policy: "fallback.value",
  async around(call: HttpCall, next: () => Promise<Outcome<unknown>>): Promise<Outcome<unknown>> {
    const { fallback } = call.policies;
    const outcome = await next();
    return fallback ? orInstead(call, outcome, (failure) => given(call, fallback, failure)) : outcome;
  },
};

/** The policy's value: a copy for each caller, or what a function gives. */
async function given(call: HttpCall, policy: FallbackPolicy, failure: Failure): Promise<Outcome<unknown>> {
  const { value, message } = policy;
  const told = message === undefined ? failure : { ...failure, userMessage: message };
  if (!("value" in policy)) return told;
  let data: unknown;
  try {
    // A function is code of the caller's that takes its time: an abort must not wait for it.
    const asked = typeof value === "function" ? Promise.resolve(value(call.error(failure))) : undefined;
    data = asked === undefined ? structuredClone(value) : await inTime(call, asked, never);
  } catch {
    // The failure says more than that its fallback failed too.
    return told;
  }
  const status = Object.keys(call.operation.responses).find((key) => /^2\d\d$/.test(key));
  return { ok: true, data, status: Number(status ?? 200), response: undefined, source: "value" };
}
