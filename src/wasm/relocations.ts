import { ByteReader } from '../bytes/byte-reader.ts';
import type { Report } from '../diagnostics.ts';
import { isFormatError } from '../errors.ts';
import type { WasmModule, WasmSection } from './module.ts';
import { SECTION } from './sections.ts';

/** Types of relocations (tool conventions, Linking.md, and LLVM's WasmRelocs.def), whose place in the list is the code. */
const TYPES = [
  'FUNCTION_INDEX_LEB',
  'TABLE_INDEX_SLEB',
  'TABLE_INDEX_I32',
  'MEMORY_ADDR_LEB',
  'MEMORY_ADDR_SLEB',
  'MEMORY_ADDR_I32',
  'TYPE_INDEX_LEB',
  'GLOBAL_INDEX_LEB',
  'FUNCTION_OFFSET_I32',
  'SECTION_OFFSET_I32',
  'TAG_INDEX_LEB',
  'MEMORY_ADDR_REL_SLEB',
  'TABLE_INDEX_REL_SLEB',
  'GLOBAL_INDEX_I32',
  'MEMORY_ADDR_LEB64',
  'MEMORY_ADDR_SLEB64',
  'MEMORY_ADDR_I64',
  'MEMORY_ADDR_REL_SLEB64',
  'TABLE_INDEX_SLEB64',
  'TABLE_INDEX_I64',
  'TABLE_NUMBER_LEB',
  'MEMORY_ADDR_TLS_SLEB',
  'FUNCTION_OFFSET_I64',
  'MEMORY_ADDR_LOCREL_I32',
  'TABLE_INDEX_REL_SLEB64',
  'MEMORY_ADDR_TLS_SLEB64',
  'FUNCTION_INDEX_I32',
] as const;

/** An address has something to add, an index has not. */
const HAS_ADDEND: readonly boolean[] = TYPES.map((type) => /^(MEMORY_ADDR|FUNCTION_OFFSET|SECTION_OFFSET)/.test(type));

/** Bytes of the shortest entry: a type, an offset and an index. */
const SHORTEST = 3;

/** What is to be filled in in one section: columns, a row each relocation. */
export interface Relocations {
  /** The section that is relocated; undefined if there is none of that number. */
  readonly target: WasmSection | undefined;
  readonly count: number;
  /** Codes; `nameOfRelocation` gives their names. */
  readonly types: Uint8Array;
  /** From the start of the section's payload, of a custom one from the first byte after its name. */
  readonly offsets: Uint32Array;
  /** In the symbol table; of `TYPE_INDEX_LEB`, the type itself. */
  readonly indexes: Uint32Array;
  /** 0 where the type has none. */
  readonly addends: Float64Array;
}

/** `R_WASM_MEMORY_ADDR_LEB`, or the number where there is no name. */
export function nameOfRelocation(type: number): string {
  const name = TYPES[type];
  return name === undefined ? `R_WASM_${type}` : `R_WASM_${name}`;
}

/** Reads all `reloc.…` sections; what stands before damage is answered, the damage reported. */
export function readRelocations(
  module: WasmModule,
  options: { readonly report?: Report | undefined } = {},
): Relocations[] {
  return module.sections
    .filter(({ id, name }) => id === SECTION.custom && name.startsWith('reloc.'))
    .map((section) => readSection(module, section, options.report));
}

function readSection(module: WasmModule, section: WasmSection, report: Report | undefined): Relocations {
  const reader = new ByteReader(section.window);
  let count = 0;
  let target: WasmSection | undefined;
  let columns = allocate(0);
  try {
    target = module.sections[reader.uleb()];
    const declared = reader.uleb();
    columns = allocate(Math.min(declared, Math.floor(reader.left / SHORTEST)));
    for (; count < declared; count++) {
      const start = reader.offset;
      const type = reader.u8();
      const hasAddend = HAS_ADDEND[type];
      if (hasAddend === undefined) throw reader.error('unknown-code', `relocation of unknown type ${type}`, start);
      const offset = reader.uleb();
      const index = reader.uleb();
      const addend = hasAddend ? reader.sleb() : 0;
      columns.types[count] = type;
      columns.offsets[count] = offset;
      columns.indexes[count] = index;
      columns.addends[count] = addend;
    }
  } catch (error) {
    if (!isFormatError(error)) throw error;
    const message = `${error.detail}; the ${count} relocations before it are read`;
    report?.({
      severity: 'warning',
      rule: 'relocations/damaged',
      message,
      section: section.name,
      offset: error.offset,
    });
  }
  return {
    target,
    count,
    types: columns.types.subarray(0, count),
    offsets: columns.offsets.subarray(0, count),
    indexes: columns.indexes.subarray(0, count),
    addends: columns.addends.subarray(0, count),
  };
}

function allocate(room: number): Pick<Relocations, 'types' | 'offsets' | 'indexes' | 'addends'> {
  return {
    types: new Uint8Array(room),
    offsets: new Uint32Array(room),
    indexes: new Uint32Array(room),
    addends: new Float64Array(room),
  };
}
