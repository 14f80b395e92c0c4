import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

/** The package's own folder: this file runs from `dist/src` when installed, and from `src` in tests. */
const root = [new URL("../../", import.meta.url), new URL("../", import.meta.url)].find((url) =>
  existsSync(new URL("package.json", url)),
);

/** Path of a file that is part of the package. */
export function packageFile(name: string): string {
  return fileURLToPath(new URL(name, root));
}

export function packageVersion(): string {
  return (JSON.parse(readFileSync(packageFile("package.json"), "utf8")) as { version: string }).version;
}

/** URL of a page of the documentation, below `docs/`. */
export function docsUrl(page: string): string {
  const { homepage } = JSON.parse(readFileSync(packageFile("package.json"), "utf8")) as { homepage: string };
  return `${homepage.replace(/#.*/, "")}/blob/main/docs/${page}`;
}

/** What tells one build of the package from another, also of the same version. */
export function buildId(): string {
  return readFileSync(packageFile("dist/build-id"), "utf8");
}
