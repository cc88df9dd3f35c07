import type { Window } from '../../bytes/window.ts';
import { isFormatError } from '../../errors.ts';
import { readBuildId, readExternalDebugInfo } from '../../wasm/links.ts';
import { WasmModule } from '../../wasm/module.ts';
import { directoryOf, resolveFrom } from '../debug-files/paths.ts';
import { FileError, type Io } from '../io.ts';
import { openWindow } from './open-window.ts';
import { buildIdPaths } from './symbol-directory.ts';

/** A module whose debug information is looked for. */
export interface Searched {
  readonly module: WasmModule;
  readonly path: string;
  /** Directories of archived modules. */
  readonly symbols: readonly string[];
}

/**
 * The file with a module's debug information: itself where it has some; else the one that `external_debug_info` names,
 * the one in an archive by its build id, or the one that tools put beside it. One whose code is another is passed over.
 */
export function findDebugInformation({ module, path, symbols }: Searched, io: Io): Window | undefined {
  if (module.custom('.debug_info') !== undefined) return undefined;
  for (const candidate of candidatesOf(module, path, symbols)) {
    if (candidate === path || !io.exists(candidate)) continue;
    const window = readable(candidate, io);
    if (window === undefined) continue;
    if (belongs(module, window)) return window;
    io.stderr(`${io.argv0}: ${candidate}: its code is not that of ${path}; not used\n`);
  }
  return undefined;
}

function candidatesOf(module: WasmModule, path: string, symbols: readonly string[]): string[] {
  const candidates: string[] = [];
  const external = readExternalDebugInfo(module);
  if (external !== undefined && !/^[a-z][a-z0-9+.-]*:\/\//i.test(external)) {
    candidates.push(resolveFrom(directoryOf(path), decoded(external)));
  }
  const id = readBuildId(module);
  if (id !== undefined) {
    const digits = Array.from(id.bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
    const prefixed = id.bytes.length.toString(16).padStart(2, '0') + digits;
    for (const directory of symbols) {
      // Sentry's tools take the length in front for a part of the id.
      candidates.push(...buildIdPaths(directory, digits), ...buildIdPaths(directory, prefixed));
    }
  }
  const name = path.slice(directoryOf(path).length);
  const base = path.replace(/\.wasm$/, '');
  candidates.push(`${path}.debug.wasm`, `${base}.debug.wasm`, `${path}.debug`);
  for (const directory of symbols) {
    const root = directory.replace(/\/$/, '');
    candidates.push(
      `${root}/${name}.debug.wasm`,
      `${root}/${name.replace(/\.wasm$/, '')}.debug.wasm`,
      `${root}/${name}`,
    );
  }
  return candidates;
}

function decoded(url: string): string {
  try {
    return decodeURIComponent(url);
  } catch {
    return url;
  }
}

function readable(path: string, io: Io): Window | undefined {
  try {
    return openWindow(path, io);
  } catch (error) {
    if (error instanceof FileError) return undefined;
    throw error;
  }
}

/** Whether a file can hold the debug information of a module: it has some, and the same code if it has code. */
function belongs(module: WasmModule, window: Window): boolean {
  try {
    const debugFile = WasmModule.read(window);
    return debugFile.custom('.debug_info') !== undefined && sameCode(module, debugFile);
  } catch (error) {
    if (isFormatError(error)) return false;
    throw error;
  }
}

/** Whether two modules have the same code, byte for byte; where one has none, nothing speaks against it. */
export function sameCode(a: WasmModule, b: WasmModule): boolean {
  if (a.code === undefined || b.code === undefined) return true;
  if (a.code.size !== b.code.size) return false;
  const one = a.code.toBytes();
  const other = b.code.toBytes();
  for (let at = 0; at < one.length; at++) if (one[at] !== other[at]) return false;
  return true;
}
