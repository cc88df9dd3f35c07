import { moduleOffset } from '../../addresses.ts';
import { FileImage } from '../../bytes/byte-source.ts';
import { decodeUtf8, encodeUtf8 } from '../../bytes/text.ts';
import { Window } from '../../bytes/window.ts';
import { isFormatError } from '../../errors.ts';
import { SourceMap } from '../../source-map/source-map.ts';
import type { CodeLocation } from '../../symbolize/answers.ts';
import { WasmFunctions } from '../../wasm/functions.ts';
import { readExternalDebugInfo, readSourceMappingUrl } from '../../wasm/links.ts';
import { WasmModule } from '../../wasm/module.ts';
import { WasmNames } from '../../wasm/names.ts';
import { directoryOf, resolveFrom } from '../debug-files/paths.ts';
import {
  type AnswerSource,
  type EmsymbolizerArguments,
  parseEmsymbolizer,
  USAGE,
  UsageError,
} from '../emsymbolizer/arguments.ts';
import { parseSymbolMap } from '../emsymbolizer/symbol-map.ts';
import { FileError, type Io } from '../io.ts';
import { settingsFrom } from '../llvm-settings.ts';
import { ModuleError } from '../module-error.ts';
import type { QueriedModule } from '../modules.ts';
import { parseUnsigned } from '../numbers.ts';
import { openQueriedModule } from '../open-module.ts';

/** What cannot be answered; the message is for the user. */
class EmsymbolizerError extends Error {}

/**
 * Emscripten's emsymbolizer: function and place of addresses, from debug information, a source map, the name section,
 * the symbol table or a symbol map. Exit status: 0, 1 for what cannot be answered, 2 for a wrong command line.
 */
export async function emsymbolizer(args: readonly string[], io: Io): Promise<number> {
  let given: EmsymbolizerArguments | undefined;
  try {
    given = parseEmsymbolizer(args);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    io.stderr(`${USAGE}emsymbolizer: error: ${error.message}\n`);
    return 2;
  }
  if (given === undefined) {
    io.stdout(USAGE);
    return 0;
  }
  try {
    await answer(given, io);
    return 0;
  } catch (error) {
    const known = error instanceof EmsymbolizerError || error instanceof FileError || error instanceof ModuleError;
    if (!known && !isFormatError(error)) throw error;
    io.stderr(`${io.argv0}: ${error.message}\n`);
    return 1;
  }
}

async function answer(given: EmsymbolizerArguments, io: Io): Promise<void> {
  const { file, addressSpace, addresses, source } = given;
  const module = WasmModule.read(Window.of(new FileImage(io.openFile(given.module)), 'module'));
  const chain = source === undefined ? sourcesOf(module, given) : [source];
  if (given.verbose) io.stderr(`${io.argv0}: asks ${chain.join(', ')}\n`);
  const sources = new Sources(module, given, io);
  for (const text of addresses) {
    const address = parseUnsigned(text, 0);
    // A leading 0 is no octal here.
    const value = /^0\d/.test(text) ? parseUnsigned(text.replace(/^0+(?=\d)/, ''), 0) : address;
    if (value === undefined) throw new EmsymbolizerError(`'${text}' is no address`);
    const offset = Number(value) + (addressSpace === 'code' ? (module.codeStart ?? 0) : 0);
    let places: readonly CodeLocation[] = [];
    for (const each of chain) {
      places = (await sources.ask(each, offset, file)) ?? [];
      if (places.length > 0) break;
    }
    for (const { functionName, file: path, line, column } of places.length > 0 ? places : [{} as CodeLocation]) {
      io.stdout(`${functionName ?? '??'}\n${path ?? '??'}:${line ?? 0}:${column ?? 0}\n`);
    }
  }
}

/** What a module has, the best first. */
function sourcesOf(module: WasmModule, { file, module: path }: EmsymbolizerArguments): AnswerSource[] {
  const chain: AnswerSource[] = [];
  const hasDebugFile = readExternalDebugInfo(module) !== undefined || module.custom('.gnu_debuglink') !== undefined;
  if (module.custom('.debug_line') !== undefined || hasDebugFile) chain.push('dwarf');
  if (readSourceMappingUrl(module) !== undefined) chain.push('sourcemap');
  if (file !== undefined) chain.push(/\.symbols$/.test(file) ? 'symbolmap' : 'sourcemap');
  if (module.custom('name') !== undefined) chain.push('names');
  if (module.custom('linking') !== undefined) chain.push('symtab');
  if (chain.length > 0) return chain;
  const missing = 'No .debug_line or sourceMappingURL section found in';
  throw new EmsymbolizerError(`${missing} ${path}. I don't know how to symbolize this file yet`);
}

