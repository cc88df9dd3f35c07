import { ByteReader } from '../../bytes/byte-reader.ts';
import type { Window } from '../../bytes/window.ts';
import { FormatError } from '../../errors.ts';
import { DW_RLE } from '../constants/range-lists.ts';

/** What a range list needs to know of its unit. */
export interface RangeListContext {
  readonly version: number;
  readonly addressSize: number;
  /** What offsets in the list count from, until the list says otherwise; `undefined` where the unit has none. */
  readonly baseAddress: number | undefined;
  /** The address at an index of `.debug_addr`. @throws FormatError where there is none. */
  addressAt(index: number): number;
  /** The same for a base, where that differs. */
  baseAt?(index: number): number;
}

/**
 * Reads the range list at `offset` of `.debug_ranges` (DWARF 4, section 2.17.3) or `.debug_rnglists` (DWARF 5,
 * section 2.17.3), and appends start and end of each range to `out`.
 *
 * Ranges whose start or base is a tombstone are left out; empty and backwards ones are kept, for the caller to judge.
 *
 * @throws FormatError `bad-offset`, `unexpected-end` or `unknown-code`.
 */
export function readRangeList(section: Window, offset: number, context: RangeListContext, out: number[]): void {
  if (context.version < 5) return readRangePairs(new ByteReader(section, offset), context, out);
  const base = context.baseAddress;
  const rest = readFrequentEntries(section, offset, context, base, out);
  // Most lists end here.
  if (rest < section.end && section.bytes[section.base + rest] === DW_RLE.end_of_list) return;
  readRangeListEntries(new ByteReader(section, rest), context, base, out);
}

function readRangePairs(reader: ByteReader, context: RangeListContext, out: number[]): void {
  const { addressSize } = context;
  let base = context.baseAddress ?? 0;
  for (;;) {
    const start = reader.address(addressSize);
    const end = reader.address(addressSize);
    if (start === 0 && end === 0) return;
    if (start === -1) base = end;
    // -1 selects a base here, so the linker's tombstone in this section is one less.
    else if (start !== -2 && base >= 0) out.push(base + start, base + end);
  }
}

function readRangeListEntries(
  reader: ByteReader,
  context: RangeListContext,
  unitBase: number | undefined,
  out: number[],
): void {
  let base = unitBase;
  for (;;) {
    const offset = reader.offset;
    const kind = reader.u8();
    const { addressSize } = context;
    let start: number;
    let end: number;
    switch (kind) {
      case DW_RLE.end_of_list:
        return;
      case DW_RLE.base_addressx:
        base = context.baseAt ? context.baseAt(reader.uleb()) : context.addressAt(reader.uleb());
        continue;
      case DW_RLE.base_address:
        base = reader.address(addressSize);
        continue;
      case DW_RLE.startx_length:
        start = context.addressAt(reader.uleb());
        end = start + reader.uleb();
        break;
      case DW_RLE.offset_pair:
        start = reader.uleb();
        end = reader.uleb();
        if (base !== undefined) {
          if (base < 0) continue;
          start += base;
          end += base;
        }
        break;
      case DW_RLE.startx_endx:
        start = context.addressAt(reader.uleb());
        end = context.addressAt(reader.uleb());
        break;
      case DW_RLE.start_end:
        start = reader.address(addressSize);
        end = reader.address(addressSize);
        break;
      case DW_RLE.start_length:
        start = reader.address(addressSize);
        end = start + reader.uleb();
        break;
      default:
        throw reader.error('unknown-code', `unknown range list entry 0x${kind.toString(16)}`, offset);
    }
    if (start !== -1) out.push(start, end);
  }
}

/** The most bytes that one of the frequent entries takes: its kind and two LEB128 of 64 bits. */
const LONGEST = 21;
/** How far ahead the list is made present. */
const AHEAD = 1 << 16;

