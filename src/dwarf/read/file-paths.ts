import { type FormatError, isFormatError } from '../../errors.ts';
import type { LineDirectory, LineFile, LineHeader } from '../model/line-header.ts';

/** A source file's path in the parts that a line table keeps apart. */
export interface FilePaths {
  /** Compilation directory, directory and name joined, as far as they are relative. */
  readonly path: string;
  /** Directory and name joined; without the compilation directory. */
  readonly relativePath: string;
  /** As it is recorded, which may hold directories. */
  readonly name: string;
}

/**
 * The paths of a file of a line table, joined as LLVM joins them on a POSIX system: `.` and `..` stay, a name that is
 * absolute in either POSIX's or Windows' way stands alone, and directories it has not, or that cannot be read, are left
 * out.
 *
 * @param damage takes the reason why the directory cannot be read.
 * @throws FormatError where the name cannot be read.
 */
export function pathsOfFile(
  header: Pick<LineHeader, 'version' | 'directories'>,
  file: Pick<LineFile, 'name' | 'directory'>,
  compilationDirectory: string | undefined,
  damage?: (error: FormatError) => void,
): FilePaths {
  const { version, directories } = header;
  const { name } = file;
  if (isAbsolutePath(name)) return { path: name, relativePath: name, name };
  // Since DWARF 5 directories count from 0, which is the compilation directory; before, 0 stood for it and had no entry.
  const isCompilationDirectory = file.directory === 0;
  const index = version >= 5 ? file.directory : file.directory - 1;
  const directory = directoryPath(directories[index], damage);
  const relativePath = version >= 5 && isCompilationDirectory ? name : joinPath(directory, name);
  if ((version >= 5 && isCompilationDirectory) || isAbsolutePath(directory)) {
    return { path: joinPath(directory, name), relativePath, name };
  }
  return { path: joinPath(compilationDirectory ?? '', directory, name), relativePath, name };
}

function directoryPath(directory: LineDirectory | undefined, damage?: (error: FormatError) => void): string {
  try {
    return directory?.path ?? '';
  } catch (error) {
    if (!isFormatError(error)) throw error;
    damage?.(error);
    return '';
  }
}

/** Whether a path is absolute: on POSIX, or on Windows, where it needs a drive or a host. */
export function isAbsolutePath(path: string): boolean {
  // `//host` alone is a host without a root.
  if (path.startsWith('/')) return !/^\/\/[^/]+$/.test(path);
  return /^(?:[A-Za-z]:|\\\\[^/\\]+)[/\\]/.test(path);
}

/** Parts with one slash between them; empty ones are left out. */
export function joinPath(...parts: readonly string[]): string {
  let path = '';
  for (const part of parts) {
    if (part === '') continue;
    if (path.endsWith('/')) path += part.replace(/^\/+/, '');
    else path += path === '' || part.startsWith('/') ? part : `/${part}`;
  }
  return path;
}
