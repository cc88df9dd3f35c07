import type { Window } from '../../bytes/window.ts';
import type { ModuleFile } from '../../crash/module-finder.ts';
import { parseSymbolMap, type SymbolMap } from '../../crash/symbol-map.ts';
import { isFormatError } from '../../errors.ts';
import { SourceMap } from '../../source-map/source-map.ts';
import type { WasmModule } from '../../wasm/module.ts';
import { openMatching } from '../debug-files/local-debug-file.ts';
import { splitFiles } from '../debug-files/split-files.ts';
import { FileError, type Io } from '../io.ts';
import { findDebugInformation } from './debug-information.ts';
import { openWindow } from './open-window.ts';
import { checkedSourceMap, findSourceMap } from './source-map-files.ts';
import { modulesIn } from './symbol-directory.ts';

/** What JSON of a source map begins with. */
const BRACE = 0x7b;

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
  const given = debugFile === undefined ? undefined : readGiven(debugFile, io);
  return {
    path,
    chosen: true,
    open: () => window,
    openDebugFile: (module) =>
      given === 'module'
        ? namedDebugFile({ module, path }, debugFile!, io)
        : findDebugInformation({ module, path, symbols }, io),
    openSymbolMap: () => (given instanceof Map ? given : undefined),
    openSourceMap: (module) => (given instanceof SourceMap ? given : findSourceMap(module, path, io)),
    splitFile: splitFiles({ path: debugFile ?? path, dwp: undefined, sourceMapPaths: [] }, io),
  };
}

/** What stands behind the equals sign, by its first bytes. @throws FileError where it is none of these. */
function readGiven(path: string, io: Io): 'module' | SourceMap | SymbolMap {
  const window = openWindow(path, io);
  const [first, second] = window.part(0, Math.min(2, window.size)).toBytes();
  if (first === 0 && second === 0x61) return 'module';
  const bytes = window.toBytes();
  try {
    if (bytes.find((byte) => byte > 0x20) === BRACE) return checkedSourceMap(SourceMap.read(bytes));
  } catch (error) {
    if (!isFormatError(error)) throw error;
    throw new FileError('other', `${path}: ${error.message}`);
  }
  const map = parseSymbolMap(bytes);
  if (map === undefined) throw new FileError('other', `${path}: neither a module, a source map nor a symbol map`);
  return map;
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

function archived(path: string, symbols: readonly string[], io: Io): ModuleFile {
  return {
    path,
    chosen: false,
    open: () => openWindow(path, io),
    openDebugFile: (module) => findDebugInformation({ module, path, symbols }, io),
    openSourceMap: (module) => findSourceMap(module, path, io),
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
