import type { ImportExtension } from "../config/types.js";
import { type Block, fill, type TemplateImport } from "./template.js";

/** A file of the client, as it will be written. */
export interface EmittedFile {
  /** Relative to the output folder, with `/`. */
  readonly path: string;
  readonly text: string;
}

/** How emitted files refer to each other and to the runtime. */
export interface EmitSettings {
  /** First lines of every file. They name neither version nor document, so that a release changes no file but one. */
  readonly header: string;
  /** What made the client from what, for `index.ts` alone. */
  readonly origin: string;
  readonly runtime: "copy" | "package";
  readonly importExtension: ImportExtension;
  /** Told how much text is there; throws when it is too much. */
  spend(characters: number): void;
}

/** The modules that emitted files import, by the names that templates use for them. */
const modulePaths: Readonly<Record<string, string>> = {
  "resil-gen-runtime": "runtime/index",
  "resil-gen-runtime/mocks": "runtime/mocks",
  "./client.js": "client",
  "./errors.js": "errors",
  "./schema.js": "schema",
  "./policies.js": "policies",
  "./webhooks.js": "webhooks",
};

/** Comments and texts, which name nothing, and names; one before a colon is a member's. */
const tokens = /\/\*[\s\S]*?\*\/|"(?:[^"\\\n]|\\.)*"|[\p{ID_Start}$_][\p{ID_Continue}$]*(?!\??:)/gu;

/** Collects the text of one file and what it imports; an import that nothing uses cannot come about. */
export class SourceFile {
  readonly path: string;
  private readonly settings: EmitSettings;
  private readonly chunks: string[] = [];
  /** By module, then by local name. */
  private readonly imports = new Map<string, Map<string, TemplateImport>>();
  /** Names that were imported for a text that has not come yet. It may never come: `unknown` swallows a union. */
  private readonly pending = new Set<string>();
  private readonly settled = new Set<string>();

  constructor(path: string, settings: EmitSettings) {
    this.path = path;
    this.settings = settings;
  }

  /** Adds a statement. */
  add(text: string): void {
    this.settings.spend(text.length);
    this.chunks.push(text);
    if (!this.mayUsePending(text)) return;
    for (const [name] of text.matchAll(tokens)) if (this.pending.delete(name)) this.settled.add(name);
  }

  /** A quick look; a few names are sought faster than a text is taken apart. */
  private mayUsePending(text: string): boolean {
    if (this.pending.size > 8) return true;
    for (const name of this.pending) if (text.includes(name)) return true;
    return false;
  }

  /** Counts text that is made now and added later, with much else. */
  spend(text: string): string {
    this.settings.spend(text.length);
    return text;
  }

  /** Adds a statement of a template. */
  addBlock(block: Block, holes: Readonly<Record<string, string>> = {}): void {
    for (const used of block.imports) this.import(used.from, used.name, { isType: used.isType, local: used.local });
    this.add(fill(block, holes));
  }

  /** Imports a name and gives it back. */
  import(
    from: string,
    name: string,
    { isType = false, local = name }: { isType?: boolean; local?: string } = {},
  ): string {
    const module = this.imports.get(from) ?? new Map<string, TemplateImport>();
    const known = module.get(local);
    module.set(local, { local, name, from, isType: isType && (known?.isType ?? true) });
    this.imports.set(from, module);
    if (!this.settled.has(local)) this.pending.add(local);
    return local;
  }

  /** Imports a module as a whole and gives back what it is called. */
  importAll(from: string, local: string, { isType = false }: { isType?: boolean } = {}): string {
    return this.import(from, "*", { isType, local });
  }

  /** Imports a type and gives its name back. */
  type(from: string, name: string): string {
    return this.import(from, name, { isType: true });
  }

  finish(): EmittedFile {
    const modules = [...this.imports]
      .map(([from, names]) => ({
        specifier: this.specifier(from),
        names: [...names.values()].filter(({ local }) => this.settled.has(local)),
      }))
      .filter(({ names }) => names.length > 0);
    const imports = modules
      .sort((a, b) => compare(a.specifier, b.specifier))
      .map(({ specifier, names }) => importStatement(specifier, names));
    const head = imports.length === 0 ? "" : `${imports.join("\n")}\n\n`;
    return { path: this.path, text: `${this.settings.header}${head}${this.chunks.join("\n\n").trimEnd()}\n` };
  }

  /** The specifier of a module, as seen from this file. */
  specifier(from: string): string {
    if (from.startsWith("resil-gen-runtime") && this.settings.runtime === "package") return from;
    const target = modulePaths[from] ?? from;
    const up = "../".repeat(this.path.split("/").length - 1) || "./";
    return up + withExtension(target, this.settings.importExtension);
  }
}

/** A path without an ending, as import specifiers end. */
export function withExtension(path: string, extension: ImportExtension): string {
  return extension === "none" ? path : `${path}.${extension}`;
}

function importStatement(specifier: string, names: TemplateImport[]): string {
  const isTypeOnly = names.every(({ isType }) => isType);
  const parts = names
    .sort((a, b) => compare(a.name, b.name))
    .map(
      ({ name, local, isType }) =>
        `${isType && !isTypeOnly ? "type " : ""}${name}${name === local ? "" : ` as ${local}`}`,
    );
  const head = isTypeOnly ? "import type" : "import";
  const tail = `from ${JSON.stringify(specifier)};`;
  const [first] = names;
  if (first?.name === "*") return `${head} * as ${first.local} ${tail}`;
  const line = `${head} { ${parts.join(", ")} } ${tail}`;
  return line.length <= 120 ? line : `${head} {\n${parts.map((part) => `  ${part},\n`).join("")}} ${tail}`;
}

/** Order that does not depend on the machine's language. */
function compare(a: string, b: string): number {
  const [left, right] = [a.toLowerCase(), b.toLowerCase()];
  return left < right ? -1 : left > right ? 1 : a < b ? -1 : 1;
}