/** The sources of one module, each opened when it is first asked. */
class Sources {
  readonly #module: WasmModule;
  readonly #given: EmsymbolizerArguments;
  readonly #io: Io;
  #queried: QueriedModule | Promise<QueriedModule> | undefined;
  #sourceMap: SourceMap | undefined;
  #symbolMap: Map<number, string> | undefined;

  constructor(module: WasmModule, given: EmsymbolizerArguments, io: Io) {
    this.#module = module;
    this.#given = given;
    this.#io = io;
  }

  /** The frames at an offset in the file, innermost first; none where this source does not know it. */
  async ask(source: AnswerSource, offset: number, file: string | undefined): Promise<readonly CodeLocation[]> {
    switch (source) {
      case 'dwarf':
      case 'symtab': {
        const frames = (await this.#open()).frames(offset);
        return frames.some(({ file: path }) => path !== undefined) || this.#given.source !== undefined ? frames : [];
      }
      case 'names': {
        const name = this.#functionName(offset);
        return name === undefined ? [] : [{ functionName: name }];
      }
      case 'sourcemap': {
        this.#sourceMap ??= this.#readSourceMap(file);
        const { names, segments, sources } = this.#sourceMap;
        const segment = this.#sourceMap.find(offset);
        if (segment < 0) return [];
        const functionName = names[segments.names[segment]!] ?? this.#functionName(offset);
        const path = sources[segments.sources[segment]!];
        const line = segments.lines[segment] || undefined;
        return [{ functionName, file: path, line, column: segments.columns[segment] || undefined }];
      }
      case 'symbolmap': {
        if (file === undefined) throw new EmsymbolizerError('a symbol map needs -f FILE');
        this.#symbolMap ??= parseSymbolMap(decodeUtf8(this.#io.readFile(file)));
        const index = this.#functionIndex(offset);
        const name = index === undefined ? undefined : this.#symbolMap.get(index);
        return name === undefined ? [] : [{ functionName: name }];
      }
      default:
        return source satisfies never;
    }
  }

  #open(): QueriedModule | Promise<QueriedModule> {
    const { module: file, file: debugFile, source } = this.#given;
    const settings = { ...settingsFrom([], { addr2line: false }), addressSpace: 'file' as const };
    const named = source === 'dwarf' && debugFile !== undefined ? { ...settings, debugFile } : settings;
    const wanted = { file, architecture: '', settings: named, version: 'ours' as const, paths: [] };
    this.#queried ??= openQueriedModule(wanted, this.#io);
    return this.#queried;
  }

  #readSourceMap(file: string | undefined): SourceMap {
    const url = file ?? readSourceMappingUrl(this.#module);
    if (url === undefined) throw new EmsymbolizerError('No sourceMapping section found');
    const [, encoding, data] = /^data:[^,]*?(;base64)?,(.*)$/s.exec(url) ?? [];
    if (data !== undefined) return SourceMap.read(encoding ? fromBase64(data) : encodeUtf8(decodePercent(data)));
    // A URL beside the module; what is opened from the command line counts from the current directory.
    const beside = resolveFrom(directoryOf(this.#given.module), url);
    const path = file === undefined && this.#io.exists(beside) ? beside : url;
    return SourceMap.read(this.#io.readFile(path));
  }

  #functionName(offset: number): string | undefined {
    const index = this.#functionIndex(offset);
    return index === undefined ? undefined : WasmNames.read(this.#module).functions.name(index);
  }

  #functionIndex(offset: number): number | undefined {
    const address = this.#module.toCode(moduleOffset(offset));
    return address === undefined ? undefined : WasmFunctions.read(this.#module).findIndex(address);
  }
}

function fromBase64(data: string): Uint8Array {
  return Uint8Array.from(Buffer.from(data, 'base64'));
}

/** What is no percent-encoding stands for itself. */
function decodePercent(data: string): string {
  try {
    return decodeURIComponent(data);
  } catch {
    return data;
  }
}
