import type { BreakerHealth, HealthClient, Watched } from "./breaker-health.js";
import { type CheckResult, type Checks, checkTimeouts, resultsOf } from "./checks.js";
import { callOf, type Probe, waitsForProbe } from "./probe.js";
import { isStopping as isDraining } from "./stopping.js";

/** The clients of a process, by the names that the report shows. */
export type Clients = Readonly<Record<string, HealthClient>>;

/** The health of the services behind the clients, from the state of the breakers, and of the process's own dependencies. */
export interface HealthReport {
  /**
   * `ok`: every breaker is closed, and every check passed. `degraded`: some breaker is not closed, and the process still
   * works. `unavailable`: the process wants no requests.
   */
  readonly status: "ok" | "degraded" | "unavailable";
  /** Whether the process wants requests: `true` unless `unavailable`. */
  readonly ready: boolean;
  /** The breakers that are not closed, and the critical ones, by client. */
  readonly clients: Readonly<Record<string, readonly BreakerHealth[]>>;
  /** Results of `checks`, by name; absent if there are none. */
  readonly checks?: Readonly<Record<string, CheckResult>>;
}

/** Options of a health report. */
export interface HealthOptions<Given extends Clients = Clients> {
  /** Whether the process is shutting down: it is not ready then. `drainOnSignal` reports this without the option. */
  readonly isStopping?: (() => boolean) | undefined;
  /**
   * By client, a safe operation (its name, for an api; or a function that calls it) that the health check calls when the
   * cool-down of a critical breaker is over. The process stays unready until that succeeds. Give the operation and the
   * critical one a common `breaker.scope`, so that the call closes the breaker.
   */
  readonly probe?: { readonly [Name in keyof Given]?: Probe<Given[Name]> | undefined } | undefined;
  /** The process's own dependencies, by name: the process is not ready while one fails. */
  readonly checks?: Checks | undefined;
}

/** Options without `checks`, whose report needs no waiting. */
export type InstantOptions<Given extends Clients = Clients> = HealthOptions<Given> & { readonly checks?: undefined };

/**
 * Reports the health of a process: of the services behind its clients, from the state of their breakers, and of its own
 * dependencies, from `checks`.
 *
 * Only a breaker that is marked `critical` makes the process unready: while it is open; and with a `probe` until it has
 * closed, so that an orchestrator sees one outage and no flapping.
 */
export function health<Given extends Clients>(clients: Given, options?: InstantOptions<Given>): HealthReport;
export function health<Given extends Clients>(
  clients: Given,
  options?: HealthOptions<Given>,
): HealthReport | Promise<HealthReport>;
export function health<Given extends Clients>(
  clients: Given,
  options: HealthOptions<Given> = {},
): HealthReport | Promise<HealthReport> {
  const { checks } = options;
  checkOptions(clients, options);
  if (checks === undefined) return reportOf(clients, options);
  return resultsOf(checks).then((results) => {
    const report = reportOf(clients, options);
    const isUnavailable = !report.ready || Object.values(results).some((result) => result !== "ok");
    return { ...report, status: isUnavailable ? "unavailable" : report.status, ready: !isUnavailable, checks: results };
  });
}

/**
 * @throws TypeError for a probe that is no operation of its client
 * @throws RangeError for an invalid timeout
 */
export function checkOptions<Given extends Clients>(clients: Given, { probe, checks }: HealthOptions<Given>): void {
  for (const [name, client] of Object.entries(clients)) if (probe?.[name]) callOf(client, name, probe[name]);
  checkTimeouts(checks ?? {});
}

function reportOf<Given extends Clients>(clients: Given, { isStopping, probe }: HealthOptions<Given>): HealthReport {
  const told = Object.entries(clients).map(([name, client]) => {
    const watched = clientOf(client);
    const breakers = breakersOf(watched);
    return { name, breakers, isHeld: waitsForProbe(watched, client, breakers, name, probe?.[name]) };
  });
  const isUnavailable =
    isStopping?.() === true ||
    Object.values(clients).some((client) => isDraining(clientOf(client))) ||
    told.some(({ isHeld }) => isHeld);
  const isDegraded = told.some(({ breakers }) => breakers.some(({ state }) => state !== "closed"));
  const status = isUnavailable ? "unavailable" : isDegraded ? "degraded" : "ok";
  const byClient = Object.fromEntries(told.map(({ name, breakers }) => [name, breakers]));
  return { status, ready: !isUnavailable, clients: byClient };
}

function clientOf(client: HealthClient): Watched {
  return "$client" in client ? client.$client : client;
}

function breakersOf({ resilience }: Watched): readonly BreakerHealth[] {
  return resilience.snapshot().flatMap(({ scope, breaker }) => {
    if (breaker === undefined || (breaker.state === "closed" && !breaker.critical)) return [];
    const { state, critical } = breaker;
    return [{ scope, state, critical }];
  });
}
