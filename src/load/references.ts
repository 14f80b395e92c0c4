import { realpath } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { isRecord, type Problems, type SourceFile } from "../diagnostics/index.js";
import { isRead, targetUrl, type Unread } from "./document.js";
import { parse } from "./parse.js";
import { type RawFile, readReferenced } from "./read.js";

/**
 * Reads every file that the document refers to, directly or indirectly. Files outside the document's folder or host are not
 * read unless allowed; that is reported when the reference is resolved.
 */
export async function readReferences(
  root: SourceFile,
  allowExternal: boolean,
  problems: Problems,
): Promise<Map<string, SourceFile | Unread>> {
  const files = new Map<string, SourceFile | Unread>();
  if (!mayReferToFiles(root.text)) return files;
  const refusalOf = async (url: string): Promise<Unread | undefined> => {
    const why = allowExternal ? undefined : await reasonToRefuse(url, root.url);
    return why === undefined ? undefined : { why, isRefused: true };
  };
  const read = async (url: string): Promise<object> => {
    const file = (await refusalOf(url)) ?? (await readOne(url, root, refusalOf, problems));
    files.set(url, file);
    return isRead(file) ? referencesOf(file, root) : {};
  };
  await crawl(root, read);
  return files;
}

/**
 * swagger-parser visits each file once. Finding the references, reading, and parsing is our code, and so is the decision to
 * read: swagger-parser would give up the whole document for one `$ref` that is not a URL.
 */
async function crawl(root: SourceFile, read: (url: string) => Promise<object>): Promise<void> {
  const { default: SwaggerParser } = await import("@apidevtools/swagger-parser");
  const api = { openapi: "3.1.0", info: { title: "", version: "" }, paths: {}, ...referencesOf(root, root) };
  const reader = { order: 1, canRead: true, read: ({ url }: { url: string }) => read(new URL(url).href) };
  const parser = { order: 1, allowEmpty: true, canParse: true, parse: ({ data }: { data: unknown }) => data };
  await SwaggerParser.resolve(
    root.url,
    api as never,
    {
      continueOnError: true,
      resolve: { external: true, file: false, http: false, ours: reader },
      parse: { json: false, yaml: false, text: false, binary: false, ours: parser },
    } as never,
  );
}

/** Most documents are a single file and need no crawling. In YAML a long reference may follow `>-` on its own line. */
function mayReferToFiles(text: string): boolean {
  return /\$ref["']?\s*:\s*(?:[>|][-+]?\s+)?["']?[^#"'\s>|]/.test(text);
}

/** The files that a file refers to, as a document that consists of references only. */
function referencesOf({ url, value }: SourceFile, root: SourceFile): object {
  const found = new Set<string>();
  const seen = new Set<object>();
  const queue: unknown[] = [value];
  while (queue.length > 0) {
    const next = queue.pop();
    if (typeof next !== "object" || next === null || seen.has(next)) continue;
    seen.add(next);
    for (const member of Object.values(next)) queue.push(member);
    const target = isRecord(next) && typeof next["$ref"] === "string" ? targetUrl(next["$ref"], url, root) : undefined;
    if (target !== undefined && target !== url) found.add(target);
  }
  return { "x-references": [...found].map((target) => ({ $ref: target })) };
}

async function readOne(
  url: string,
  root: SourceFile,
  refusalOf: (url: string) => Promise<Unread | undefined>,
  problems: Problems,
): Promise<SourceFile | Unread> {
  let raw: RawFile;
  // A server may redirect to a URL that is not allowed.
  let refusal: Unread | undefined;
  const check = async (address: string): Promise<void> => {
    refusal = await refusalOf(address);
    if (refusal !== undefined) throw new Error(refusal.why);
  };
  try {
    raw = await readReferenced(url, root.url, check);
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException;
    return refusal ?? { why: code === "ENOENT" ? "no such file" : message, isRefused: false };
  }
  return parse({ ...raw, url }, problems) ?? { why: "it is neither valid YAML nor JSON", isRefused: false };
}

/** Why a file may not be read unless allowed; symbolic links are followed. */
async function reasonToRefuse(url: string, rootUrl: string): Promise<string | undefined> {
  const target = new URL(url);
  const folder = new URL(".", rootUrl);
  if (/^https?:$/.test(target.protocol)) {
    return target.origin === folder.origin ? undefined : "it is on another host";
  }
  if (target.protocol !== "file:") return "it is neither a file nor an http(s) URL";
  if (folder.protocol !== "file:") return "a remote document can't refer to a local file";
  const inside = (path: string): boolean => path.startsWith(fileURLToPath(folder));
  const path = pathOf(target);
  if (path === undefined) return undefined;
  const real = await realpath(path).catch(() => path);
  return inside(path) && inside(real) ? undefined : "it is outside the document's folder";
}

/** The path of a file URL; `undefined` for an invalid one (`%2f`, a host), which is reported when it is read. */
function pathOf(url: URL): string | undefined {
  try {
    return fileURLToPath(url);
  } catch {
    return undefined;
  }
}
