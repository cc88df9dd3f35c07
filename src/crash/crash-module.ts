import type { CodeOffset } from '../addresses.ts';
import type { Frame, SourceFunction } from '../frames/frame.ts';
import type { SourceMap } from '../source-map/source-map.ts';
import { demangle } from '../symbolize/demangle.ts';
import type { Symbolizer } from '../symbolize/symbolizer.ts';
import { readExports } from '../wasm/exports.ts';
import type { LogicalFrame } from './crash.ts';
import { type MappedPlace, mappedPlace } from './mapped-places.ts';
import { ModuleCode } from './module-code.ts';
import type { SymbolMap } from './symbol-map.ts';

/** Beyond this, names that only the debug information has are not collected: it would be read as a whole. */
const MOST_BODIES = 50_000;
/** Functions whose names are remembered, and addresses whose frames are: stacks go through the same ones. */
const REMEMBERED = 4096;

/** What answers where there is no debug information. */
export interface NameSources {
  /** Names of functions. */
  readonly symbolMap?: SymbolMap | undefined;
  /** Opens the places of instructions, the first time that they are asked for. */
  readonly openSourceMap?: (() => SourceMap | undefined) | undefined;
}

/** A module that frames are answered from. */
export class CrashModule {
  /** For people: a file's name. */
  readonly name: string;
  readonly symbolizer: Symbolizer;
  readonly code: ModuleCode;
  /** The constant that was found to be in the offsets of this module's frames, by an earlier trace. */
  knownSkew: number | undefined;
  /** Of functions that were asked for. */
  readonly #names = new Map<number, ReadonlySet<string>>();
  readonly #frames = new Map<CodeOffset, readonly LogicalFrame[]>();
  #byName: Map<string, readonly number[]> | undefined;
  #exports: Map<number, string[]> | undefined;

  readonly #symbolMap: SymbolMap | undefined;
  readonly #openSourceMap: () => SourceMap | undefined;
  #sourceMap: { readonly map: SourceMap | undefined } | undefined;

  constructor(name: string, symbolizer: Symbolizer, { symbolMap, openSourceMap }: NameSources = {}) {
    this.name = name;
    this.#symbolMap = symbolMap;
    this.#openSourceMap = openSourceMap ?? (() => undefined);
    this.symbolizer = symbolizer;
    this.code = new ModuleCode(symbolizer.module);
  }

  /** The name that the module gives itself. */
  get moduleName(): string | undefined {
    return this.symbolizer.module.names.moduleName;
  }

  /** Every name by which a function may be printed, as it stands in the module and demangled. */
  namesOf(index: number): ReadonlySet<string> {
    let names = this.#names.get(index);
    if (names === undefined) {
      names = this.#collectNamesOf(index);
      if (this.#names.size >= REMEMBERED) this.#names.clear();
      this.#names.set(index, names);
    }
    return names;
  }

  #collectNamesOf(index: number): Set<string> {
    const names = new Set<string>();
    const add = (name: string | undefined): void => {
      if (name === undefined) return;
      names.add(name);
      names.add(demangle(name));
    };
    const { name, source } = this.symbolizer.functionNames.of(index);
    if (source !== 'index') add(name);
    for (const each of this.#exportsOf(index)) add(each);
    add(this.#symbolMap?.get(index));
    const known = this.functionOf(index);
    add(known?.linkageName);
    add(known?.qualifiedName);
    add(known?.name);
    return names;
  }

  /** Whether a printed name is one of a function's; the module's own name may stand in front of it. */
  isNamed(index: number, printed: string): boolean {
    const spellings = this.#spellings(printed);
    // The likeliest one, for which no debug information has to be read.
    const { name, source } = this.symbolizer.functionNames.of(index);
    if (source !== 'index' && spellings.includes(name)) return true;
    const names = this.namesOf(index);
    return spellings.some((spelling) => names.has(spelling));
  }

  /** The functions with a printed name. */
  indexesOf(printed: string): readonly number[] {
    this.#byName ??= this.#collectNames();
    for (const spelling of this.#spellings(printed)) {
      const found = this.#byName.get(spelling);
      if (found !== undefined) return found;
    }
    return [];
  }

  /** Those of several functions whose name section's name is the printed one: others are exported under it. */
  calledIn(indexes: readonly number[], printed: string | undefined): readonly number[] {
    if (printed === undefined) return indexes;
    const spellings = this.#spellings(printed);
    const called = indexes.filter((index) => {
      const { name, source } = this.symbolizer.functionNames.of(index);
      return source === 'name' && (spellings.includes(name) || spellings.includes(demangle(name)));
    });
    return called.length > 0 ? called : indexes;
  }

  /** The function of the source that a body was made from. */
  functionOf(index: number): SourceFunction | undefined {
    const body = this.code.body(index);
    const known = body === undefined ? undefined : this.#framesAt(body.start).at(-1)?.function;
    // Without either, the name is not the debug information's but the module's.
    return known?.linkageName === undefined && known?.qualifiedName === undefined ? undefined : known;
  }

  /** The logical frames at an address, innermost first. */
  framesAt(address: CodeOffset): readonly LogicalFrame[] {
    let logical = this.#frames.get(address);
    if (logical === undefined) {
      logical = this.#describe(this.#framesAt(address), address);
      if (this.#frames.size >= REMEMBERED) this.#frames.clear();
      this.#frames.set(address, logical);
    }
    return logical;
  }

  #describe(frames: readonly Frame[], address: CodeOffset): LogicalFrame[] {
    const mapped = frames.some(({ file }) => file !== undefined) ? undefined : this.#mappedPlace(address);
    const logical = frames.map((frame, index) => ({
      name: index === frames.length - 1 ? this.#outermostName(frame, address) : displayName(frame.function),
      file: frame.file?.path,
      line: frame.line,
      column: frame.column,
      inlined: frame.inlined,
      frame,
    }));
    if (mapped === undefined) return logical;
    const name = logical.at(-1)?.name ?? mapped.name;
    const { file, line, column } = mapped;
    return [{ name, file, line, column, inlined: false, mapped: true }];
  }

  #mappedPlace(address: CodeOffset): MappedPlace | undefined {
    this.#sourceMap ??= { map: this.#openSourceMap() };
    const { map } = this.#sourceMap;
    const { module } = this.symbolizer;
    const offset = module.toModule(address);
    const body = this.code.bodyAt(address);
    if (map === undefined || offset === undefined || body === undefined) return undefined;
    // What maps have of a function begins with the size in front of its body, or with that.
    const before = this.code.body(body.index - 1)?.end;
    return mappedPlace(map, offset, module.toModule(before ?? body.start) ?? offset);
  }

  /** Where a function is declared: all that can be said without an offset. */
  declarationOf(index: number): LogicalFrame | undefined {
    const body = this.code.body(index);
    const known = this.functionOf(index);
    const fallback = this.#symbolOf(index);
    const name = known === undefined ? fallback : preferred(known, fallback);
    if (body === undefined || (name === undefined && known?.file === undefined)) return undefined;
    return { name, file: known?.file?.path, line: known?.line, column: undefined, inlined: false };
  }

  #framesAt(address: CodeOffset): Frame[] {
    return this.symbolizer.frames(address);
  }

