import { ByteReader } from '../../bytes/byte-reader.ts';
import type { Window } from '../../bytes/window.ts';
import { LlvmReader, Refusal } from './llvm-reader.ts';
import type { ReadModule } from './read-module.ts';
import { parseCoreSection } from './refused-core-sections.ts';
import { parseCustomSection } from './refused-custom-sections.ts';
import { breaksOrder } from './section-order.ts';

/** The first eight bytes. */
const HEADER = 8;

/**
 * Why LLVM refuses a module, in its words; `undefined` where it takes it.
 *
 * LLVM checks more than the specification asks for, such as the order of custom sections and that no function has two
 * names, and less, such as types (`WasmObjectFile`).
 *
 * @throws LlvmDeath where LLVM ends there and then: at everything that ends too early.
 */
export function findRefusal(module: Window, version: 19 | 23): string | undefined {
  const header = new ByteReader(module);
  if (module.size < HEADER || header.u32() !== 0x6d73_6100) {
    return 'The file was not recognized as a valid object file';
  }
  const wasmVersion = header.u32();
  if (wasmVersion !== 1) return `invalid version number: ${wasmVersion}`;
  const state: ReadModule = {
    version,
    types: 0,
    imported: { functions: 0, tables: 0, globals: 0, tags: 0 },
    defined: { functions: 0, tables: 0, globals: 0, tags: 0 },
    dataCount: undefined,
    segments: [],
    sections: [],
    symbols: [],
    hasLinking: false,
    hasDylink: false,
  };
  try {
    const reader = new LlvmReader(module, module.start + HEADER, module.end);
    const seen = new Set<string>();
    while (reader.left > 0) parseSection(reader, state, seen);
    return undefined;
  } catch (error) {
    if (error instanceof Refusal) return error.message;
    throw error;
  }
}

function parseSection(reader: LlvmReader, state: ReadModule, seen: Set<string>): void {
  const id = reader.u8();
  const size = reader.u32();
  if (size === 0) throw new Refusal('zero length section');
  if (size > reader.left) throw new Refusal('section too large');
  const section = reader.part(size);
  const name = id === 0 ? section.text() : '';
  if (breaksOrder(id, name, seen)) throw new Refusal(`out of order section type: ${id}`);
  const contents = section.left;
  if (id === 0) parseCustomSection(name, section, state);
  else parseCoreSection(id, section, state);
  state.sections.push({ size: contents, isCustom: id === 0 });
  reader.skip(size);
}
