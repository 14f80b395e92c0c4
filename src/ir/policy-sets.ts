import type { OperationPolicies } from "../policies/index.js";
import type { PolicySet } from "./api.js";
import { camelCase, pascalCase } from "./identifiers.js";
import type { Names } from "./names.js";

/** The distinct policy sets of a client, named so that another operation renames none. */
export class PolicySets {
  private readonly names: Names;
  private readonly sets = new Map<string, PolicySet & { readonly text: string }>();

  constructor(names: Names) {
    this.names = names;
  }

  /** A set is named by preset and class; one with settings of its own by its operation. */
  nameOf(operation: string, decided: OperationPolicies): string {
    const text = JSON.stringify(decided.policies);
    const shared = decided.isOwn || cannotShareCalls(decided) ? undefined : sharedName(decided);
    const known = shared === undefined ? undefined : this.sets.get(shared);
    if (known?.text === text) return known.name;
    const key = known === undefined && shared !== undefined ? shared : `${operation}Policies`;
    const name = this.names.claim(key, `policies of ${operation}`);
    const docs = key === shared ? sharedDocs(decided) : `For \`${operation}\`.`;
    const preset = key === shared ? camelCase(decided.preset) : undefined;
    this.sets.set(key, { name, preset, docs, policies: decided.policies, text });
    return name;
  }

  all(): PolicySet[] {
    const sets = [...this.sets.values()].map(({ text: _, ...set }) => set);
    return sets.sort((a, b) => (a.name < b.name ? -1 : 1));
  }
}

const classes = {
  safe: "operations that only read",
  idempotent: "PUT and DELETE",
  mutating: "POST and PATCH",
  keyed: "operations that the server executes once under one key",
};

/** Of the operations that only read those that are no GETs cannot share calls: where GETs do, their set is another. */
function cannotShareCalls({ kind, leaves }: OperationPolicies): boolean {
  return kind === "safe" && leaves.get("coalesce")?.origin.source === "derived";
}

function sharedDocs({ kind, policies: { repeat, streaming }, preset }: OperationPolicies): string {
  const whose = classes[repeat === "keyed" ? "keyed" : kind];
  return `For ${whose}${streaming ? ", as a stream or a file" : ""}, by the preset \`${preset}\`.`;
}

function sharedName({ kind, policies, preset }: OperationPolicies): string {
  const cls = policies.repeat === "keyed" ? "keyed" : kind;
  const form = policies.streaming ? (cls === "safe" ? "stream" : `${cls}Stream`) : cls;
  return `${form}${pascalCase(preset)}`;
}
