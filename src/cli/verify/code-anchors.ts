import { ByteReader } from '../../bytes/byte-reader.ts';
import type { DebugModule } from '../../debug-module/debug-module.ts';
import type { CodeListing } from '../../rewrite/code-listing.ts';
import type { Anchor } from '../../verify/compare-structure.ts';
import { InstructionCursor } from '../../wasm/instructions.ts';

/** A module and its code. */
export interface Side {
  readonly module: DebugModule;
  readonly listing: CodeListing;
}

const OP = {
  call: 0x10,
  return_call: 0x12,
  firstAccess: 0x28,
  lastAccess: 0x3e,
  i32_const: 0x41,
  i64_const: 0x42,
  f32_const: 0x43,
  f64_const: 0x44,
} as const;

/** Numbers below this are in every function. */
const LARGE = 16;

/**
 * What an optimizer leaves of a function as it moves its code: the functions that it calls, its constants, and the
 * offsets of its memory accesses, in the order of the code.
 */
export function anchorsOf({ module, listing }: Side, n: number): Anchor[] {
  const anchors: Anchor[] = [];
  const { code } = listing.module;
  if (code === undefined) return anchors;
  const start = listing.offsets[listing.first[n]!]!;
  const cursor = new InstructionCursor(code, start, listing.ends[n]!);
  while (cursor.next()) {
    const { opcode } = cursor;
    const immediate = (): ByteReader => new ByteReader(code, cursor.immediates);
    const add = (token: string, isRare: boolean): void => {
      anchors.push({ address: cursor.offset, token, isRare });
    };
    switch (opcode) {
      case OP.call:
      case OP.return_call: {
        const name = module.names.functions.name(cursor.index());
        if (name !== undefined) add(`call ${name}`, true);
        break;
      }
      case OP.i32_const:
      case OP.i64_const: {
        const value = immediate().sleb();
        add(`${opcode === OP.i32_const ? 'i32' : 'i64'} ${value}`, Math.abs(value) >= LARGE);
        break;
      }
      case OP.f32_const:
        add(`f32 ${immediate().u32()}`, true);
        break;
      case OP.f64_const:
        add(`f64 ${immediate().u64Bits()}`, true);
        break;
      default: {
        if (opcode < OP.firstAccess || opcode > OP.lastAccess) break;
        const offset = offsetOf(immediate());
        if (offset > 0) add(`offset ${offset}`, offset >= LARGE);
      }
    }
  }
  return anchors;
}

/** The offset of a memory access: behind its alignment, and the memory's number where that is said (bit 6). */
function offsetOf(reader: ByteReader): number {
  if ((reader.uleb() & 0x40) !== 0) reader.uleb();
  return reader.uleb();
}
