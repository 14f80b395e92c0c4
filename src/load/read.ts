import { isUtf8 } from "node:buffer";
import { realpathSync, statSync } from "node:fs";
import { readFile, stat } from "node:fs/promises";
import { basename, resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { type Problems, SpecError } from "../diagnostics/index.js";
import { hasCredentials, withoutCredentials } from "../diagnostics/redact.js";
import { hash, hashFile } from "../hash.js";

/** Larger documents are refused; no real one comes close. */
const maxBytes = 100_000_000;

/** A document that was read: where from, and its bytes. */
export interface RawFile {
  readonly url: string;
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** A document that was found and not read: its hash tells whether it has changed. */
export interface FoundFile {
  readonly url: string;
  readonly name: string;
  /** The hash of its bytes. */
  readonly hash: string;
  readonly read: () => Promise<RawFile>;
}

/** Reads the document that the user named: a path, an http(s) URL, or `-` for standard input. */
export function readInput(input: string, problems: Problems): Promise<RawFile> {
  return reported(input, problems, () => (isElsewhere(input) ? readOnce(input) : readFound(input, pathOf(input))));
}

/** Finds what {@link readInput} would read. Input that can be read only once is read now. */
export function findInput(input: string, problems: Problems): Promise<FoundFile> {
  return reported(input, problems, async () => {
    const path = isElsewhere(input) ? undefined : pathOf(input);
    if (path === undefined || !statSync(path).isFile()) {
      const raw = await (path === undefined ? readOnce(input) : readFound(input, path));
      return { url: raw.url, name: raw.name, hash: hash(raw.bytes), read: async () => raw };
    }
    const read = (): Promise<RawFile> => reported(input, problems, () => readFound(input, path));
    return { url: pathToFileURL(path).href, name: input, hash: hashFile(path), read };
  });
}

function isElsewhere(input: string): boolean {
  return input === "-" || /^https?:\/\//i.test(input);
}

function pathOf(input: string): string {
  return realpathSync(resolve(input));
}

async function readOnce(input: string): Promise<RawFile> {
  if (input !== "-") return readUrl(input);
  return { url: pathToFileURL(resolve("stdin")).href, name: "stdin", bytes: await readStandardInput() };
}

async function readFound(input: string, path: string): Promise<RawFile> {
  return { url: pathToFileURL(path).href, name: input, bytes: await readLocal(path) };
}

async function reported<T>(input: string, problems: Problems, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    const hint =
      cause instanceof RefusedAddress
        ? cause.hint
        : "Check the name. Pass a file, an http(s) URL, or - for standard input.";
    problems.add("unreadable", `Can't read '${input}': ${reasonOf(cause)}.`, hint);
    throw new SpecError(problems.list);
  }
}

/** A URL that is not requested. */
class RefusedAddress extends Error {
  readonly hint: string;

  constructor(message: string, hint: string) {
    super(message);
    this.hint = hint;
  }
}

/** Receives each URL before it is requested. Throws to refuse it. */
export type AddressCheck = (url: string) => Promise<void>;

/** Reads a file that a document refers to. Its `url` is the one after all redirects. */
export async function readReferenced(url: string, rootUrl: string, check: AddressCheck): Promise<RawFile> {
  if (!url.startsWith("file:")) return readUrl(url, check);
  const path = fileURLToPath(url);
  const folder = fileURLToPath(new URL(".", rootUrl));
  if (!(await stat(path)).isFile()) throw new Error("it is not a file");
  return { url, name: path.startsWith(folder) ? path.slice(folder.length) : path, bytes: await readLocal(path) };
}

async function readLocal(path: string): Promise<Uint8Array> {
  const { size } = await stat(path);
  if (size > maxBytes) throw tooLarge();
  return readFile(path);
}

/** Follows redirects itself, so that a refused host never receives a request. */
async function readUrl(url: string, check: AddressCheck = async () => {}): Promise<RawFile> {
  const signal = AbortSignal.timeout(30_000);
  let at = url;
  for (let hops = 0; hops <= 5; hops++) {
    checkAddress(at, hops > 0);
    const response = await fetch(at, { signal, redirect: "manual" });
    const location = response.headers.get("location");
    if (/^30[12378]$/.test(String(response.status)) && location !== null) {
      await response.body?.cancel();
      at = new URL(location, at).href;
      await check(at);
      continue;
    }
    if (!response.ok) throw new Error(`the server responded with ${response.status}`);
    return { url: at, name: basename(new URL(url).pathname) || "openapi", bytes: await concat(response.body ?? []) };
  }
  throw new Error("too many redirects");
}

/** Only http(s) is allowed: a server could redirect to a local file, or to a data URL of its own. */
function checkAddress(address: string, isRedirected: boolean): void {
  const how = isRedirected ? "it redirects to a URL" : "it is a URL";
  if (hasCredentials(address))
    throw new RefusedAddress(
      `${how} that contains a user name or a password`,
      "Download the document with a tool that can log in, and pass the file or - for standard input.",
    );
  const { protocol } = new URL(address);
  if (/^https?:$/.test(protocol)) return;
  throw new RefusedAddress(`it redirects to a '${protocol}' URL`, "Pass the URL of the document itself.");
}

function readStandardInput(): Promise<Uint8Array> {
  return concat(process.stdin);
}

/** The bytes of a stream, up to the maximum: it may be endless. */
async function concat(stream: AsyncIterable<Uint8Array> | Iterable<Uint8Array>): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of stream) {
    chunks.push(chunk);
    size += chunk.length;
    if (size > maxBytes) throw tooLarge();
  }
  return Buffer.concat(chunks);
}

function tooLarge(): Error {
  return new Error(`it is larger than ${maxBytes / 1e6} MB`);
}

/**
 * The text of a document: UTF-8, or UTF-16 with a byte order mark. Anything else is read as Latin-1; then `guessed` is the
 * offset of the first character that is not UTF-8. (Not as Windows-1252, which versions of Node decode differently.)
 */
export function decodeText(bytes: Uint8Array): { readonly text: string; readonly guessed?: number } {
  const encoding = encodingOf(bytes);
  if (encoding !== "utf-8" || isUtf8(bytes)) return { text: new TextDecoder(encoding).decode(bytes) };
  const text = Buffer.from(bytes).toString("latin1");
  // Both encodings agree up to there, except that a multi-byte character moves the offset slightly.
  return { text, guessed: new TextDecoder().decode(bytes).indexOf("\uFFFD") };
}

function encodingOf([first, second]: Uint8Array): string {
  if (first === 0xff && second === 0xfe) return "utf-16le";
  return first === 0xfe && second === 0xff ? "utf-16be" : "utf-8";
}

function reasonOf(cause: unknown): string {
  const { code, message, cause: inner } = cause as NodeJS.ErrnoException & { cause?: NodeJS.ErrnoException };
  const reasons: Record<string, string> = {
    ENOENT: "no such file",
    EISDIR: "it is a directory",
    EACCES: "permission denied",
    ENOTDIR: "a part of the path is not a directory",
    ECONNREFUSED: "connection refused",
    ENOTFOUND: "host not found",
  };
  const known = code ?? inner?.code;
  const text = (known === undefined ? undefined : reasons[known]) ?? (inner instanceof Error ? inner.message : message);
  return withoutCredentials(text);
}
