import type { BreakerState } from "../../src/policies/circuit-breaker.js";
import type { WatchedClient } from "../watched.js";

/** What a health report reads of a client. */
export type Watched = Pick<WatchedClient, "resilience">;

/** A client, or an api made by `createApi`. */
export type HealthClient = Watched | { readonly $client: Watched };

/** The health of one breaker. */
export interface BreakerHealth {
  /** `operation:<id>`, `service:<origin>`, or a name from the document. */
  readonly scope: string;
  /** `half-open`: the cool-down is over, and probes may pass. */
  readonly state: BreakerState;
  /** Whether the process is not ready while the breaker is open (`breaker.critical`). */
  readonly critical: boolean;
}
