import { ByteReader } from '../bytes/byte-reader.ts';
import { ignore, type Report } from '../diagnostics.ts';
import { isFormatError } from '../errors.ts';
import { type ExternalKind, readImports } from './imports.ts';
import type { WasmModule } from './module.ts';

/** What a symbol stands for. */
export type SymbolKind = 'function' | 'data' | 'global' | 'section' | 'tag' | 'table';

/** Flags of a symbol (tool conventions, Linking.md, "Symbol table subsection"). */
export const WASM_SYM = {
  BINDING_WEAK: 0x01,
  BINDING_LOCAL: 0x02,
  VISIBILITY_HIDDEN: 0x04,
  UNDEFINED: 0x10,
  EXPORTED: 0x20,
  EXPLICIT_NAME: 0x40,
  NO_STRIP: 0x80,
  TLS: 0x100,
  ABSOLUTE: 0x200,
} as const;

/** One entry of the symbol table. */
export interface LinkingSymbol {
  readonly kind: SymbolKind;
  /** Of an undefined symbol without a name of its own, the name of its import; of a section, none. */
  readonly name: string | undefined;
  /** A combination of `WASM_SYM`. */
  readonly flags: number;
  /** In the index space of its kind; of data, of the segment; of a section, its place among all sections. Undefined data has none. */
  readonly index: number | undefined;
  /** Of defined data: in bytes from the start of the segment. */
  readonly offset: number;
  /** Of defined data: in bytes. */
  readonly size: number;
}

/** A data segment as the compiler named it. */
export interface SegmentInfo {
  readonly name: string;
  /** As a power of two. */
  readonly alignment: number;
  readonly flags: number;
}

/** A function that runs before `main`. */
export interface InitFunction {
  readonly priority: number;
  /** In the symbol table. */
  readonly symbol: number;
}

/** A group of which the linker keeps one copy. */
export interface Comdat {
  readonly name: string;
  readonly members: readonly { readonly kind: number; readonly index: number }[];
}

/** The `linking` section of an object file. */
export interface Linking {
  readonly version: number;
  readonly symbols: readonly LinkingSymbol[];
  readonly segments: readonly SegmentInfo[];
  readonly initFunctions: readonly InitFunction[];
  readonly comdats: readonly Comdat[];
}

const SUBSECTION = { segmentInfo: 5, initFunctions: 6, comdats: 7, symbols: 8 } as const;
const KINDS: readonly SymbolKind[] = ['function', 'data', 'global', 'section', 'tag', 'table'];

/** Reads the `linking` section; what stands before damage is answered, the damage reported. */
export function readLinking(
  module: WasmModule,
  options: { readonly report?: Report | undefined } = {},
): Linking | undefined {
  const report = options.report ?? ignore;
  const window = module.custom('linking')?.window;
  if (window === undefined) return undefined;
  const symbols: LinkingSymbol[] = [];
  const segments: SegmentInfo[] = [];
  const initFunctions: InitFunction[] = [];
  const comdats: Comdat[] = [];
  let version = 0;
  const odd = (rule: string, message: string, offset: number): void =>
    report({ severity: 'warning', rule, message, section: 'linking', offset });
  try {
    const reader = new ByteReader(window);
    version = reader.uleb();
    if (version !== 2) odd('linking/version', `version ${version}; read as version 2`, 0);
    while (!reader.done) {
      const id = reader.u8();
      const subsection = new ByteReader(reader.part(reader.uleb()));
      try {
        if (id === SUBSECTION.symbols) readSymbols(subsection, symbols, module);
        else if (id === SUBSECTION.segmentInfo) readSegments(subsection, segments);
        else if (id === SUBSECTION.initFunctions) readInitFunctions(subsection, initFunctions);
        else if (id === SUBSECTION.comdats) readComdats(subsection, comdats);
      } catch (error) {
        if (!isFormatError(error)) throw error;
        odd('linking/damaged', `${error.detail}; the entries of the subsection before it are read`, error.offset);
      }
    }
  } catch (error) {
    if (!isFormatError(error)) throw error;
    odd('linking/damaged', `${error.detail}; the subsections before it are read`, error.offset);
  }
  return { version, symbols, segments, initFunctions, comdats };
}

function readSymbols(reader: ByteReader, symbols: LinkingSymbol[], module: WasmModule): void {
  let importNames: Map<string, string> | undefined;
  const importName = (kind: ExternalKind, index: number): string | undefined => {
    importNames ??= new Map(readImports(module).imports.map((each) => [`${each.kind} ${each.index}`, each.name]));
    return importNames.get(`${kind} ${index}`);
  };
  for (let count = reader.uleb(); count > 0; count--) {
    const code = reader.u8();
    const kind = KINDS[code];
    const flags = reader.uleb();
    const undefinedSymbol = (flags & WASM_SYM.UNDEFINED) !== 0;
    if (kind === undefined) {
      throw reader.error('unknown-code', `symbol of unknown kind ${code}`);
    }
    if (kind === 'data') {
      const name = reader.text(reader.uleb());
      const place = undefinedSymbol
        ? { index: undefined, offset: 0, size: 0 }
        : { index: reader.uleb(), offset: reader.uleb(), size: reader.uleb() };
      symbols.push({ kind, name, flags, ...place });
    } else {
      const index = reader.uleb();
      let name: string | undefined;
      if (kind !== 'section') {
        const named = !undefinedSymbol || (flags & WASM_SYM.EXPLICIT_NAME) !== 0;
        name = named ? reader.text(reader.uleb()) : importName(kind, index);
      }
      symbols.push({ kind, name, flags, index, offset: 0, size: 0 });
    }
  }
}

function readSegments(reader: ByteReader, segments: SegmentInfo[]): void {
  for (let count = reader.uleb(); count > 0; count--) {
    const name = reader.text(reader.uleb());
    segments.push({ name, alignment: reader.uleb(), flags: reader.uleb() });
  }
}

function readInitFunctions(reader: ByteReader, initFunctions: InitFunction[]): void {
  for (let count = reader.uleb(); count > 0; count--) {
    initFunctions.push({ priority: reader.uleb(), symbol: reader.uleb() });
  }
}

function readComdats(reader: ByteReader, comdats: Comdat[]): void {
  for (let count = reader.uleb(); count > 0; count--) {
    const name = reader.text(reader.uleb());
    // Flags; none are defined.
    reader.uleb();
    const members: { kind: number; index: number }[] = [];
    comdats.push({ name, members });
    for (let left = reader.uleb(); left > 0; left--) members.push({ kind: reader.u8(), index: reader.uleb() });
  }
}
