/** The directory of a file, with a slash at its end; `''` for the current one. */
export function directoryOf(path: string): string {
  return path.slice(0, path.lastIndexOf('/') + 1);
}

/** A path that counts from a directory, or is absolute. */
export function resolveFrom(directory: string, path: string): string {
  return path.startsWith('/') || directory === '' ? path : `${directory.replace(/\/$/, '')}/${path}`;
}

/** The directory of a file as an absolute path, `.` and `..` resolved. */
export function absoluteDirectory(path: string, cwd: string): string {
  const parts: string[] = [];
  for (const part of resolveFrom(cwd, directoryOf(path)).split('/')) {
    if (part === '..') parts.pop();
    else if (part !== '' && part !== '.') parts.push(part);
  }
  return `/${parts.join('/')}`;
}
