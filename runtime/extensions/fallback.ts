import { abortedBy } from "../abort-listeners.js";
import type { Extension } from "../extension.js";
import type { HttpCall } from "../http-call.js";
import type { Answer, Failure, Outcome } from "../outcome.js";
import type { FallbackPolicy } from "../policies/types.js";
import { StaleAnswers } from "./stale-answers.js";

/**
 * Gives something else when a call failed for good with a transient cause: an earlier answer, then a value, then the
 * failure with a message for people. Never for a 4xx: that is an answer.
 */
export const fallback: Extension = {
  policy: "fallback",
  async around(call: HttpCall, next: () => Promise<Outcome<unknown>>): Promise<Outcome<unknown>> {
    const { fallback: policy } = call.policies;
    if (!policy) return next();
    const stale = policy.stale === false || !call.operation.safe ? undefined : new StaleAnswers(call, policy.stale);
    const outcome = await next();
    if (outcome.ok) {
      void stale?.keep(outcome);
      return outcome;
    }
    if (!isTransient(outcome)) return outcome;
    const given = async (): Promise<Outcome<unknown> | undefined> =>
      (await stale?.find()) ?? givenValue(call, policy, outcome);
    const answer = await unlessAborted(call, given());
    if (answer?.ok === false) return answer;
    if (answer === undefined)
      return policy.message === undefined ? outcome : { ...outcome, userMessage: policy.message };
    call.emit?.("fallback", { source: answer.source, because: outcome.code, ageMs: answer.ageMs });
    return answer;
  },
};

const transient: readonly Failure["code"][] = [
  "network",
  "timeout",
  "deadline",
  "breaker-open",
  "bulkhead-full",
  "rate-limited",
];

function isTransient({ code, status = 0, permanent }: Failure): boolean {
  return (
    (transient.includes(code) && !permanent) ||
    (status >= 500 && status !== 501 && status !== 505 && (code === "http" || code === "unexpected-response"))
  );
}

/** What a promise comes to, or the caller's abort. The fallback may be code of the caller's that takes its time. */
function unlessAborted<T>({ core, signal }: HttpCall, promise: Promise<T>): Promise<T | Failure> {
  return new Promise((resolve, reject) => {
    const deafen = core.aborts.add(signal, () => {
      deafen();
      resolve(abortedBy(signal));
    });
    promise.finally(deafen).then(resolve, reject);
  });
}

/** The policy's value: a copy for each caller, or what a function gives. */
async function givenValue(
  call: HttpCall,
  policy: FallbackPolicy,
  failure: Failure,
): Promise<Answer<unknown> | undefined> {
  if (!("value" in policy)) return undefined;
  const { value } = policy;
  let data: unknown;
  try {
    data = typeof value === "function" ? await value(call.error(failure)) : structuredClone(value);
  } catch {
    // The failure says more than that its fallback failed too.
    return undefined;
  }
  const status = Object.keys(call.operation.responses).find((key) => /^2\d\d$/.test(key));
  return { ok: true, data, status: Number(status ?? 200), response: undefined, source: "value" };
}
