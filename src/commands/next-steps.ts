import { existsSync } from "node:fs";
import { dirname, join, relative, resolve, sep } from "node:path";
import { visibleInline } from "../diagnostics/visible.js";
import type { GenerateReport } from "../generate.js";

/** After the first run: what is still to be installed, and how the client is used. */
export function nextSteps(
  { isNew, entry, packages, summary }: Pick<GenerateReport, "isNew" | "entry" | "packages" | "summary">,
  output: string,
): string {
  if (!isNew) return "";
  const missing = packages.filter((name) => !isInstalled(name, output));
  const install = missing.length === 0 ? [] : [`  npm install ${missing.join(" ")}`, ""];
  const base = JSON.stringify(`https://api.example.com${visibleInline(summary?.basePath ?? "")}`);
  const lines = [
    ...install,
    `  import { createApi } from ${JSON.stringify(specifierOf(join(output, entry)))};`,
    "",
    `  const api = createApi(${summary?.hasServer === true ? "" : `{ baseUrl: ${base} }`});`,
  ];
  return `\nNext: ${missing.length === 0 ? "use the client:" : "install what it needs, and use it:"}\n\n${lines.join("\n")}\n`;
}

/** As a file in the working directory imports it. */
function specifierOf(file: string): string {
  const path = relative("", resolve(file)).split(sep).join("/");
  return path.startsWith(".") ? path : `./${path}`;
}

/** Whether Node finds a package from the client's folder. */
function isInstalled(name: string, output: string): boolean {
  for (let folder = resolve(output); ; folder = dirname(folder)) {
    if (existsSync(join(folder, "node_modules", name))) return true;
    if (dirname(folder) === folder) return false;
  }
}
