import type { ImportExtension, TransportName } from "../config/types.js";
import { Problems, SpecError } from "../diagnostics/index.js";
import type { Api } from "../ir/index.js";
import { apiFile, clientFile, errorsFile, indexFile, schemaFile } from "./files.js";
import { mocksFile } from "./mocks.js";
import { operationsFile } from "./operations.js";
import { policiesFile } from "./policies-file.js";
import { inlineText } from "./print/comment.js";
import { ownRuntime } from "./runtime-files.js";
import { type EmitSettings, type EmittedFile, header } from "./source-file.js";
import { TypePrinter } from "./types.js";
import { webhooksFile } from "./webhooks.js";

export { sharedRuntime } from "./runtime-files.js";
export type { EmittedFile } from "./source-file.js";

export interface EmitOptions {
  readonly version: string;
  /** Name of the document, as `index.ts` states it. */
  readonly sourceName: string;
  /** `copy`, `package`, or the path from the client to the folder of a shared runtime. */
  readonly runtime: string;
  readonly transport: TransportName;
  readonly importExtension: ImportExtension;
  readonly mocks: boolean;
  /** Receives the number of operations printed so far, and of all. */
  readonly onPrinted?: (done: number, total: number) => void;
}

/** No real document comes near: the client of the largest has 80 million characters. */
const maxCharacters = 400_000_000;

/**
 * The text of every file of the client.
 *
 * @throws SpecError when it is endless: a long text or example that thousands of operations refer to.
 */
export function emit(api: Api, { version, sourceName, onPrinted, ...options }: EmitOptions): EmittedFile[] {
  const source = inlineText(sourceName.split(/[\\/]/).at(-1) ?? "");
  let left = maxCharacters;
  const settings: EmitSettings = {
    ...options,
    spend: (characters) => {
      left -= characters;
      if (left < 0) refuse();
    },
    header,
    origin: `// resil-gen ${version}, from ${source}. To make a change, edit the document and run resil-gen again.\n`,
  };
  const types = new TypePrinter(api.schemas);
  const files = [
    indexFile(api, settings),
    clientFile(api, settings),
    apiFile(api, settings),
    errorsFile(api, settings),
    ...operationsFiles(api, types, settings, onPrinted),
    policiesFile(api, settings),
    schemaFile(api, types, settings),
  ];
  if (api.webhooks.length > 0) files.push(webhooksFile(api, types, settings));
  if (options.mocks) files.push(mocksFile(api, types, settings));
  const emitted = files.map((file) => file.finish());
  if (options.runtime !== "copy") return emitted;
  const used = new Map<string, Set<string>>();
  for (const [path, names] of files.flatMap((file) => file.runtimeNames()))
    used.set(path, new Set([...(used.get(path) ?? []), ...names]));
  return [...emitted, ...ownRuntime(options.importExtension, used)];
}

function operationsFiles(
  { groups }: Api,
  types: TypePrinter,
  settings: EmitSettings,
  onPrinted: EmitOptions["onPrinted"],
): ReturnType<typeof operationsFile>[] {
  const total = groups.reduce((sum, { operations }) => sum + operations.length, 0);
  let done = 0;
  return groups.map((group) => {
    onPrinted?.(done, total);
    done += group.operations.length;
    return operationsFile(group, types, settings);
  });
}

function refuse(): never {
  const problems = new Problems();
  problems.add(
    "tooLarge",
    `The client would exceed ${maxCharacters / 1e6} million characters.`,
    "Shorten texts that many operations share, such as parameter descriptions and examples.",
  );
  throw new SpecError(problems.list);
}
