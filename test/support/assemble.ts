/**
 * DWARF spelled byte for byte, with the specification's names and with labels:
 * `assemble(unit(4, u16(5), label('entries'), DW_LNS.copy, [0, 1, DW_LNE.end_sequence], to('entries', 4)))`.
 */
import { sleb, uleb } from './wasm-builder.ts';

export { sleb, uleb };

/** A byte, a text with its closing zero, bytes, a place, or a number that a place is filled in for. */
export type Part = number | string | Uint8Array | Label | Reference | readonly Part[];

interface Label {
  readonly label: string;
}

interface Reference {
  readonly size: number;
  readonly value: (offsetOf: (label: string) => number) => number;
}

/** The bytes of the parts, one after the other. */
export function assemble(...parts: readonly Part[]): Uint8Array {
  const bytes = new Uint8Array(sizeOf(parts));
  const labels = new Map<string, number>();
  const references: { at: number; reference: Reference }[] = [];
  let at = 0;
  const put = (part: Part): void => {
    if (typeof part === 'number') {
      if (!(part >= -128 && part < 256)) throw new RangeError(`${part} is not a byte`);
      bytes[at++] = part;
    } else if (typeof part === 'string') {
      put(new TextEncoder().encode(`${part}\0`));
    } else if (part instanceof Uint8Array) {
      bytes.set(part, at);
      at += part.length;
    } else if ('label' in part) {
      labels.set(part.label, at);
    } else if ('value' in part) {
      references.push({ at, reference: part });
      at += part.size;
    } else {
      part.forEach(put);
    }
  };
  put(parts);
  const offsetOf = (label: string): number => {
    const offset = labels.get(label);
    if (offset === undefined) throw new RangeError(`no label ${label}`);
    return offset;
  };
  for (const { at: start, reference } of references) {
    bytes.set(unsigned(reference.value(offsetOf), reference.size), start);
  }
  return bytes;
}

function sizeOf(part: Part): number {
  if (typeof part === 'number') return 1;
  if (typeof part === 'string') return new TextEncoder().encode(part).length + 1;
  if (part instanceof Uint8Array) return part.length;
  if ('label' in part) return 0;
  if ('value' in part) return part.size;
  return part.reduce<number>((sum, each) => sum + sizeOf(each), 0);
}

/** Names the offset of what comes next. */
export function label(name: string): Part {
  return { label: name };
}

/** The offset of a label, or how far it is from another one. */
export function to(name: string, size: number, from?: string): Part {
  return { size, value: (offsetOf) => offsetOf(name) - (from === undefined ? 0 : offsetOf(from)) };
}

/** A number of `size` bytes; negative ones in two's complement. */
export function unsigned(value: number | bigint, size: number): Uint8Array {
  let rest = BigInt.asUintN(8 * size, BigInt(value));
  return Uint8Array.from({ length: size }, () => {
    const byte = Number(rest & 0xffn);
    rest >>= 8n;
    return byte;
  });
}

export const u16 = (value: number): Uint8Array => unsigned(value, 2);
export const u24 = (value: number): Uint8Array => unsigned(value, 3);
export const u32 = (value: number): Uint8Array => unsigned(value, 4);
export const u64 = (value: number | bigint): Uint8Array => unsigned(value, 8);

/** A length of `size` bytes, and what has that length. */
export function sized(size: number, ...parts: readonly Part[]): Part {
  return [unsigned(sizeOf(parts), size), parts];
}

/** A LEB128 length, and what has that length. */
export function block(...parts: readonly Part[]): Part {
  return [uleb(sizeOf(parts)), parts];
}

/** A unit with its initial length, in the 32-bit or the 64-bit format. */
export function unit(offsetSize: 4 | 8, ...parts: readonly Part[]): Part {
  return offsetSize === 8 ? [u32(0xffff_ffff), sized(8, ...parts)] : sized(4, ...parts);
}

/** An extended opcode of a line program: 0, its length, then it. */
export function extended(...parts: readonly Part[]): Part {
  return [0, block(...parts)];
}
