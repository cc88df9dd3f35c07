import { ByteWriter } from '../../bytes/byte-writer.ts';
import { Sha256 } from '../../bytes/sha256.ts';
import { type CodeListing, OP, PROLOGUE } from '../code-listing.ts';

/**
 * Opcodes whose immediates are indexes that a tool may renumber: calls, globals, tables, types, segments, tags; and
 * labels, because a block that nothing branches to may come and go.
 */
const RENUMBERED: ReadonlySet<number> = new Set([
  0x02, 0x03, 0x04, 0x06, 0x07, 0x08, 0x09, 0x0c, 0x0d, 0x0e, 0x18, 0x10, 0x11, 0x12, 0x13, 0x14, 0x15, 0x1c, 0x1f,
  0x23, 0x24, 0x25, 0x26, 0xd0, 0xd2, 0xfc08, 0xfc09, 0xfc0c, 0xfc0d, 0xfc0e, 0xfc0f, 0xfc10, 0xfc11,
]);
const LOCAL_GET = 0x20;
const LOCAL_TEE = 0x22;
const I32_CONST = 0x41;
const I64_CONST = 0x42;

/** What tools add and leave out when they only read a module and write it: nothing happens there. */
export function isFiller(opcode: number): boolean {
  return opcode <= OP.block || opcode === OP.end;
}

/** A hash of each body: its opcodes and their immediates, but for indexes and for how long numbers are spelled. */
export function bodyHashes(listing: CodeListing): string[] {
  const bytes = listing.module.code!.toBytes();
  const hashes: string[] = [];
  for (let n = 0; n < listing.functionCount; n++) hashes.push(hashBody(listing, bytes, n));
  return hashes;
}

function hashBody({ first, offsets, opcodes, ends }: CodeListing, bytes: Uint8Array, n: number): string {
  const out = new ByteWriter(1024);
  const last = first[n + 1]!;
  // Locals by the order in which they are first used: tools sort them by type.
  const locals = new Map<number, number>();
  for (let entry = first[n]!; entry < last; entry++) {
    const opcode = opcodes[entry]!;
    if (isFiller(opcode)) continue;
    out.u16(opcode);
    const end = entry + 1 < last ? offsets[entry + 1]! : ends[n]!;
    if (opcode === PROLOGUE || RENUMBERED.has(opcode) || (opcode >= 0xfb00 && opcode < 0xfc00)) continue;
    let at = offsets[entry]! + 1;
    if (opcode > 0xff) while (bytes[at++]! >= 0x80);
    if (opcode >= LOCAL_GET && opcode <= LOCAL_TEE) {
      const local = ulebAt(bytes, at);
      let number = locals.get(local);
      if (number === undefined) locals.set(local, (number = locals.size));
      out.uleb(number);
      continue;
    }
    const signed = opcode === I32_CONST || opcode === I64_CONST;
    // Constants of floats and vectors are no LEB128s; shortened the same way on both sides they still compare.
    while (at < end) at = writeShortened(out, bytes, { at, end, signed });
  }
  return new Sha256().update(out.toBytes()).hex();
}

function ulebAt(bytes: Uint8Array, start: number): number {
  let value = 0;
  for (let at = start, shift = 0; ; at++, shift += 7) {
    value |= (bytes[at]! & 0x7f) << shift;
    if (bytes[at]! < 0x80) return value;
  }
}

/** Writes a LEB128 in as few bytes as it takes; answers where the next one begins. */
function writeShortened(
  out: ByteWriter,
  bytes: Uint8Array,
  { at, end, signed }: { readonly at: number; readonly end: number; readonly signed: boolean },
): number {
  let stop = at;
  while (stop < end - 1 && bytes[stop]! >= 0x80) stop++;
  let last = stop;
  const fill = signed && (bytes[stop]! & 0x40) !== 0 ? 0x7f : 0;
  while (last > at && (bytes[last]! & 0x7f) === fill && (!signed || ((bytes[last - 1]! ^ fill) & 0x40) === 0)) last--;
  for (let n = at; n < last; n++) out.u8(bytes[n]! | 0x80);
  out.u8(bytes[last]! & 0x7f);
  return stop + 1;
}