  #outermostName(frame: Frame, address: CodeOffset): string | undefined {
    const body = this.code.bodyAt(address);
    const symbol = body === undefined ? undefined : this.#symbolOf(body.index);
    // Without debug information the symbolizer's name is one of the module's, which the symbol map may know better.
    if (frame.function === undefined || frame.file === undefined) return symbol ?? displayName(frame.function);
    return preferred(frame.function, symbol);
  }

  /** The name outside of the debug information: the name section's, the symbol map's, the export's. */
  #symbolOf(index: number): string | undefined {
    const { name, source } = this.symbolizer.functionNames.of(index);
    const mapped = source === 'name' ? undefined : this.#symbolMap?.get(index);
    return mapped ?? (source === 'index' ? undefined : demangle(name));
  }

  #exportsOf(index: number): readonly string[] {
    if (this.#exports === undefined) {
      this.#exports = new Map();
      for (const each of readExports(this.symbolizer.module.module)) {
        if (each.kind !== 'function') continue;
        const names = this.#exports.get(each.index);
        if (names === undefined) this.#exports.set(each.index, [each.name]);
        else names.push(each.name);
      }
    }
    return this.#exports.get(index) ?? [];
  }

  /** A printed name as it is, and without the module's name that V8, SpiderMonkey and wazero put in front. */
  #spellings(printed: string): string[] {
    const { moduleName } = this;
    const spellings = [printed];
    if (moduleName !== undefined && printed.startsWith(`${moduleName}.`)) {
      spellings.push(printed.slice(moduleName.length + 1));
    } else if (moduleName === undefined) {
      // Of a stripped module the name is not known; it often is a file's.
      const dot = printed.indexOf('.wasm.');
      if (dot > 0) spellings.push(printed.slice(dot + '.wasm.'.length));
    }
    return spellings;
  }

  #collectNames(): Map<string, readonly number[]> {
    const byName = new Map<string, number[]>();
    const { functions } = this.symbolizer.module;
    const debugInfo = functions.bodyCount <= MOST_BODIES;
    for (const body of functions.bodies()) {
      const names = debugInfo ? this.#collectNamesOf(body.index) : this.#symbolNames(body.index);
      for (const name of names) {
        const indexes = byName.get(name);
        if (indexes === undefined) byName.set(name, [body.index]);
        else indexes.push(body.index);
      }
    }
    return byName;
  }

  #symbolNames(index: number): Set<string> {
    const { name } = this.symbolizer.functionNames.of(index);
    const mapped = this.#symbolMap?.get(index);
    return new Set([name, demangle(name), ...this.#exportsOf(index), ...(mapped === undefined ? [] : [mapped])]);
  }
}

/** A function's name for people: demangled, or with its scopes. */
export function displayName(known: SourceFunction | undefined): string | undefined {
  if (known === undefined) return undefined;
  if (known.linkageName !== undefined) {
    const name = demangle(known.linkageName);
    // `__main_argc_argv` is how the linker calls `main`.
    return name === known.linkageName ? (known.name ?? name) : name;
  }
  return known.qualifiedName ?? (known.name === undefined ? undefined : demangle(known.name));
}

/**
 * The debug information's name, unless the name section says more: with `-gline-tables-only` a function is only called
 * `measure`, and there it is `geo::Shape::measure(int) const`.
 */
function preferred(known: SourceFunction, symbol: string | undefined): string | undefined {
  const name = displayName(known);
  if (symbol === undefined || name === undefined) return name ?? symbol;
  if (known.linkageName !== undefined || known.name === undefined) return name;
  if (known.qualifiedName !== undefined && known.qualifiedName !== known.name) return name;
  const longer = symbol.includes(`::${known.name}(`) || symbol.startsWith(`${known.name}(`);
  return longer ? symbol : name;
}
