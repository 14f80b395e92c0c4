import type { ReportData } from "../data.js";
import { members, scopeLabel, warningBox } from "./detail.js";
import { type Child, h } from "./dom.js";
import { countText, glossary, groups, policyNames } from "./words.js";

/** Title, what there is in one sentence, and a bar of the shares. */
export function header({ title, source, operations }: ReportData): HTMLElement {
  const shares = groups
    .map(({ risk, name }) => ({ risk, name, count: operations.filter((one) => one.risk === risk).length }))
    .filter(({ count }) => count > 0);
  return h(
    "header",
    {},
    h("p", { class: "kicker" }, "Resilience report"),
    h("h1", {}, h("bdi", {}, title)),
    h(
      "p",
      { class: "lead" },
      `${countText(operations.length, "operation")} in `,
      h("bdi", {}, source),
      ". ",
      "What the generated client does when the server is slow, fails, or does not answer.",
    ),
    h(
      "div",
      { class: "shares", role: "img", "aria-label": shares.map(({ name, count }) => `${name}: ${count}`).join(", ") },
      ...shares.map(({ risk, count }) => {
        const share = h("span", { class: risk });
        share.style.flexGrow = String(count);
        return share;
      }),
    ),
    h(
      "ul",
      { class: "sums" },
      ...shares.map(({ risk, name, count }) => h("li", { class: risk }, h("b", {}, String(count)), ` ${name}`)),
    ),
  );
}

/** Warnings of all operations, alike ones together; `show` shows those that have one. */
export function warnings({ operations, warnings: all }: ReportData, show: (place: number) => void): Child {
  const counted = all.map((warning, place) => ({
    warning,
    place,
    count: operations.filter((operation) => operation.warnings.includes(place)).length,
  }));
  if (counted.length === 0) return false;
  const rank = ({ warning: { level } }: (typeof counted)[number]): number => (level === "high" ? 0 : 1);
  return h(
    "section",
    { class: "warnings" },
    h("h2", {}, "What to decide"),
    ...counted
      .sort((a, b) => rank(a) - rank(b) || b.count - a.count)
      .map(({ warning, place, count }) => {
        const box = warningBox(warning);
        const label = `show ${countText(count, "operation")}`;
        box.append(" ", h("button", { type: "button", class: "link", onclick: () => show(place) }, label));
        return box;
      }),
  );
}

/** Breakers, bulkheads and the like that several operations have in common. */
export function shared(data: ReportData): Child {
  const several = data.scopes.filter((scope) => scope.members.length > 1);
  if (several.length === 0) return false;
  return h(
    "section",
    { class: "shared" },
    h("h2", {}, "Shared by several operations"),
    h("p", {}, "When one of them makes a shared breaker open, or fills a shared bulkhead, the others are refused too."),
    h(
      "ul",
      { class: "plain" },
      ...several.map((scope) =>
        h(
          "li",
          {},
          h("strong", {}, policyNames[scope.policy]),
          ` of ${scopeLabel(scope)}, ${countText(scope.members.length, "operation")}: `,
          members(scope, data),
        ),
      ),
    ),
  );
}

/** What the document itself has wrong. */
export function problems({ problems: all }: ReportData): Child {
  if (all.length === 0) return false;
  return h(
    "details",
    { class: "problems" },
    h("summary", {}, `${countText(all.length, "remark")} on the document itself`),
    h(
      "ul",
      { class: "plain" },
      ...all
        .slice(0, 500)
        .map(({ code, message, hint, line }) =>
          h(
            "li",
            {},
            h("code", {}, code),
            ` ${line === undefined ? "" : `line ${line}: `}`,
            h("bdi", {}, message),
            " ",
            h("em", {}, hint),
          ),
        ),
    ),
  );
}

export function footer({ version }: ReportData): HTMLElement {
  return h(
    "footer",
    {},
    h(
      "details",
      { class: "words" },
      h("summary", {}, "What the words mean"),
      h("dl", {}, ...glossary.flatMap(([word, meaning]) => [h("dt", {}, word), h("dd", {}, meaning)])),
    ),
    h("p", { class: "small" }, `Made by resil-gen ${version}. This page loads nothing and sends nothing.`),
  );
}
