import type { ApiOperation } from "../ir/index.js";
import { actualCapacity } from "./dependency.js";
import { run } from "./run.js";
import type { Scenario } from "./scenario.js";
import { type Series, type Summary, seriesOf, summaryOf } from "./summary.js";
import { patienceOf, variantsOf } from "./variants.js";

export { type Scenario, type ScenarioFlags, scenarioOf } from "./scenario.js";

/** What became of the same calls under one way of making them. */
export interface VariantResult {
  readonly id: "none" | "retries" | "policies";
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
  /** Requests per second that the dependency can do. */
  readonly capacity: number;
  /** A call that took longer came too late. */
  readonly patienceMs: number;
  /** Whether repeating changes something: a change that was executed twice is counted. */
  readonly isChange: boolean;
  readonly variants: readonly VariantResult[];
}

/**
 * Runs a scenario without policies, with retries only, and with the operation's policies.
 *
 * @param began hears the name of each run when it begins: many calls take a while
 */
export async function simulate(
  operation: ApiOperation,
  scenario: Scenario,
  began: (name: string) => void = () => {},
): Promise<Simulation> {
  const patienceMs = patienceOf(operation.policies);
  const variants: VariantResult[] = [];
  for (const { id, name, description, policies } of variantsOf(operation.policies)) {
    began(name);
    const measure = await run(operation, policies, scenario, patienceMs);
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
    operation: operation.name,
    method: operation.method,
    path: operation.path,
    scenario,
    capacity: actualCapacity(scenario),
    patienceMs,
    isChange: !operation.safe,
    variants,
  };
}
