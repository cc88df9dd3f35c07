import { LlvmDeath } from './llvm-death.ts';
import { type LlvmReader, Refusal } from './llvm-reader.ts';
import type { ReadModule, SymbolKind } from './read-module.ts';

/** What a kind of relocation refers to, its addend and how many bytes it fills in. */
interface RelocationKind {
  readonly target: SymbolKind | 'type' | 'any-global';
  readonly addend: 0 | 32 | 64;
  readonly size: 4 | 5 | 8 | 10;
}

const of = (
  target: RelocationKind['target'],
  size: RelocationKind['size'],
  addend: RelocationKind['addend'] = 0,
): RelocationKind => ({ target, size, addend });

/** By their numbers (`WasmRelocs.def`). */
const KINDS: readonly RelocationKind[] = [
  of('function', 5), // FUNCTION_INDEX_LEB
  of('function', 5), // TABLE_INDEX_SLEB
  of('function', 4), // TABLE_INDEX_I32
  of('data', 5, 32), // MEMORY_ADDR_LEB
  of('data', 5, 32), // MEMORY_ADDR_SLEB
  of('data', 4, 32), // MEMORY_ADDR_I32
  of('type', 5), // TYPE_INDEX_LEB
  of('any-global', 5), // GLOBAL_INDEX_LEB
  of('function', 4, 32), // FUNCTION_OFFSET_I32
  of('section', 4, 32), // SECTION_OFFSET_I32
  of('tag', 5), // TAG_INDEX_LEB
  of('data', 5, 32), // MEMORY_ADDR_REL_SLEB
  of('function', 5), // TABLE_INDEX_REL_SLEB
  of('global', 4), // GLOBAL_INDEX_I32
  of('data', 10, 64), // MEMORY_ADDR_LEB64
  of('data', 10, 64), // MEMORY_ADDR_SLEB64
  of('data', 8, 64), // MEMORY_ADDR_I64
  of('data', 10, 64), // MEMORY_ADDR_REL_SLEB64
  of('function', 5), // TABLE_INDEX_SLEB64
  of('function', 8), // TABLE_INDEX_I64
  of('table', 5), // TABLE_NUMBER_LEB
  of('data', 5, 32), // MEMORY_ADDR_TLS_SLEB
  of('function', 8, 64), // FUNCTION_OFFSET_I64
  of('data', 4, 32), // MEMORY_ADDR_LOCREL_I32
  of('function', 5), // TABLE_INDEX_REL_SLEB64
  of('data', 5, 64), // MEMORY_ADDR_TLS_SLEB64
  of('function', 4), // FUNCTION_INDEX_I32
];

/** Reads relocations of a section as LLVM does. @throws Refusal, LlvmDeath */
export function parseRelocations(section: LlvmReader, { sections, symbols, types }: ReadModule): void {
  const target = sections[section.u32()];
  if (target === undefined) throw new Refusal('invalid section index');
  let before = 0;
  for (let count = section.u32(); count > 0; count--) {
    const type = section.u32();
    const offset = section.u32();
    if (offset < before) throw new Refusal('relocations not in offset order');
    before = offset;
    const index = section.u32();
    const kind = KINDS[type];
    if (kind === undefined) throw new Refusal(`invalid relocation type: ${type}`);
    if (kind.target === 'type') {
      if (index >= types) throw new Refusal('invalid relocation type index');
    } else {
      checkSymbol(kind.target, symbols[index]);
    }
    if (kind.addend === 32) section.s32();
    else if (kind.addend === 64) section.s64();
    if (offset + kind.size > target.size) throw new Refusal('invalid relocation offset');
  }
  section.expectEnd('reloc section');
}

/** LLVM says the name of a symbol that does not fit, also where there is none: `wasm-ld --emit-relocs` writes -1 for it. */
function checkSymbol(
  wanted: Exclude<RelocationKind['target'], 'type'>,
  symbol: ReadModule['symbols'][number] | undefined,
): void {
  if (symbol === undefined) throw new LlvmDeath('a relocation of a symbol that is not there');
  const { kind, name } = symbol;
  const fits = wanted === 'any-global' ? kind === 'global' || kind === 'data' || kind === 'function' : kind === wanted;
  if (!fits) throw new Refusal(`invalid ${wanted === 'any-global' ? 'global' : wanted} relocation: ${name}`);
}
