// Every link of a page leads somewhere, and every page of docs/ is found from its first one.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

const root = fileURLToPath(new URL("../../", import.meta.url));
const ofDocs = readdirSync(`${root}docs`).filter((name) => name.endsWith(".md"));
const pages = [
  "README.md",
  "CONTRIBUTING.md",
  "SECURITY.md",
  "examples/README.md",
  ...ofDocs.map((name) => `docs/${name}`),
];

/** What a page says outside of its fences. */
function textOf(page: string): string {
  return readFileSync(root + page, "utf8").replaceAll(/^( *)```.*?^ *```/gms, "");
}

function linksOf(page: string): string[] {
  return [...textOf(page).matchAll(/\]\(([^)\s]+)\)/g)].map(([, link = ""]) => link);
}

/** The anchors of a page, as GitHub makes them of its headings. */
function anchorsOf(page: string): string[] {
  const headings = [...textOf(page).matchAll(/^#+ (.*)$/gm)].map(([, heading = ""]) => heading);
  return headings.map((heading) =>
    heading
      .toLowerCase()
      .replaceAll(/&lt;|&gt;|[^\p{L}\p{N}\- _]/gu, "")
      .replaceAll(" ", "-"),
  );
}

test.each(pages)("the links of %s", (page) => {
  const dead = linksOf(page)
    .filter((link) => !link.startsWith("http"))
    .filter((link) => {
      const [file = "", anchor] = link.split("#");
      const target = file === "" ? page : join(dirname(page), file);
      return !existsSync(root + target) || (anchor !== undefined && !anchorsOf(target).includes(anchor));
    });
  expect(dead).toEqual([]);
});

test("docs/README.md names every page", () => {
  const named = linksOf("docs/README.md");
  expect(ofDocs.filter((page) => page !== "README.md" && !named.includes(page))).toEqual([]);
});
