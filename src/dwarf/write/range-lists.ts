import { ByteWriter } from '../../bytes/byte-writer.ts';
import { DW_RLE } from '../constants/range-lists.ts';
import { writeAddress } from './addresses.ts';
import { ulebSize } from './leb128.ts';

/**
 * The range lists of `.debug_ranges` (DWARF 4, section 2.17.3) or `.debug_rnglists` (DWARF 5, section 2.17.3), equal
 * ones once.
 */
export class RangeLists {
  readonly #version: number;
  readonly #addressSize: number;
  readonly #offsetSize: number;
  readonly #offsets = new Map<string, number>();
  readonly #out = new ByteWriter(1 << 10);

  constructor({ version, addressSize, offsetSize }: { version: number; addressSize: number; offsetSize: number }) {
    this.#version = version;
    this.#addressSize = addressSize;
    this.#offsetSize = offsetSize;
    if (version < 5) return;
    // One table for all units: nothing refers to its lists by index.
    if (offsetSize === 8) this.#out.u32(0xffff_ffff);
    this.#out.unsigned(0, offsetSize).u16(5).u8(addressSize).u8(0).u32(0);
  }

  /** Puts lists in front that others refer to; those of DWARF 5 are found through their own tables. */
  keep(section: Uint8Array): void {
    if (this.#version < 5) this.#out.take(section);
  }

  /**
   * The offset of a list of pairs of start and end.
   *
   * @param base what offsets in the unit's lists count from; `undefined` where the unit does not say.
   */
  add(pairs: readonly number[], base: number | undefined): number {
    const key = `${base} ${pairs.join(' ')}`;
    let offset = this.#offsets.get(key);
    if (offset === undefined) {
      offset = this.#out.size;
      if (this.#version >= 5) writeEntries(this.#out, pairs, base, this.#addressSize);
      else writePairs(this.#out, pairs, base ?? 0, this.#addressSize);
      this.#offsets.set(key, offset);
    }
    return offset;
  }

  /** The section; `undefined` where there are no lists. */
  finish(): Uint8Array | undefined {
    if (this.#offsets.size === 0 && this.#version >= 5) return undefined;
    if (this.#version >= 5) {
      const start = this.#offsetSize === 8 ? 12 : 4;
      this.#out.patch(start - this.#offsetSize, this.#out.size - start, this.#offsetSize);
    }
    return this.#out.toBytes();
  }
}

function writePairs(out: ByteWriter, pairs: readonly number[], unitBase: number, addressSize: number): void {
  let base = unitBase;
  for (let index = 0; index < pairs.length; index += 2) {
    const start = pairs[index]!;
    const end = pairs[index + 1]!;
    // Nothing stands before the base, and a pair of zeros would end the list.
    if (start < base || end < base || (start === base && end === base)) {
      base = 0;
      out.address(-1, addressSize).address(0, addressSize);
      if (start === 0 && end === 0) continue;
    }
    writeAddress(out, start - base, addressSize);
    writeAddress(out, end - base, addressSize);
  }
  out.address(0, addressSize).address(0, addressSize);
}

/** Writes the entries in whichever way is shortest: from the unit's base, from a base of their own, or whole. */
function writeEntries(
  out: ByteWriter,
  pairs: readonly number[],
  unitBase: number | undefined,
  addressSize: number,
): void {
  let lowest = Number.POSITIVE_INFINITY;
  for (let index = 0; index < pairs.length; index++) lowest = Math.min(lowest, pairs[index]!);
  const whole = sizeFrom(pairs, undefined, addressSize);
  const fromUnit = sizeFrom(pairs, unitBase, addressSize);
  const fromOwn = 1 + addressSize + sizeFrom(pairs, lowest, addressSize);
  let base = whole <= fromUnit ? undefined : unitBase;
  if (fromOwn < Math.min(whole, fromUnit)) {
    base = lowest;
    out.u8(DW_RLE.base_address);
    writeAddress(out, lowest, addressSize);
  }
  for (let index = 0; index < pairs.length; index += 2) {
    const start = pairs[index]!;
    const end = pairs[index + 1]!;
    if (pairSize(start, end, base) <= lengthSize(start, end, addressSize)) {
      out
        .u8(DW_RLE.offset_pair)
        .uleb(start - base!)
        .uleb(end - base!);
    } else if (isLength(start, end)) {
      out.u8(DW_RLE.start_length);
      writeAddress(out, start, addressSize);
      out.uleb(end - start);
    } else {
      out.u8(DW_RLE.start_end);
      writeAddress(out, start, addressSize);
      writeAddress(out, end, addressSize);
    }
  }
  out.u8(DW_RLE.end_of_list);
}

function sizeFrom(pairs: readonly number[], base: number | undefined, addressSize: number): number {
  let size = 0;
  for (let index = 0; index < pairs.length; index += 2) {
    const start = pairs[index]!;
    const end = pairs[index + 1]!;
    size += Math.min(pairSize(start, end, base), lengthSize(start, end, addressSize));
  }
  return size;
}

function pairSize(start: number, end: number, base: number | undefined): number {
  if (base === undefined || !isLength(base, start) || !isLength(base, end)) return Number.POSITIVE_INFINITY;
  return 1 + ulebSize(start - base) + ulebSize(end - base);
}

function lengthSize(start: number, end: number, addressSize: number): number {
  return isLength(start, end) ? 1 + addressSize + ulebSize(end - start) : 1 + 2 * addressSize;
}

/** Whether what lies between is not negative, and no larger than damage makes it. */
export function isLength(start: number, end: number): boolean {
  return end >= start && Number.isSafeInteger(end);
}
