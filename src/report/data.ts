import type { Facts, Group, OperationFacts } from "../explain/index.js";
import { plainLine } from "../explain/words.js";
import { type Verdict, verdictOf } from "./verdict.js";

/** What operations with the same policies have in common, stored once. */
export interface PolicyFacts
  extends Pick<OperationFacts, "slowest" | "quickest" | "amplification" | "throughput" | "repeat"> {
  readonly values: readonly ReportValue[];
}

/** An active value, as text. */
export interface ReportValue {
  readonly name: string;
  readonly text: string;
  readonly from: string;
  /** Line of the document that sets the value, if the main document does. */
  readonly line?: number;
  /** Whether the document, an overlay, or the configuration sets it. */
  readonly isWritten: boolean;
}

export interface ReportOperation {
  readonly name: string;
  readonly method: string;
  readonly path: string;
  readonly summary: string;
  readonly tags: readonly string[];
  readonly isDeprecated: boolean;
  readonly group: Group;
  /** Name of the policy set in the generated client. */
  readonly policySet: string;
  /** File and line of the operation. `file` is absent if it is the main document. */
  readonly line: number;
  readonly file?: string;
  /** Indexes in the lists of {@link ReportData}. */
  readonly why: number;
  readonly policies: number;
  readonly scopes: readonly number[];
  readonly warnings: readonly number[];
}

export interface ReportScope {
  readonly policy: Facts["scopes"][number]["policy"];
  readonly scope: string;
  readonly service: string | undefined;
  /** Indexes in the list of operations. */
  readonly members: readonly number[];
}

/** Where and when the page is made. */
export interface PageContext {
  /** URL of the document, absolute or relative to the page. Absent if the page cannot link to it. */
  readonly documentUrl?: string;
  /** URL of the folder of the documentation, with a slash at its end. */
  readonly docsUrl: string;
  readonly toolVersion: string;
  /** `2026-01-31`. */
  readonly date: string;
}

/** The content of the page. Each text and each set of policies is stored once, so that 1,000 operations stay small. */
export interface ReportData extends PageContext {
  readonly title: string;
  readonly apiVersion: string;
  /** File name of the document. */
  readonly source: string;
  readonly verdict: Verdict;
  readonly operations: readonly ReportOperation[];
  readonly why: readonly string[];
  readonly policies: readonly PolicyFacts[];
  /** Scopes with several operations. */
  readonly scopes: readonly ReportScope[];
  readonly warnings: readonly OperationFacts["warnings"][number][];
  readonly problems: readonly { code: string; message: string; hint: string; line: number | undefined }[];
}

export function reportData(facts: Facts, context: PageContext): ReportData {
  const why = new Distinct<string>();
  const policies = new Distinct<PolicyFacts>();
  const warnings = new Distinct<OperationFacts["warnings"][number]>();
  const scopes = sharedScopes(facts);
  const operations = facts.operations.map((operation, index): ReportOperation => {
    const { slowest, quickest, amplification, throughput, repeat, at } = operation;
    const values = operation.values.filter(({ isActive }) => isActive).map((value) => reportValue(value, facts.source));
    return {
      name: plainLine(operation.name),
      method: plainLine(operation.method),
      path: plainLine(operation.path),
      summary: plainLine(operation.summary ?? ""),
      tags: operation.tags.map(plainLine),
      isDeprecated: operation.isDeprecated,
      group: operation.group,
      policySet: plainLine(operation.policySet),
      line: at.line,
      ...(at.file === facts.source ? {} : { file: fileName(at.file) }),
      why: why.indexOf(plainLine(operation.why)),
      policies: policies.indexOf({ values, slowest, quickest, amplification, throughput, repeat }),
      scopes: scopes.flatMap(({ members }, scope) => (members.includes(index) ? [scope] : [])),
      warnings: operation.warnings.map((warning) => warnings.indexOf(warning)),
    };
  });
  return {
    ...context,
    title: plainLine(facts.title),
    apiVersion: plainLine(facts.version ?? ""),
    source: fileName(facts.source),
    verdict: verdictOf(facts.operations),
    operations,
    why: why.all,
    policies: policies.all,
    scopes,
    warnings: warnings.all,
    problems: facts.problems.map(({ code, message, hint, line }) => ({
      code,
      message: plainLine(message),
      hint,
      line,
    })),
  };
}

function sharedScopes({ operations, scopes }: Facts): ReportScope[] {
  const indexes = new Map(operations.map(({ name }, index) => [name, index]));
  return scopes
    .filter(({ members }) => members.length > 1)
    .map(({ members, policy, scope, service }) => ({
      policy,
      scope: plainLine(scope),
      service: service === undefined ? undefined : plainLine(service),
      members: members.flatMap((name) => indexes.get(name) ?? []),
    }));
}

function reportValue({ name, text, origin }: OperationFacts["values"][number], source: string): ReportValue {
  const { at } = origin;
  return {
    name,
    text: plainLine(text),
    from: plainLine(origin.text),
    ...(at?.file === source ? { line: at.line } : {}),
    isWritten: at !== undefined,
  };
}

/** The page may be shared: the folders of its author don't belong in it. */
function fileName(path: string): string {
  return plainLine(path.split(/[\\/]/).at(-1) ?? "");
}

/** A list of distinct items. */
class Distinct<T> {
  readonly all: T[] = [];
  readonly #indexes = new Map<string, number>();

  /** Index of an item, which is added if it is new. */
  indexOf(item: T): number {
    const key = JSON.stringify(item);
    const known = this.#indexes.get(key);
    if (known !== undefined) return known;
    this.#indexes.set(key, this.all.length);
    return this.all.push(item) - 1;
  }
}
