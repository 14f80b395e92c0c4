import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { bundled } from "../../scripts/lib/bundled-libraries.js";

const root = fileURLToPath(new URL("../../", import.meta.url));

interface Locked {
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
  readonly peerDependenciesMeta?: Readonly<Record<string, { readonly optional?: boolean }>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
}

const { packages } = JSON.parse(readFileSync(join(root, "package-lock.json"), "utf8")) as {
  readonly packages: Readonly<Record<string, Locked>>;
};

/** What npm installs beside resil-gen in an empty project: folders within `node_modules`. */
function installed(): string[] {
  const found = new Set<string>();
  const add = (locked: Locked | undefined, within: string): void => {
    const peers = Object.keys(locked?.peerDependencies ?? {}).filter(
      (name) => locked?.peerDependenciesMeta?.[name]?.optional !== true,
    );
    for (const name of [...Object.keys(locked?.dependencies ?? {}), ...peers]) {
      const path = [`${within}/node_modules/${name}`, `node_modules/${name}`].find((each) => packages[each]);
      if (path === undefined || found.has(path)) continue;
      found.add(path);
      add(packages[path], path);
    }
  };
  add(packages[""], "");
  return [...found];
}

function bytesIn(folder: string): number {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .reduce((sum, entry) => sum + statSync(join(entry.parentPath, entry.name)).size, 0);
}

test("installing the generator brings at most 30 packages and 16 MB", () => {
  const folders = [
    ...installed().map((path) => join(root, path)),
    ...["dist", "docs", "runtime"].map((name) => join(root, name)),
  ];
  expect(installed().length + 1).toBeLessThanOrEqual(30);
  expect(folders.reduce((sum, folder) => sum + bytesIn(folder), 0)).toBeLessThanOrEqual(16e6);
});

test("packages whose code is bundled are pinned, are not installed again, and stand in the notices with their license", () => {
  const { devDependencies = {} } = packages[""] ?? {};
  for (const name of ["openapi-typescript", "swagger2openapi", "typescript"]) {
    expect(devDependencies[name]).toMatch(/^\d+\.\d+\.\d+$/);
    expect(installed()).not.toContain(`node_modules/${name}`);
  }
  const notices = readFileSync(join(root, "THIRD-PARTY-NOTICES"), "utf8");
  for (const name of bundled) {
    const { version } = JSON.parse(readFileSync(join(root, "node_modules", name, "package.json"), "utf8")) as {
      readonly version: string;
    };
    expect(notices).toContain(`\n${name} ${version} (`);
  }
});

test("no file of the built generator imports a package that a user does not have", () => {
  const { dependencies = {} } = packages[""] ?? {};
  const files = readdirSync(join(root, "dist/src")).filter((name) => name.endsWith(".js"));
  const imported = files.flatMap((name) => {
    const text = readFileSync(join(root, "dist/src", name), "utf8");
    return [...text.matchAll(/(?:\bfrom|\bimport|\bimport\(|\brequire\()\s*"([@\w][^"]*)"/g)].map(
      ([, from = ""]) => from,
    );
  });
  const foreign = imported
    .filter((from) => !from.startsWith("node:") && !["fs", "path", "url", "http", "os", "util"].includes(from))
    .map((from) => from.split("/", from.startsWith("@") ? 2 : 1).join("/"));
  expect([...new Set(foreign)].filter((name) => !(name in dependencies))).toEqual([]);
});
