import type { Window } from '../../bytes/window.ts';
import type { WasmModule } from '../../wasm/module.ts';
import { findLocalDebugFile } from '../debug-files/local-debug-file.ts';
import { readPathConfig } from '../debug-files/path-config.ts';
import type { Io } from '../io.ts';

/** A module whose debug information is looked for. */
export interface Searched {
  readonly module: WasmModule;
  readonly path: string;
  /** Directories of archived modules. */
  readonly symbols: readonly string[];
}

/**
 * The file with a module's debug information, where the module itself has none: as the drop-in finds it, but for
 * servers, which are not asked. One whose code is another is passed over, and said.
 */
export function findDebugInformation({ module, path, symbols }: Searched, io: Io): Window | undefined {
  if (module.custom('.debug_info') !== undefined) return undefined;
  const search = { module, path, paths: readPathConfig(path, io), directories: symbols, fallbackDebugPath: '' };
  const refuse = (file: string, reason: string): void => io.stderr(`${io.argv0}: ${file}: ${reason}; not used\n`);
  return findLocalDebugFile(search, { refuse }, io)?.module.window;
}
