import {
  copyFile,
  link,
  lstat,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  realpath,
  rename,
  rm,
  rmdir,
  utimes,
  writeFile,
} from "node:fs/promises";

/** Every operation on the output folder goes through here: a test ends a run at each of them. */
export const disk = {
  copyFile,
  link,
  lstat,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  realpath,
  rename,
  rm,
  rmdir,
  utimes,
  writeFile,
};

/** The error's code where it comes from the file system. */
export function codeOf(cause: unknown): string | undefined {
  return cause instanceof Error ? (cause as NodeJS.ErrnoException).code : undefined;
}
