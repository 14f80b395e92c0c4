import { realpath } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import type { Problems, SourceFile } from "../diagnostics/index.js";
import { parse } from "./parse.js";
import { type RawFile, readReferenced } from "./read.js";

/**
 * Reads every file that the document refers to, directly or not. What is outside the document's folder, or on another
 * host, is not read unless that is allowed; whether that matters is seen when the reference is followed.
 */
export async function readReferences(
  root: SourceFile,
  allowExternal: boolean,
  problems: Problems,
): Promise<Map<string, SourceFile | string>> {
  const files = new Map<string, SourceFile | string>();
  if (!mayReferToFiles(root.text)) return files;
  const read = async (url: string): Promise<unknown> => {
    const refusal = allowExternal ? undefined : await refusalOf(url, root.url);
    const file = refusal ?? (await readOne(url, root, problems));
    files.set(url, file);
    return typeof file === "string" ? {} : file.value;
  };
  await crawl(root, read);
  return files;
}

/** swagger-parser finds and orders the references; reading and parsing stay ours, and so does the decision to read. */
async function crawl(root: SourceFile, read: (url: string) => Promise<unknown>): Promise<void> {
  const { default: SwaggerParser } = await import("@apidevtools/swagger-parser");
  // It knows no newer version than 3.1, but references work the same in all of them.
  const api = { ...(root.value as object), openapi: "3.1.0", info: { title: "", version: "" } };
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

/** Most documents are one file; they need no crawling. YAML may put a long reference on a line of its own, behind `>-`. */
function mayReferToFiles(text: string): boolean {
  return /\$ref["']?\s*:\s*(?:[>|][-+]?\s+)?["']?[^#"'\s>|]/.test(text);
}

async function readOne(url: string, root: SourceFile, problems: Problems): Promise<SourceFile | string> {
  let raw: RawFile;
  try {
    raw = await readReferenced(url, root.url);
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException;
    return code === "ENOENT" ? "there is no such file" : message;
  }
  return parse(raw, problems) ?? "it is neither valid YAML nor JSON";
}

/** Why a file may not be read without being allowed to; symbolic links are looked through. */
async function refusalOf(url: string, rootUrl: string): Promise<string | undefined> {
  const target = new URL(url);
  const folder = new URL(".", rootUrl);
  if (target.protocol !== "file:") return target.origin === folder.origin ? undefined : "it is on another host";
  if (folder.protocol !== "file:") return "it is a local file, named by a remote document";
  const inside = (path: string): boolean => path.startsWith(fileURLToPath(folder));
  const path = fileURLToPath(target);
  const real = await realpath(path).catch(() => path);
  return inside(path) && inside(real) ? undefined : "it is outside the document's folder";
}
