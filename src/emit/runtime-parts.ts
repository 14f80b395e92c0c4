// Puts the runtime's files together for one client: of each floor what the client can reach, and what its user may import.
import { readFileSync } from "node:fs";
import { packageFile } from "../package-file.js";

/** A file of the runtime, as the build took it apart. */
interface Floor {
  readonly links: readonly Link[];
  readonly modules: readonly Module[];
}

/** A name that a file takes from another or passes on. */
interface Link {
  readonly isExport: boolean;
  readonly from: string;
  readonly name: string;
  readonly local: string;
  readonly isType: boolean;
}

interface Module {
  /** Its place in runtime/src; empty where the file has no other module. */
  readonly path: string;
  /** What it says of itself as a whole. */
  readonly intro: string;
  readonly parts: readonly Part[];
}

/** A statement. */
interface Part {
  readonly names: readonly string[];
  /** Names that it may refer to. */
  readonly uses: readonly string[];
  readonly text: string;
}

type Floors = Readonly<Record<string, Floor>>;

let floors: Floors | undefined;

function read(): Floors {
  floors ??= JSON.parse(readFileSync(packageFile("dist/runtime-files.json"), "utf8")) as Floors;
  return floors;
}

/** What emitted files use, by the file of the runtime: `index.ts`, `mocks.ts`, `ky.ts`. */
export type UsedNames = ReadonlyMap<string, ReadonlySet<string>>;

/**
 * What only generated files import, and only where the document asks for it. Everything else that `index.ts` exports is
 * for users, too: the policies that `extensions` takes, transports, guards, types.
 */
const onDemand =
  /^(authorize|paginate|by(Cursor|Link|Offset|Page)|bindOperations|\w*[sS]tream|jsonLines|\w+Style|formQuerystring|\w+Header|readHeaders|formBody|jsonBody|multipart|plainBody|keys|generatedKeys|progress|webhookDispatcher|Webhook\w*|clientCredentials|refreshableToken|RefreshableTokenOptions|TokenSource\w*|EventStream|JsonLines|PagedItems|Pagination|ByteStream|BlobData|BinaryValue|ServerSentEvent|PagedItems)$/;

/** The text of the runtime's files, by name: all of it, or what somebody who uses these names can reach. */
export function runtimeTexts(used?: UsedNames): ReadonlyMap<string, string> {
  const all = read();
  const kept = used === undefined ? undefined : reached(all, used);
  const texts = new Map<string, string>();
  for (const [file, floor] of Object.entries(all)) {
    const text = printed(floor, kept?.get(file), kept !== undefined);
    if (text !== "") texts.set(file, text);
  }
  return texts;
}

/** Names that are needed of each file: declared there, or exported from elsewhere. */
function reached(all: Floors, used: UsedNames): Map<string, Set<string>> {
  const kept = new Map<string, Set<string>>();
  const queue: [file: string, name: string][] = [];
  const need = (file: string, name: string): void => {
    const names = kept.get(file) ?? new Set();
    kept.set(file, names);
    if (names.has(name)) return;
    names.add(name);
    queue.push([file, name]);
  };
  for (const { isExport, local } of all["index.ts"]?.links ?? [])
    if (isExport && !onDemand.test(local)) need("index.ts", local);
  for (const [file, names] of used) for (const name of names) need(file, name);
  for (const [file, name] of queue) {
    const floor = all[file];
    if (floor === undefined) continue;
    const follow = (from: string, target: string): void => {
      if (from.startsWith("./")) need(from.slice(2).replace(/\.js$/, ".ts"), target);
    };
    for (const link of floor.links) if (link.local === name) follow(link.from, link.name);
    for (const part of floor.modules.flatMap(({ parts }) => parts))
      if (part.names.includes(name)) for (const use of part.uses) if (isKnown(floor, use)) need(file, use);
  }
  return kept;
}

function isKnown({ links, modules }: Floor, name: string): boolean {
  return (
    links.some(({ local }) => local === name) ||
    modules.some(({ parts }) => parts.some(({ names }) => names.includes(name)))
  );
}

function printed({ links, modules }: Floor, kept: ReadonlySet<string> | undefined, isPruned: boolean): string {
  const isKept = (name: string): boolean => !isPruned || kept?.has(name) === true;
  const bodies = modules.flatMap(({ path, intro, parts }) => {
    const texts = parts.filter(({ names }) => names.length === 0 || names.some(isKept)).map(({ text }) => text);
    const body = texts.join("").trim();
    if (body === "") return [];
    return [[path === "" ? "" : `// ${path}`, intro, body].filter((text) => text !== "").join("\n\n")];
  });
  const heads = [false, true].flatMap((isExport) => {
    const own = links.filter((link) => link.isExport === isExport && isKept(link.local));
    const sources = [...new Set(own.map(({ from }) => from))].sort();
    return sources.map((from) =>
      statement(
        isExport ? "export" : "import",
        from,
        own.filter((link) => link.from === from),
      ),
    );
  });
  const parts = [heads.join("\n"), ...bodies].filter((part) => part !== "");
  return parts.length === 0 ? "" : `${parts.join("\n\n")}\n`;
}

function statement(keyword: string, from: string, links: readonly Link[]): string {
  const sorted = [...links].sort((a, b) => (a.local < b.local ? -1 : 1));
  const isTypeOnly = sorted.every(({ isType }) => isType);
  const standard = sorted.find(({ name }) => name === "default");
  const named = sorted
    .filter((link) => link !== standard)
    .map(
      ({ local, name, isType }) =>
        `${isType && !isTypeOnly ? "type " : ""}${name === local ? "" : `${name} as `}${local}`,
    );
  const head = `${keyword}${isTypeOnly ? " type" : ""} ${standard ? `${standard.local}, ` : ""}`;
  const line = `${head}{ ${named.join(", ")} } from "${from}";`;
  return line.length <= 120 ? line : `${head}{\n${filled(named)}} from "${from}";`;
}

/** Names in lines as long as they may be: nobody reviews these lists, and a name for each line is a third of a file. */
function filled(names: readonly string[]): string {
  const lines: string[] = [];
  for (const name of names) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + name.length + 2 <= 120) lines[lines.length - 1] = `${last} ${name},`;
    else lines.push(`  ${name},`);
  }
  return `${lines.join("\n")}\n`;
}
