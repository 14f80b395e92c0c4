const reasons: Readonly<Record<string, string>> = {
  ENOENT: "a folder of the path is not there",
  EACCES: "permission denied",
  EPERM: "permission denied",
  EROFS: "the file system is read-only",
  ENOSPC: "no space is left on the disk",
  EDQUOT: "the quota of the disk is used up",
  ENOTDIR: "a part of the path is a file",
  EEXIST: "a part of the path is a file",
  EISDIR: "a folder stands where a file must be",
  ENOTEMPTY: "a folder stands where a file must be",
  ENAMETOOLONG: "a name is too long for the file system",
  EMFILE: "too many files are open",
};

/** What the disk has against something, in words; `undefined` where it is not the disk that failed. */
export function diskFault(cause: unknown): string | undefined {
  if (!(cause instanceof Error)) return undefined;
  const { code, syscall, message } = cause as NodeJS.ErrnoException;
  return code === undefined || syscall === undefined ? undefined : (reasons[code] ?? message);
}
