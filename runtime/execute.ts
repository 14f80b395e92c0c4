import type { CallOptions, Settled } from "./call.js";
import { CallReport } from "./call-report.js";
import { CallRun } from "./call-run.js";
import { type ClientHandle, valuesOf } from "./client.js";
import { type Core, closedFailure } from "./core.js";
import type { Operation, OperationInput } from "./operation.js";
import { type Failure, isFailure, type Outcome } from "./outcome.js";
import { withCallResilience } from "./overrides.js";
import type { Policies } from "./policies/types.js";
import { type PreparedRequest, prepareRequest } from "./request.js";
import { Sender } from "./send.js";

/** What a call is going to do, decided before anything is sent. */
interface CallPlan {
  readonly baseUrl: string;
  readonly request: PreparedRequest;
  readonly policies: Policies;
}

/** One call from its input to its end. Never rejects. */
export async function execute(
  client: ClientHandle,
  operation: Operation,
  input: OperationInput,
  options: CallOptions,
): Promise<Settled> {
  const core = client["~core"];
  const report = new CallReport(core, operation);
  const plan = planCall(client, operation, input, options);
  if (isFailure(plan)) return report.settled(plan, undefined);
  const { baseUrl, request, policies } = plan;
  const sender = new Sender(core, operation, request, { ...client["~context"].auth, ...options.auth }, report);
  const settings = {
    policies,
    ownLimitMs: ownLimitMs(operation.policies),
    isReplayable: request.isReplayable,
    listener: core.observe === undefined ? undefined : report,
  };
  const run = new CallRun(core.pipeline(operation, baseUrl), settings, (attempt) => sender.send(attempt));
  return report.settled(await watched(run, core, options.signal), run);
}

/**
 * Runs a call within reach of the caller's signal and of the client's end. Both reach as far as the stream that the call
 * may have opened; then nothing of it is left.
 */
async function watched(run: CallRun, core: Core, signal: AbortSignal | undefined): Promise<Outcome<unknown>> {
  const abort = (): void => {
    if (signal !== undefined) run.interrupt(abortedBy(signal));
  };
  const leave = (): void => {
    signal?.removeEventListener("abort", abort);
    core.ended(run);
  };
  signal?.addEventListener("abort", abort);
  core.running.add(run);
  const outcome = await run.start();
  if (outcome.ok && outcome.stream !== undefined) void outcome.stream.over.then(leave);
  else leave();
  return outcome;
}

function planCall(
  client: ClientHandle,
  operation: Operation,
  input: OperationInput,
  options: CallOptions,
): CallPlan | Failure {
  const core = client["~core"];
  if (core.isClosed) return closedFailure;
  if (options.signal?.aborted) return abortedBy(options.signal);
  const { resilience } = options;
  const policies = resilience === undefined ? operation.policies : withCallResilience(operation.policies, resilience);
  if (isFailure(policies)) return policies;
  const baseUrl = core.baseUrl(operation);
  const request = prepareRequest(operation, input, baseUrl, [valuesOf(client["~context"].headers), options.headers]);
  return isFailure(request) ? request : { baseUrl, request, policies };
}

/**
 * How long an attempt must have run for its being cut off to say something about the server: the operation's own
 * attempt timeout; where it has none, half of its deadline.
 */
function ownLimitMs({ timeout: { attempt, total } }: Policies): number {
  if (attempt !== false) return attempt;
  return total === false ? Number.POSITIVE_INFINITY : total / 2;
}

function abortedBy(signal: AbortSignal): Failure {
  return { ok: false, code: "aborted", sent: "no", cause: signal.reason as unknown };
}
