import { ByteReader } from '../../bytes/byte-reader.ts';
import type { Window } from '../../bytes/window.ts';
import { FormatError } from '../../errors.ts';
import { readInitialLength } from './unit-header.ts';

/** How far ahead addresses are made present. */
const AHEAD = 1 << 16;

/**
 * A unit's part of `.debug_addr` (DWARF 5, section 7.27).
 *
 * Read without a `ByteReader`: units of large modules refer to thousands of these before the first answer.
 */
export class AddressTable {
  readonly #section: Window;
  readonly #base: number;
  readonly #addressSize: number;
  /** Up to here the section's bytes are present; from `#base` on. */
  #present: number;

  /** @param base where the entries start, from the start of the section. */
  constructor(section: Window, base: number, addressSize: number) {
    this.#section = section;
    this.#base = base;
    this.#addressSize = addressSize;
    this.#present = base;
  }

  /** The address at an index; -1 and -2 are tombstones. @throws FormatError `bad-offset` outside the section. */
  at(index: number): number {
    const size = this.#addressSize;
    const offset = this.#base + index * size;
    if (offset + size > this.#present) this.#load(index, offset, offset + size);
    const { bytes, base } = this.#section;
    const at = base + offset;
    if (size === 2) {
      const value = bytes[at]! | (bytes[at + 1]! << 8);
      return value >= 0xfffe ? value - 0x1_0000 : value;
    }
    const low = u32(bytes, at);
    const high = size === 8 ? u32(bytes, at + 4) : 0xffff_ffff;
    if (low >= 0xffff_fffe && high === 0xffff_ffff) return low - 0x1_0000_0000;
    return size === 8 ? low + high * 0x1_0000_0000 : low;
  }

  #load(index: number, offset: number, end: number): void {
    const section = this.#section;
    if (!(offset >= section.start && end <= section.end)) {
      throw new FormatError('bad-offset', section.section, this.#base, `address index ${index} outside the section`);
    }
    section.load(this.#present, end + AHEAD);
    this.#present = Math.min(end + AHEAD, section.end);
  }
}

function u32(bytes: Uint8Array, at: number): number {
  return (bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24)) >>> 0;
}

/** The header of a unit's part of `.debug_addr`. */
export interface AddressTableHeader {
  readonly offset: number;
  readonly version: number;
  readonly addressSize: number;
  readonly segmentSelectorSize: number;
  readonly offsetSize: 4 | 8;
  /** Where the addresses start. */
  readonly entriesOffset: number;
  readonly end: number;
}

/** The headers of all parts of `.debug_addr`, as DWARF 5 writes them. @throws FormatError where one is damaged. */
export function* addressTables(section: Window): Generator<AddressTableHeader> {
  const reader = new ByteReader(section);
  while (!reader.done) {
    const offset = reader.offset;
    const { length, offsetSize } = readInitialLength(reader);
    const table = reader.part(length);
    const header = new ByteReader(table);
    const version = header.u16();
    if (version !== 5) throw header.error('unknown-version', `version ${version} of an address table`, table.start);
    const addressSize = header.u8();
    const segmentSelectorSize = header.u8();
    yield {
      offset,
      version,
      addressSize,
      segmentSelectorSize,
      offsetSize,
      entriesOffset: header.offset,
      end: table.end,
    };
  }
}
