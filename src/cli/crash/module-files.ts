import type { Window } from '../../bytes/window.ts';
import type { ModuleFile } from '../../crash/module-finder.ts';
import { parseSymbolMap, type SymbolMap } from '../../crash/symbol-map.ts';
import type { WasmModule } from '../../wasm/module.ts';
import { openMatching } from '../debug-files/local-debug-file.ts';
import { splitFiles } from '../debug-files/split-files.ts';
import { FileError, type Io } from '../io.ts';
import { findDebugInformation } from './debug-information.ts';
import { openWindow } from './open-window.ts';
import { modulesIn } from './symbol-directory.ts';

/** What the options of a command say about modules. */
export interface ModuleOptions {
  /** `-e MODULE[=DEBUGFILE]`, as given. */
  readonly modules: readonly string[];
  /** `--symbols DIR`. */
  readonly symbols: readonly string[];
}

/**
 * The files that frames are answered from: those named, then those in directories of archived ones.
 *
 * @throws FileError for a named file that cannot be opened.
 */
export function moduleFiles({ modules, symbols }: ModuleOptions, io: Io): ModuleFile[] {
  const named = modules.map((argument) => namedFile(argument, symbols, io));
  return [
    ...named,
    ...symbols.flatMap((directory) => modulesIn(directory, io).map((path) => archived(path, symbols, io))),
  ];
}

function namedFile(argument: string, symbols: readonly string[], io: Io): ModuleFile {
  const { path, debugFile } = splitArgument(argument, io);
  const window = openWindow(path, io);
  const given = debugFile === undefined ? undefined : openWindow(debugFile, io);
  const symbolMap = given === undefined || debugFile === undefined ? undefined : symbolMapIn(given, debugFile);
  const debug = symbolMap === undefined ? given : undefined;
  return {
    path,
    chosen: true,
    open: () => window,
    openDebugFile: (module) =>
      debug === undefined
        ? findDebugInformation({ module, path, symbols }, io)
        : namedDebugFile({ module, path }, debugFile!, io),
    openSymbolMap: () => symbolMap,
    splitFile: splitFiles({ path: debugFile ?? path, dwp: undefined, sourceMapPaths: [] }, io),
  };
}

/** The debug file that was named, unless it is another module's: wrong frames are worse than none. */
function namedDebugFile(
  searched: { readonly module: WasmModule; readonly path: string },
  debugFile: string,
  io: Io,
): Window | undefined {
  const refuse = (file: string, reason: string): void => io.stderr(`${io.argv0}: ${file}: ${reason}; not used\n`);
  return openMatching(searched, debugFile, { refuse }, io)?.module.window;
}

/** The symbol map that a file is, where it is no module. @throws FileError where it is neither. */
function symbolMapIn(window: Window, path: string): SymbolMap | undefined {
  const bytes = window.toBytes();
  if (bytes[0] === 0 && bytes[1] === 0x61) return undefined;
  const map = parseSymbolMap(bytes);
  if (map === undefined) throw new FileError('other', `${path}: neither a module nor a symbol map`);
  return map;
}

function archived(path: string, symbols: readonly string[], io: Io): ModuleFile {
  return {
    path,
    chosen: false,
    open: () => openWindow(path, io),
    openDebugFile: (module) => findDebugInformation({ module, path, symbols }, io),
    splitFile: splitFiles({ path, dwp: undefined, sourceMapPaths: [] }, io),
  };
}

/** `MODULE=DEBUGFILE`, unless a file is called so; an equals sign in a module's path is fine as long as it exists. */
function splitArgument(argument: string, io: Io): { path: string; debugFile?: string } {
  if (io.exists(argument)) return { path: argument };
  for (let at = argument.lastIndexOf('='); at > 0; at = argument.lastIndexOf('=', at - 1)) {
    const path = argument.slice(0, at);
    if (io.exists(path)) return { path, debugFile: argument.slice(at + 1) };
  }
  return { path: argument };
}
