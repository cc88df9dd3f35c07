import type { Window } from '../../bytes/window.ts';
import type { ModuleFile } from '../../crash/module-finder.ts';
import { parseSymbolMap, type SymbolMap } from '../../crash/symbol-map.ts';
import { isFormatError } from '../../errors.ts';
import { SourceMap } from '../../source-map/source-map.ts';
import type { WasmModule } from '../../wasm/module.ts';
import { openMatching } from '../debug-files/local-debug-file.ts';
import { splitFiles } from '../debug-files/split-files.ts';
import { FileError, type Io } from '../io.ts';
import { findDebugInformation, type Searched } from './debug-information.ts';
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
  const below = symbols.flatMap((directory) => modulesIn(directory, io));
  const named = modules.map((argument) => splitArgument(argument, io));
  const archive = { symbols, archived: () => [...named.map(({ path }) => path), ...below] };
  return [
    ...named.map((given) => namedFile(given, archive, io)),
    ...below.map((path) => archivedFile(path, archive, io)),
  ];
}

/** Where debug information is looked for. */
type Archive = Required<Pick<Searched, 'symbols' | 'archived'>>;

function namedFile({ path, debugFile }: GivenModule, archive: Archive, io: Io): ModuleFile {
  const window = openWindow(path, io);
  const given = debugFile === undefined ? undefined : readGiven(debugFile, io);
  return {
    path,
    chosen: true,
    open: () => window,
    openDebugFile: (module) =>
      given === 'module'
        ? namedDebugFile({ module, path }, debugFile!, io)
        : findDebugInformation({ module, path, ...archive }, io),
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

function archivedFile(path: string, archive: Archive, io: Io): ModuleFile {
  return {
    path,
    chosen: false,
    open: () => openWindow(path, io),
    openDebugFile: (module) => findDebugInformation({ module, path, ...archive }, io),
    openSourceMap: (module) => findSourceMap(module, path, io),
    splitFile: splitFiles({ path, dwp: undefined, sourceMapPaths: [] }, io),
  };
}

/** An argument of `-e`, taken apart. */
interface GivenModule {
  readonly path: string;
  readonly debugFile?: string;
}

/** `MODULE=DEBUGFILE`, unless a file is called so; an equals sign in a module's path is fine as long as it exists. */
function splitArgument(argument: string, io: Io): GivenModule {
  if (io.exists(argument)) return { path: argument };
  for (let at = argument.lastIndexOf('='); at > 0; at = argument.lastIndexOf('=', at - 1)) {
    const path = argument.slice(0, at);
    if (io.exists(path)) return { path, debugFile: argument.slice(at + 1) };
  }
  return { path: argument };
}
