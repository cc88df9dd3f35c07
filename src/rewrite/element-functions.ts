import { ByteReader } from '../bytes/byte-reader.ts';
import type { WasmModule } from '../wasm/module.ts';
import { SECTION } from '../wasm/sections.ts';
import { readValueType } from '../wasm/value-types.ts';

const END = 0x0b;
const REF_FUNC = 0xd2;
const REF_NULL = 0xd0;

/**
 * The functions that element segments name, one after the other, -1 for an item that is none (WebAssembly 3.0, 5.5.12).
 *
 * Ends without the rest at an expression of more than one instruction.
 */
export function readElementFunctions(module: WasmModule): number[] {
  const section = module.section(SECTION.element);
  const functions: number[] = [];
  if (section === undefined) return functions;
  const reader = new ByteReader(section.window);
  for (let segments = reader.uleb(); segments > 0; segments--) {
    const flags = reader.uleb();
    const active = (flags & 1) === 0;
    if (active && (flags & 2) !== 0) reader.uleb();
    if (active && !skipOffset(reader)) return functions;
    const expressions = (flags & 4) !== 0;
    if ((flags & 3) !== 0) {
      if (expressions) readValueType(reader);
      else reader.u8();
    }
    for (let items = reader.uleb(); items > 0; items--) {
      const item = expressions ? readItem(reader) : reader.uleb();
      if (item === undefined) return functions;
      functions.push(item);
    }
  }
  return functions;
}

/** `i32.const`, `i64.const` or `global.get`, and `end`. */
function skipOffset(reader: ByteReader): boolean {
  const opcode = reader.u8();
  if (opcode !== 0x41 && opcode !== 0x42 && opcode !== 0x23) return false;
  reader.sleb();
  return reader.u8() === END;
}

function readItem(reader: ByteReader): number | undefined {
  const opcode = reader.u8();
  let item = -1;
  if (opcode === REF_FUNC) item = reader.uleb();
  else if (opcode === REF_NULL) reader.sleb();
  else return undefined;
  return reader.u8() === END ? item : undefined;
}
