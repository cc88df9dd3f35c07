import { ByteWriter } from '../../bytes/byte-writer.ts';
import { DW_LLE } from '../constants/location-lists.ts';
import { writeAddress } from './addresses.ts';
import type { WrittenBlock } from './blocks.ts';
import { ulebSize } from './leb128.ts';
import { isLength } from './range-lists.ts';

/** Where a variable is while the code from `start` up to `end` runs. */
export interface WrittenLocation {
  /** `undefined`, as `end` is, for wherever no other location holds: DWARF 5 alone has that. */
  readonly start: number | undefined;
  readonly end: number | undefined;
  readonly expression: WrittenBlock;
  /** Views of the bounds, where they stand in the list itself. */
  readonly views?: { readonly start: number; readonly end: number } | undefined;
}

/** The location lists of `.debug_loc` (DWARF 4, section 2.6.2) or `.debug_loclists` (DWARF 5, section 7.7.3). */
export class LocationLists {
  readonly #version: number;
  readonly #addressSize: number;
  readonly #offsetSize: number;
  readonly #out = new ByteWriter(1 << 10);
  readonly #blocks: { readonly at: number; readonly block: WrittenBlock }[] = [];
  readonly #header: number;

  constructor({ version, addressSize, offsetSize }: { version: number; addressSize: number; offsetSize: number }) {
    this.#version = version;
    this.#addressSize = addressSize;
    this.#offsetSize = offsetSize;
    if (version >= 5) {
      // One table for all units: nothing refers to its lists by index.
      if (offsetSize === 8) this.#out.u32(0xffff_ffff);
      this.#out.unsigned(0, offsetSize).u16(5).u8(addressSize).u8(0).u32(0);
    }
    this.#header = this.#out.size;
  }

  /** Writes bytes that stand between lists, and answers their offset. */
  raw(bytes: Uint8Array): number {
    const offset = this.#out.size;
    this.#out.take(bytes);
    return offset;
  }

  /**
   * Adds a list and answers its offset.
   *
   * @param base what offsets in the unit's lists count from; `undefined` where the unit does not say.
   */
  add(locations: readonly WrittenLocation[], base: number | undefined): number {
    const offset = this.#out.size;
    if (this.#version >= 5) this.#addEntries(locations, base);
    else this.#addPairs(locations, base ?? 0);
    return offset;
  }

  /** The section; `write` fills in what expressions refer to. `undefined` where there are no lists. */
  finish(write: (out: ByteWriter, at: number, block: WrittenBlock) => void): Uint8Array | undefined {
    const out = this.#out;
    if (out.size === this.#header) return undefined;
    if (this.#version >= 5) {
      const start = this.#offsetSize === 8 ? 12 : 4;
      out.patch(start - this.#offsetSize, out.size - start, this.#offsetSize);
    }
    for (const { at, block } of this.#blocks) write(out, at, block);
    return out.toBytes();
  }

  #addPairs(locations: readonly WrittenLocation[], unitBase: number): void {
    const out = this.#out;
    const size = this.#addressSize;
    let base = unitBase;
    for (const { start = 0, end = 0, expression } of locations) {
      // Nothing stands before the base, and a pair of zeros would end the list.
      if (start < base || end < base || (start === base && end === base)) {
        base = 0;
        out.address(-1, size).address(0, size);
        if (start === 0 && end === 0) continue;
      }
      writeAddress(out, start - base, size);
      writeAddress(out, end - base, size);
      out.u16(expression.bytes.length);
      this.#addBytes(expression);
    }
    out.address(0, size).address(0, size);
  }

  #addEntries(locations: readonly WrittenLocation[], unitBase: number | undefined): void {
    const out = this.#out;
    const size = this.#addressSize;
    let base = unitBase;
    const own = ownBase(locations, unitBase, size);
    if (own !== undefined) {
      base = own;
      out.u8(DW_LLE.base_address);
      writeAddress(out, own, size);
    }
    for (const { start, end, expression, views } of locations) {
      if (views !== undefined) out.u8(DW_LLE.GNU_view_pair).uleb(views.start).uleb(views.end);
      if (start === undefined || end === undefined) {
        out.u8(DW_LLE.default_location);
      } else if (base !== undefined && isLength(base, start) && isLength(base, end)) {
        out
          .u8(DW_LLE.offset_pair)
          .uleb(start - base)
          .uleb(end - base);
      } else if (isLength(start, end)) {
        out.u8(DW_LLE.start_length);
        writeAddress(out, start, size);
        out.uleb(end - start);
      } else {
        out.u8(DW_LLE.start_end);
        writeAddress(out, start, size);
        writeAddress(out, end, size);
      }
      out.uleb(expression.bytes.length);
      this.#addBytes(expression);
    }
    out.u8(DW_LLE.end_of_list);
  }

  #addBytes(block: WrittenBlock): void {
    if (block.fixups !== undefined) this.#blocks.push({ at: this.#out.size, block });
    this.#out.take(block.bytes);
  }
}

/** The lowest address, where a base of the list's own makes it shorter. */
function ownBase(
  locations: readonly WrittenLocation[],
  unitBase: number | undefined,
  addressSize: number,
): number | undefined {
  let lowest = Number.POSITIVE_INFINITY;
  for (const { start, end } of locations) {
    if (start !== undefined && end !== undefined) lowest = Math.min(lowest, start, end);
  }
  if (lowest === Number.POSITIVE_INFINITY) return undefined;
  let own = 1 + addressSize;
  let unit = 0;
  for (const { start, end } of locations) {
    if (start === undefined || end === undefined) continue;
    own += ulebSize(start - lowest) + ulebSize(end - lowest);
    unit +=
      unitBase !== undefined && isLength(unitBase, start) && isLength(unitBase, end)
        ? ulebSize(start - unitBase) + ulebSize(end - unitBase)
        : addressSize + 1;
  }
  return own < unit ? lowest : undefined;
}
