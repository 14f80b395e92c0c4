import type { Facts, OperationFacts, Risk } from "../explain/index.js";
import { plainLine } from "../explain/words.js";

/** What many operations have in common, once. */
export interface PolicyFacts
  extends Pick<OperationFacts, "slowest" | "quickest" | "amplification" | "throughput" | "repeat"> {
  readonly values: readonly ReportValue[];
}

/** A value that has an effect, in words. */
export interface ReportValue {
  readonly name: string;
  readonly text: string;
  readonly from: string;
  /** Whether a person wrote it. */
  readonly isWritten: boolean;
}

export interface ReportOperation {
  readonly name: string;
  readonly method: string;
  readonly path: string;
  readonly summary: string;
  readonly tags: readonly string[];
  readonly isDeprecated: boolean;
  readonly risk: Risk;
  /** Places in the lists of {@link ReportData}. */
  readonly why: number;
  readonly policies: number;
  readonly scopes: readonly number[];
  readonly warnings: readonly number[];
}

export interface ReportScope {
  readonly policy: Facts["scopes"][number]["policy"];
  readonly scope: string;
  readonly service: string | undefined;
  /** Places in the list of operations. */
  readonly members: readonly number[];
}

/** What the page is made from: every text and every set of policies once, so that 1,000 operations stay small. */
export interface ReportData {
  readonly title: string;
  readonly source: string;
  readonly version: string;
  readonly operations: readonly ReportOperation[];
  readonly why: readonly string[];
  readonly policies: readonly PolicyFacts[];
  readonly scopes: readonly ReportScope[];
  readonly warnings: readonly OperationFacts["warnings"][number][];
  readonly problems: readonly { code: string; message: string; hint: string; line: number | undefined }[];
}

export function reportData(facts: Facts, version: string): ReportData {
  const why = new Distinct<string>();
  const policies = new Distinct<PolicyFacts>();
  const warnings = new Distinct<OperationFacts["warnings"][number]>();
  const places = new Map(facts.operations.map(({ name }, index) => [name, index]));
  const operations = facts.operations.map((operation): ReportOperation => {
    const { slowest, quickest, amplification, throughput, repeat } = operation;
    const values = operation.values.filter(({ isActive }) => isActive).map(reportValue);
    return {
      name: plainLine(operation.name),
      method: plainLine(operation.method),
      path: plainLine(operation.path),
      summary: plainLine(operation.summary ?? ""),
      tags: operation.tags.map(plainLine),
      isDeprecated: operation.isDeprecated,
      risk: operation.risk,
      why: why.placeOf(plainLine(operation.why)),
      policies: policies.placeOf({ values, slowest, quickest, amplification, throughput, repeat }),
      scopes: operation.scopes,
      warnings: operation.warnings.map((warning) => warnings.placeOf(warning)),
    };
  });
  return {
    title: plainLine(facts.title),
    // The page may be shown to others: they need not know the folders of whoever made it.
    source: plainLine(facts.source.split(/[\\/]/).at(-1) ?? ""),
    version,
    operations,
    why: why.all,
    policies: policies.all,
    scopes: facts.scopes.map(({ members, policy, scope, service }) => ({
      policy,
      scope: plainLine(scope),
      service: service === undefined ? undefined : plainLine(service),
      members: members.flatMap((name) => places.get(name) ?? []),
    })),
    warnings: warnings.all,
    problems: facts.problems.map(({ code, message, hint, line }) => ({
      code,
      message: plainLine(message),
      hint,
      line,
    })),
  };
}

function reportValue({ name, text, origin }: OperationFacts["values"][number]): ReportValue {
  return { name, text: plainLine(text), from: plainLine(origin.text), isWritten: origin.at !== undefined };
}

/** A list in which everything stands once. */
class Distinct<T> {
  readonly all: T[] = [];
  readonly #places = new Map<string, number>();

  placeOf(item: T): number {
    const key = JSON.stringify(item);
    const known = this.#places.get(key);
    if (known !== undefined) return known;
    this.#places.set(key, this.all.length);
    return this.all.push(item) - 1;
  }
}
