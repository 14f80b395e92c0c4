const reasons: Readonly<Record<string, string>> = {
  ENOENT: "a directory of the path doesn't exist",
  EACCES: "permission denied",
  EPERM: "permission denied",
  EROFS: "the file system is read-only",
  ENOSPC: "the disk is full",
  EDQUOT: "the disk quota is exceeded",
  ENOTDIR: "a part of the path is a file",
  EEXIST: "a part of the path is a file",
  EISDIR: "there is a directory in the place of a file",
  ENOTEMPTY: "there is a directory in the place of a file",
  ENAMETOOLONG: "a name is too long for the file system",
  EMFILE: "too many files are open",
};

/** Why the file system refused an operation, in words; `undefined` if the error is not from the file system. */
export function diskFault(cause: unknown): string | undefined {
  if (!(cause instanceof Error)) return undefined;
  const { code, syscall, message } = cause as NodeJS.ErrnoException;
  return code === undefined || syscall === undefined ? undefined : (reasons[code] ?? message);
}