/**
 * Reads on while entries are `DW_RLE_startx_length` or `DW_RLE_offset_pair`: compilers write little else, tens of
 * thousands before the first answer on a large module, and this is several times as fast as the reader's calls. Answers
 * the offset of what is neither, or too near the end of the section.
 */
function readFrequentEntries(
  window: Window,
  offset: number,
  context: RangeListContext,
  base: number | undefined,
  out: number[],
): number {
  const { bytes } = window;
  const end = window.base + window.end;
  let at = window.base + offset;
  let limit = -1;
  if (!(offset >= window.start)) return offset;
  for (;;) {
    if (at > limit) {
      window.load(at - window.base, at - window.base + AHEAD);
      limit = Math.min(at + AHEAD, end) - LONGEST;
      if (at > limit) break;
    }
    const kind = bytes[at]!;
    const isIndexed = kind === DW_RLE.startx_length;
    if (!isIndexed && (kind !== DW_RLE.offset_pair || (base !== undefined && base < 0))) break;
    let position = at + 1;
    let byte = bytes[position++]!;
    let first = byte & 0x7f;
    for (let scale = 128; byte >= 0x80; scale *= 128) {
      byte = bytes[position++]!;
      first += (byte & 0x7f) * scale;
    }
    byte = bytes[position++]!;
    let second = byte & 0x7f;
    for (let scale = 128; byte >= 0x80; scale *= 128) {
      byte = bytes[position++]!;
      second += (byte & 0x7f) * scale;
    }
    // Longer numbers than 64 bits, or than is there.
    if (position - at > LONGEST) break;
    const start = isIndexed ? context.addressAt(first) : first + (base ?? 0);
    if (start !== -1) out.push(start, isIndexed ? start + second : second + (base ?? 0));
    at = position;
  }
  return at - window.base;
}

/** The size of the header of a table of `.debug_rnglists` or `.debug_loclists` (DWARF 5, section 7.28). */
export function listTableHeaderSize(offsetSize: number): number {
  return offsetSize === 8 ? 20 : 12;
}

/**
 * The offsets of a unit's lists in `.debug_rnglists` or `.debug_loclists`, by index (DWARF 5, section 7.28).
 *
 * Read without a `ByteReader`: inlined calls of several pieces are many.
 */
export class ListTable {
  readonly #section: Window;
  readonly #base: number;
  readonly #offsetSize: number;
  /** How many there are: the number before the offsets. */
  readonly #count: number;

  /** @param base where the offsets start, from the start of the section. */
  constructor(section: Window, base: number, offsetSize: number) {
    this.#section = section;
    this.#base = base;
    this.#offsetSize = offsetSize;
    const counted = base - 4 >= section.start && base <= section.end ? new ByteReader(section, base - 4).u32() : 0;
    // What the section has no room for is not there.
    this.#count = Math.min(counted, Math.max(0, Math.floor((section.end - base) / offsetSize)));
    section.load(base, base + this.#count * offsetSize);
  }

  /** Where list `index` starts. @throws FormatError `bad-offset` where the table has no such index. */
  offsetAt(index: number): number {
    if (index >= this.#count) {
      const detail = `list index ${index} of a table with ${this.#count}`;
      throw new FormatError('bad-offset', this.#section.section, this.#base, detail);
    }
    const { view, base } = this.#section;
    const at = base + this.#base + index * this.#offsetSize;
    const high = this.#offsetSize === 8 ? view.getUint32(at + 4, true) * 0x1_0000_0000 : 0;
    return this.#base + view.getUint32(at, true) + high;
  }
}

/**
 * The offset of list `index` in a table of `.debug_rnglists` or `.debug_loclists` whose offsets start at `base`.
 *
 * @throws FormatError `bad-offset` where the table has no such index.
 */
export function listOffsetAt(section: Window, base: number, index: number, offsetSize: number): number {
  return new ListTable(section, base, offsetSize).offsetAt(index);
}
