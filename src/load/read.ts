import { isUtf8 } from "node:buffer";
import { realpathSync, statSync } from "node:fs";
import { readFile, stat } from "node:fs/promises";
import { basename, resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { type Problems, SpecError } from "../diagnostics/index.js";
import { hasCredentials, withoutCredentials } from "../diagnostics/redact.js";
import { hash, hashFile } from "../hash.js";

/** Documents larger than this are refused: no real one comes near. */
const maxBytes = 100_000_000;

/** A document as it was found: where, and its bytes. */
export interface RawFile {
  readonly url: string;
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** A document that was found: whether it is still the same is known, and it need not be read for that. */
export interface FoundFile {
  readonly url: string;
  readonly name: string;
  /** Of its bytes. */
  readonly hash: string;
  readonly read: () => Promise<RawFile>;
}

/** Reads the document that the user named: a path, an http(s) URL, or `-` for standard input. */
export function readInput(input: string, problems: Problems): Promise<RawFile> {
  return told(input, problems, () => (isElsewhere(input) ? readOnce(input) : readFound(input, pathOf(input))));
}

/** Finds what {@link readInput} would read. What can be read only once is read now. */
export function findInput(input: string, problems: Problems): Promise<FoundFile> {
  return told(input, problems, async () => {
    const path = isElsewhere(input) ? undefined : pathOf(input);
    if (path === undefined || !statSync(path).isFile()) {
      const raw = await (path === undefined ? readOnce(input) : readFound(input, path));
      return { url: raw.url, name: raw.name, hash: hash(raw.bytes), read: async () => raw };
    }
    const read = (): Promise<RawFile> => told(input, problems, () => readFound(input, path));
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

async function told<T>(input: string, problems: Problems, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    const hint =
      cause instanceof RefusedAddress ? cause.hint : "Check the name, or give a file, a URL, or - for standard input.";
    problems.add("unreadable", `'${input}' cannot be read: ${reasonOf(cause)}`, hint);
    throw new SpecError(problems.list);
  }
}

/** An address that is not asked. */
class RefusedAddress extends Error {
  readonly hint: string;

  constructor(message: string, hint: string) {
    super(message);
    this.hint = hint;
  }
}

/** Told each address before it is asked; throws to forbid it. */
export type AddressCheck = (url: string) => Promise<void>;

/** Reads a file that a document refers to. Its `url` is where it was found in the end. */
export async function readReferenced(url: string, rootUrl: string, check: AddressCheck): Promise<RawFile> {
  if (!url.startsWith("file:")) return readUrl(url, check);
  const path = fileURLToPath(url);
  const folder = fileURLToPath(new URL(".", rootUrl));
  if (!(await stat(path)).isFile()) throw new Error("it is no file");
  return { url, name: path.startsWith(folder) ? path.slice(folder.length) : path, bytes: await readLocal(path) };
}

async function readLocal(path: string): Promise<Uint8Array> {
  const { size } = await stat(path);
  if (size > maxBytes) throw tooLarge();
  return readFile(path);
}

/** Follows redirects itself: a host that must not be asked is not even asked. */
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
    if (!response.ok) throw new Error(`the server answered ${response.status}`);
    return { url: at, name: basename(new URL(url).pathname) || "openapi", bytes: await concat(response.body ?? []) };
  }
  throw new Error("it is redirected again and again");
}

/** Only the web is asked: a server could send us to a local file, or to text that it made up itself. */
function checkAddress(address: string, isRedirected: boolean): void {
  const how = isRedirected ? "it is redirected to a URL" : "the URL is one";
  if (hasCredentials(address))
    throw new RefusedAddress(
      `${how} with a user name or a password in it`,
      "Download the document with a tool that can log in, and pass the file or - for standard input.",
    );
  const { protocol } = new URL(address);
  if (/^https?:$/.test(protocol)) return;
  throw new RefusedAddress(
    `it is redirected to a '${protocol}' URL`,
    "Give the address at which the document itself can be read.",
  );
}

function readStandardInput(): Promise<Uint8Array> {
  return concat(process.stdin);
}

/** All of a stream, which may have no end. */
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
 * The text of a document: UTF-8, or UTF-16 where a byte order mark says so. What is neither comes from a program of the
 * time before, and is taken for Latin-1; then `guessed` is the place of the first character that UTF-8 does not have.
 * (Not for Windows-1252, which Node's versions decode differently.)
 */
export function decodeText(bytes: Uint8Array): { readonly text: string; readonly guessed?: number } {
  const encoding = encodingOf(bytes);
  if (encoding !== "utf-8" || isUtf8(bytes)) return { text: new TextDecoder(encoding).decode(bytes) };
  const text = Buffer.from(bytes).toString("latin1");
  // Up to there both encodings are read; a character of several bytes makes the place a little late.
  return { text, guessed: new TextDecoder().decode(bytes).indexOf("\uFFFD") };
}

function encodingOf([first, second]: Uint8Array): string {
  if (first === 0xff && second === 0xfe) return "utf-16le";
  return first === 0xfe && second === 0xff ? "utf-16be" : "utf-8";
}

function reasonOf(cause: unknown): string {
  const { code, message, cause: inner } = cause as NodeJS.ErrnoException & { cause?: NodeJS.ErrnoException };
  const reasons: Record<string, string> = {
    ENOENT: "there is no such file",
    EISDIR: "it is a directory",
    EACCES: "permission denied",
    ENOTDIR: "a part of the path is no directory",
    ECONNREFUSED: "the connection was refused",
    ENOTFOUND: "the host was not found",
  };
  const known = code ?? inner?.code;
  const text = (known === undefined ? undefined : reasons[known]) ?? (inner instanceof Error ? inner.message : message);
  return withoutCredentials(text);
}
