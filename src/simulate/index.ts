import type { InspectedOperation } from "../inspect.js";
import { actualCapacity } from "./dependency.js";
import { run } from "./run.js";
import type { Scenario } from "./scenario.js";
import { type Series, type Summary, seriesOf, summaryOf } from "./summary.js";
import { patienceOf, type Variant, variantsOf } from "./variants.js";

export { type Scenario, type ScenarioFlags, scenarioOf } from "./scenario.js";

/** The result of the calls under one variant. */
export interface VariantResult {
  readonly id: Variant["id"];
  readonly name: string;
  readonly description: string;
  readonly hasBreaker: boolean;
  readonly summary: Summary;
  readonly series: Series;
}

export interface Simulation {
  readonly operation: string;
  readonly method: string;
  readonly path: string;
  readonly scenario: Scenario;
  /** Requests per second that the server can handle. */
  readonly capacity: number;
  /** A call that takes longer counts as failed. */
  readonly patienceMs: number;
  /** Whether the operation changes data. If so, duplicate executions count. */
  readonly isWrite: boolean;
  readonly variants: readonly VariantResult[];
}

/**
 * Runs a scenario with the policies of an operation, without policies, and with retries only.
 *
 * @param began receives the name of each run when it starts
 */
export async function simulate(
  operation: Pick<InspectedOperation, "api" | "decided">,
  scenario: Scenario,
  began: (name: string) => void = () => {},
): Promise<Simulation> {
  const { api } = operation;
  const patienceMs = patienceOf(api.policies);
  const variants: VariantResult[] = [];
  for (const { id, name, description, policies } of variantsOf(operation)) {
    began(name);
    const measure = await run(api, policies, scenario, patienceMs);
    variants.push({
      id,
      name,
      description,
      hasBreaker: policies.breaker !== false,
      summary: summaryOf(measure, scenario),
      series: seriesOf(measure),
    });
  }
  return {
    operation: api.name,
    method: api.method,
    path: api.path,
    scenario,
    capacity: actualCapacity(scenario),
    patienceMs,
    isWrite: !api.safe,
    variants,
  };
}
