import { FileImage } from '../../bytes/byte-source.ts';
import { Window } from '../../bytes/window.ts';
import { findMismatch } from '../../debug-module/pair-check.ts';
import { isFormatError } from '../../errors.ts';
import { readBuildId } from '../../wasm/links.ts';
import { WasmModule } from '../../wasm/module.ts';
import { FileError, type Io } from '../io.ts';
import type { PathSubstitution } from '../source-paths.ts';
import { buildIdPaths } from './build-id.ts';
import { findDebugLink } from './debug-link.ts';
import { localDebugInfo } from './external-debug-info.ts';
import { directoryOf } from './paths.ts';

/** A module whose debug information is looked for on this machine. */
export interface LocalSearch {
  readonly module: WasmModule;
  /** Its file, as it was named. */
  readonly path: string;
  /** Where recorded paths are on this machine. */
  readonly paths: readonly PathSubstitution[];
  /** Directories of archived debug files, by build id in any layout, or by name. */
  readonly directories: readonly string[];
  /** Below which `.gnu_debuglink` is looked for at the module's own path; `''` for the system's. */
  readonly fallbackDebugPath: string;
  /** Whether it is only a part of its file: what stands beside that is of the whole. */
  readonly isPart?: boolean | undefined;
}

/** A module's debug information in another file. */
export interface DebugFile {
  readonly module: WasmModule;
  readonly path: string;
}

/** What is done with files that are there and are not the module's. */
export interface Refusal {
  /** Told of each, with the reason: what it is not, or why it cannot be read. */
  readonly refuse: (path: string, reason: string) => void;
  /** Take the first that can be read, whatever its code. */
  readonly force?: boolean | undefined;
}

/**
 * The file with a module's debug information: the one that the module links to, one beside it, one by its build id, one
 * by its name. Each has to have debug information, and the module's code if it has code.
 */
export function findLocalDebugFile(search: LocalSearch, refusal: Refusal, io: Io): DebugFile | undefined {
  const seen = new Set([search.path]);
  for (const candidate of candidates(search, io)) {
    if (seen.has(candidate) || !io.exists(candidate)) continue;
    seen.add(candidate);
    const found = openMatching(search, candidate, refusal, io);
    if (found?.module.custom('.debug_info') !== undefined) return found;
  }
  return undefined;
}

/** Opens a file that may have a module's debug information; `undefined` where it has other code, or is unreadable. */
export function openMatching(
  { module, path: modulePath }: Pick<LocalSearch, 'module' | 'path'>,
  path: string,
  { refuse, force }: Refusal,
  io: Io,
): DebugFile | undefined {
  try {
    const found = openDebugFile(path, io);
    const mismatch = force ? undefined : findMismatch(module, found.module);
    if (mismatch === undefined) return found;
    refuse(path, `not the debug information of '${modulePath}': ${mismatch}`);
  } catch (error) {
    if (!(error instanceof FileError) && !isFormatError(error)) throw error;
    refuse(path, error.message);
  }
  return undefined;
}

/** @throws FileError, FormatError */
export function openDebugFile(path: string, io: Io): DebugFile {
  return { module: WasmModule.read(Window.of(new FileImage(io.openFile(path)), 'module')), path };
}

/** The likeliest first; not all of them are there. */
function* candidates(search: LocalSearch, io: Io): Generator<string> {
  const { module, path, paths, directories, fallbackDebugPath, isPart } = search;
  const external = localDebugInfo(module, path, paths);
  if (external !== undefined) yield external;
  const link = findDebugLink(module, path, fallbackDebugPath, io);
  if (link !== undefined) yield link;
  const base = path.replace(/\.wasm$/, '');
  if (!isPart) yield* [`${base}.debug.wasm`, `${path}.debug.wasm`, `${path}.debug`];
  const id = readBuildId(module);
  if (id !== undefined) for (const directory of directories) yield* buildIdPaths(directory, id.bytes);
  if (isPart) return;
  const name = path.slice(directoryOf(path).length);
  for (const directory of directories) {
    const root = directory.replace(/\/$/, '');
    yield* [`${root}/${name.replace(/\.wasm$/, '')}.debug.wasm`, `${root}/${name}.debug.wasm`, `${root}/${name}`];
  }
}
