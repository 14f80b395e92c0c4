export type { BreakerHealth, HealthClient } from "./health/breaker-health.js";
export type { Check, CheckFunction, CheckResult, Checks } from "./health/checks.js";
export { type Drain, type DrainableServer, type DrainOptions, type DrainStep, drainOnSignal } from "./health/drain.js";
export { fetchHealth, type HealthHandlerOptions, nodeHealth } from "./health/handlers.js";
export type { Probe } from "./health/probe.js";
export { type Clients, type HealthOptions, type HealthReport, health, type InstantOptions } from "./health/report.js";
