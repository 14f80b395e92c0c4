import type { Problems, Spot } from "../diagnostics/index.js";
import { besides } from "../diagnostics/locate.js";
import { isWritten, type Leaf } from "./origin.js";

interface Member {
  readonly operation: string;
  readonly leaves: Map<string, Leaf>;
}

/**
 * One scope has one set of numbers. Where an unwritten number differs between the operations that share a scope (a
 * window that grew with an attempt timeout), the largest holds for all; two written ones are a mistake.
 */
export function alignScopes(members: readonly Member[], problems: Problems): void {
  for (const policy of ["breaker", "bulkhead", "rateLimit"]) {
    const scopes = new Map<string, Member[]>();
    for (const member of members) {
      const scope = member.leaves.get(`${policy}.scope`)?.value;
      if (member.leaves.get(policy)?.value !== true || typeof scope !== "string" || scope === "operation") continue;
      scopes.set(scope, [...(scopes.get(scope) ?? []), member]);
    }
    for (const [scope, sharing] of scopes) align(policy, scope, sharing, problems);
  }
}

function align(policy: string, scope: string, members: readonly Member[], problems: Problems): void {
  const names = [...(members[0]?.leaves.keys() ?? [])].filter((name) => name.startsWith(`${policy}.`));
  for (const name of names) {
    const leaves = members.flatMap(({ operation, leaves: all }) => {
      const leaf = all.get(name);
      return leaf === undefined ? [] : [{ operation, leaf }];
    });
    const [first] = leaves;
    const other = leaves.find(({ leaf }) => JSON.stringify(leaf.value) !== JSON.stringify(first?.leaf.value));
    if (first === undefined || other === undefined) continue;
    const written = leaves.filter(({ leaf }) => isWritten(leaf));
    const differing = written.find(({ leaf }) => JSON.stringify(leaf.value) !== JSON.stringify(written[0]?.leaf.value));
    if (differing !== undefined && written[0] !== undefined) {
      const place = besides(written[0].leaf.origin.at, differing.leaf.origin.at);
      const values = `${JSON.stringify(written[0].leaf.value)} (${[written[0].operation, place].filter(Boolean).join(", ")}) and ${JSON.stringify(differing.leaf.value)}`;
      problems.add(
        "scopeConflict",
        `${differing.operation}: scope '${scope}' has different values of ${name}: ${values}.`,
        "Use the same value everywhere, or set another scope on this operation.",
        differing.leaf.origin.at as Spot,
      );
    }
    const chosen =
      written[0]?.leaf ?? leaves.map(({ leaf }) => leaf).reduce((a, b) => (Number(b.value) > Number(a.value) ? b : a));
    for (const { leaves: all } of members) all.set(name, chosen);
  }
}
