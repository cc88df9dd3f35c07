import type { Window } from '../../bytes/window.ts';
import { findMismatch } from '../../debug-module/pair-check.ts';
import { isFormatError } from '../../errors.ts';
import type { WasmModule } from '../../wasm/module.ts';
import { findLocalDebugFile, openDebugFile } from '../debug-files/local-debug-file.ts';
import { readPathConfig } from '../debug-files/path-config.ts';
import { FileError, type Io } from '../io.ts';

/** A module whose debug information is looked for. */
export interface Searched {
  readonly module: WasmModule;
  readonly path: string;
  /** Directories of archived modules. */
  readonly symbols: readonly string[];
  /** Files that may be of any module: the last resort. */
  readonly archived?: (() => readonly string[]) | undefined;
}

/**
 * The file with a module's debug information, where the module itself has none: as the drop-in finds it, but for
 * servers, which are not asked; else the first archived one with the same code. One that by its name should be the
 * module's and has other code is passed over, and said.
 */
export function findDebugInformation({ module, path, symbols, archived }: Searched, io: Io): Window | undefined {
  if (module.custom('.debug_info') !== undefined) return undefined;
  const search = { module, path, paths: readPathConfig(path, io), directories: symbols, fallbackDebugPath: '' };
  const refuse = (file: string, reason: string): void => io.stderr(`${io.argv0}: ${file}: ${reason}; not used\n`);
  const found = findLocalDebugFile(search, { refuse }, io)?.module;
  return (found ?? findByCode(module, archived?.() ?? [], io))?.window;
}

/** Names and ids get lost; the code is the same in both. */
function findByCode(module: WasmModule, files: readonly string[], io: Io): WasmModule | undefined {
  const { code } = module;
  if (code === undefined) return undefined;
  for (const file of files) {
    try {
      const candidate = openDebugFile(file, io).module;
      if (candidate.custom('.debug_info') === undefined || candidate.code?.size !== code.size) continue;
      if (findMismatch(module, candidate) === undefined) return candidate;
    } catch (error) {
      // What is no module is told of where frames ask for it.
      if (!(error instanceof FileError) && !isFormatError(error)) throw error;
    }
  }
  return undefined;
}
