import { WASM_SYM } from '../../wasm/linking.ts';
import { type LlvmReader, Refusal } from './llvm-reader.ts';
import { functionCount, type ReadModule, type SymbolKind } from './read-module.ts';

/** Sub-sections of `linking` (WebAssembly's tool conventions). */
const PART = { segments: 5, initFunctions: 6, comdats: 7, symbols: 8 } as const;

/** Reads the section `linking` as LLVM does. @throws Refusal, LlvmDeath */
export function parseLinking(section: LlvmReader, state: ReadModule): void {
  state.hasLinking = true;
  const version = section.u32();
  if (version !== 2) throw new Refusal(`unexpected metadata version: ${version} (Expected: 2)`);
  const { end } = section;
  while (section.at < end) {
    section.end = end;
    const type = section.u8();
    const size = section.u32();
    section.end = section.at + size;
    if (type === PART.symbols) parseSymbols(section, state);
    else if (type === PART.segments) parseSegments(section, state);
    else if (type === PART.initFunctions) parseInitFunctions(section, state);
    else if (type === PART.comdats) parseComdats(section, state);
    else section.at += size;
    section.expectEnd('linking sub-section');
  }
  if (section.at !== end) throw new Refusal('linking section ended prematurely');
}

function parseSegments(section: LlvmReader, { segments }: ReadModule): void {
  const count = section.u32();
  if (count > segments.length) throw new Refusal('too many segment names');
  for (let left = count; left > 0; left--) {
    section.text();
    section.u32();
    section.u32();
  }
}

function parseInitFunctions(section: LlvmReader, { symbols }: ReadModule): void {
  for (let count = section.u32(); count > 0; count--) {
    section.u32();
    const symbol = section.u32();
    if (symbols[symbol]?.kind !== 'function') throw new Refusal(`invalid function symbol: ${symbol}`);
  }
}

const KINDS: readonly SymbolKind[] = ['function', 'data', 'global', 'section', 'tag', 'table'];

/** How names are bound: the lowest two bits of a symbol's flags. */
const BINDING = { mask: 3, weak: 1, local: 2 } as const;
const ABSOLUTE = 0x200;

function parseSymbols(section: LlvmReader, state: ReadModule): void {
  state.symbols = [];
  const names = new Set<string>();
  for (let count = section.u32(); count > 0; count--) {
    const type = section.u8();
    const flags = section.u32();
    const kind = KINDS[type];
    if (kind === undefined) throw new Refusal(`invalid symbol type: ${type}`);
    const name = parseSymbol(kind, flags, section, state);
    if (name !== undefined && (flags & BINDING.mask) !== BINDING.local) {
      if (names.has(name)) throw new Refusal(`duplicate symbol name ${name}`);
      names.add(name);
    }
    state.symbols.push({ kind, name: name ?? '' });
  }
}

/** The symbol's name; `undefined` for that of an import, which is not looked at. */
function parseSymbol(kind: SymbolKind, flags: number, section: LlvmReader, state: ReadModule): string | undefined {
  const isDefined = (flags & WASM_SYM.UNDEFINED) === 0;
  const binding = flags & BINDING.mask;
  if (kind === 'data') {
    const name = section.text();
    if (isDefined) parseDataSymbol(name, flags, section, state);
    return name;
  }
  if (kind === 'section') {
    if (binding !== BINDING.local) throw new Refusal('section symbols must have local binding');
    section.u32();
    return '';
  }
  const index = section.u32();
  const plural = `${kind}s` as const;
  const imported = state.imported[plural];
  const total = kind === 'function' ? functionCount(state) : imported + state.defined[plural];
  if (index >= total || isDefined !== index >= imported) throw new Refusal(`invalid ${kind} symbol index`);
  if (kind !== 'function' && !isDefined && binding === BINDING.weak) {
    throw new Refusal(`undefined weak ${kind === 'table' ? 'table' : 'global'} symbol`);
  }
  return isDefined || (flags & WASM_SYM.EXPLICIT_NAME) !== 0 ? section.text() : undefined;
}

function parseDataSymbol(name: string, flags: number, section: LlvmReader, { segments }: ReadModule): void {
  const index = section.u32();
  const offset = section.u64();
  section.u64();
  if ((flags & ABSOLUTE) !== 0) return;
  const size = segments[index];
  if (size === undefined) throw new Refusal(`invalid data segment index: ${index}`);
  if (offset <= size) return;
  throw new Refusal(`invalid data symbol offset: \`${name}\` (offset: ${offset} segment size: ${size})`);
}

function parseComdats(section: LlvmReader, state: ReadModule): void {
  const names = new Set<string>();
  const taken = { data: new Set<number>(), functions: new Set<number>() };
  for (let count = section.u32(); count > 0; count--) {
    const name = section.text();
    if (name === '' || names.has(name)) throw new Refusal(`bad/duplicate COMDAT name ${name}`);
    names.add(name);
    if (section.u32() !== 0) throw new Refusal('unsupported COMDAT flags');
    for (let entries = section.u32(); entries > 0; entries--) {
      parseComdatEntry(section.u32(), section.u32(), taken, state);
    }
  }
}

function parseComdatEntry(
  kind: number,
  index: number,
  taken: { readonly data: Set<number>; readonly functions: Set<number> },
  state: ReadModule,
): void {
  switch (kind) {
    case 0:
      if (index >= state.segments.length) throw new Refusal('COMDAT data index out of range');
      if (taken.data.has(index)) throw new Refusal('data segment in two COMDATs');
      taken.data.add(index);
      return;
    case 1:
      if (index < state.imported.functions || index >= functionCount(state)) {
        throw new Refusal('COMDAT function index out of range');
      }
      if (taken.functions.has(index)) throw new Refusal('function in two COMDATs');
      taken.functions.add(index);
      return;
    case 5:
      if (index >= state.sections.length) throw new Refusal('COMDAT section index out of range');
      if (!state.sections[index]!.isCustom) throw new Refusal('non-custom section in a COMDAT');
      return;
    default:
      throw new Refusal('invalid COMDAT entry type');
  }
}
