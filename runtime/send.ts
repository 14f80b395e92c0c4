import type { Attempt } from "./attempt.js";
import { type Authorization, type AuthValues, applyCredential, chosenSchemes } from "./auth.js";
import type { CallReport } from "./call-report.js";
import type { Core } from "./core.js";
import type { Middleware } from "./middleware.js";
import { networkFailure } from "./network-failure.js";
import type { Operation } from "./operation.js";
import { type Failure, isFailure, type Outcome } from "./outcome.js";
import { requestOf, sendFollowing, type WireRequest } from "./redirect.js";
import { authorized, type PreparedRequest } from "./request.js";
import { readResponse } from "./response.js";
import { openStream } from "./stream.js";

/** Sends the attempts of one call: asks for credentials, runs the middleware, and reads the answer. */
export class Sender {
  private readonly core: Core;
  private readonly operation: Operation;
  private readonly request: PreparedRequest;
  private readonly auth: AuthValues;
  private readonly report: CallReport;

  constructor(core: Core, operation: Operation, request: PreparedRequest, auth: AuthValues, report: CallReport) {
    this.core = core;
    this.operation = operation;
    this.request = request;
    this.auth = auth;
    this.report = report;
  }

  async send(attempt: Attempt): Promise<Outcome<unknown>> {
    let authorization: Authorization;
    try {
      authorization = await this.authorize();
    } catch (cause) {
      return { ok: false, code: "auth", sent: "no", cause };
    }
    if (attempt.isOver) return { ok: false, code: "aborted", sent: "no" };
    try {
      const response = await this.exchange(attempt, authorization);
      if (isFailure(response)) return response;
      attempt.sent = "yes";
      return await this.read(response, attempt);
    } catch (cause) {
      const failure = cause instanceof Stopped ? cause.failure : networkFailure(cause);
      return attempt.sent === "yes" ? { ...failure, sent: "yes" } : failure;
    }
  }

  private async authorize(): Promise<Authorization> {
    const authorization: Authorization = { headers: {}, query: [], cookies: [] };
    const { securitySchemes } = this.core.api;
    for (const name of chosenSchemes(this.operation.security ?? [], this.auth)) {
      const scheme = securitySchemes[name];
      const value = await this.core.credentials.ask(this.auth[name]);
      if (scheme !== undefined) applyCredential(scheme, value, authorization);
    }
    return authorization;
  }

  private read(response: Response, attempt: Attempt): Promise<Outcome<unknown>> {
    const { clock } = this.core;
    const { maxResponse, timeout } = this.operation.policies;
    attempt.progress();
    return readResponse(response, {
      operation: this.operation,
      maxBytes: maxResponse,
      nowMs: clock.date(),
      progress: () => attempt.progress(),
      warn: (message) => this.report.warned(message),
      open: (bytes) =>
        openStream(bytes, {
          clock,
          idleMs: timeout.idle,
          toError: (failure) => this.report.streamError(failure, attempt.number),
          toFailure: (cause) => ({ ...networkFailure(cause), sent: "yes" }),
        }),
    });
  }

  private exchange(attempt: Attempt, authorization: Authorization): Promise<Response | Failure> {
    const { url, headers } = authorized(this.request, authorization);
    const wire: WireRequest = { url, method: this.operation.method, headers, body: this.request.content };
    const { middleware } = this.core;
    return middleware.length === 0 ? this.transmit(wire, attempt) : this.throughMiddleware(middleware, wire, attempt);
  }

  private transmit(wire: WireRequest, attempt: Attempt): Promise<Response | Failure> {
    attempt.sent = "maybe";
    return sendFollowing(this.core.transport, wire, attempt.signal, this.operation.safe);
  }

  private throughMiddleware(middleware: readonly Middleware[], wire: WireRequest, attempt: Attempt): Promise<Response> {
    const networkFaults = new Set<unknown>();
    const transmit = async (request: Request): Promise<Response> => {
      const { url, method, headers } = request;
      const response = await this.transmit({ url, method, headers, body: undefined, request }, attempt).catch(
        (fault) => {
          networkFaults.add(fault);
          throw fault;
        },
      );
      if (isFailure(response)) throw new Stopped(response);
      return response;
    };
    const { id, method, path } = this.operation;
    const context = { operation: { id, method, path }, attempt: attempt.number };
    const chain = middleware.reduceRight<(request: Request) => Promise<Response>>(
      (next, run) => async (request) => run(request, next, context),
      transmit,
    );
    return chain(requestOf(wire, attempt.signal)).catch((fault) => {
      if (fault instanceof Stopped || networkFaults.has(fault)) throw fault;
      throw new Stopped({
        ok: false,
        code: "invalid-request",
        sent: attempt.sent,
        reason: middlewareThrew,
        cause: fault,
      });
    });
  }
}

const middlewareThrew = "was refused by a middleware";

/** Carries a failure out of the middleware. */
class Stopped extends Error {
  readonly failure: Failure;

  constructor(failure: Failure) {
    super(failure.reason ?? failure.code);
    this.failure = failure;
  }
}
