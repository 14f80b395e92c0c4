import type { ReportData, ReportOperation } from "../data.js";
import { type Child, h } from "./dom.js";
import { countText, policyNames } from "./words.js";

type Scope = ReportData["scopes"][number];

const namedMembers = 4;

/** Breakers, bulkheads, rate limits, and budgets that several operations share. */
export function shared(data: ReportData): Child {
  if (data.scopes.length === 0) return false;
  const items = data.scopes.map((scope) =>
    h(
      "li",
      {},
      h("strong", {}, policyNames[scope.policy]),
      ` of ${scopeLabel(scope)}, ${countText(scope.members.length, "operation")}: `,
      memberNames(scope.members, data),
    ),
  );
  return h(
    "section",
    { class: "shared" },
    h("h2", {}, "Shared by several operations"),
    h(
      "p",
      {},
      "If one operation opens a shared breaker or fills a shared bulkhead, calls of the others are rejected too.",
    ),
    h("ul", { class: "plain" }, ...items),
  );
}

/** What one operation shares with others, if anything. */
export function sharedBy({ scopes }: ReportOperation, data: ReportData): Child {
  const items = scopes
    .flatMap((index) => data.scopes[index] ?? [])
    .map((scope) =>
      h(
        "li",
        {},
        h("strong", {}, policyNames[scope.policy]),
        ` of ${scopeLabel(scope)}, with ${countText(scope.members.length - 1, "other operation")}: `,
        memberNames(scope.members, data),
      ),
    );
  return (
    items.length > 0 &&
    h("section", {}, h("h4", {}, "Shared with other operations"), h("ul", { class: "plain" }, ...items))
  );
}

function scopeLabel({ scope, service }: Scope): string {
  return scope === "service" ? `the service ${service ?? "at the client’s baseUrl"}` : `‘${scope}’`;
}

/** The first few members, and the others on demand. */
function memberNames(members: Scope["members"], data: ReportData): HTMLElement {
  const names = (indexes: readonly number[]): string => indexes.map((index) => data.operations[index]?.name).join(", ");
  if (members.length <= namedMembers + 2) return h("bdi", { class: "small" }, names(members));
  const rest = h("details", { class: "small" });
  const summary = `${names(members.slice(0, namedMembers))}, and ${members.length - namedMembers} more`;
  rest.append(h("summary", {}, h("bdi", {}, summary)));
  rest.addEventListener("toggle", () => {
    if (rest.open && rest.childElementCount === 1) rest.append(h("bdi", {}, names(members.slice(namedMembers))));
  });
  return rest;
}
