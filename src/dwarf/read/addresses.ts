import { ByteReader } from '../../bytes/byte-reader.ts';
import type { Window } from '../../bytes/window.ts';
import { FormatError } from '../../errors.ts';
import { readInitialLength } from './unit-header.ts';

/**
 * The address at `index` of a unit's part of `.debug_addr` (DWARF 5, section 7.27), whose entries start at `base`.
 *
 * @throws FormatError `bad-offset` where the index is outside the section.
 */
export function addressAt(section: Window, base: number, index: number, addressSize: number): number {
  const offset = base + index * addressSize;
  if (!(offset >= section.start && offset + addressSize <= section.end)) {
    throw new FormatError('bad-offset', section.section, base, `address index ${index} outside the section`);
  }
  section.load(offset, offset + addressSize);
  // Without a reader: units of large modules have thousands of these.
  const { bytes } = section;
  const at = section.base + offset;
  if (addressSize === 2) {
    const value = bytes[at]! | (bytes[at + 1]! << 8);
    return value >= 0xfffe ? value - 0x1_0000 : value;
  }
  const low = u32(bytes, at);
  const high = addressSize === 8 ? u32(bytes, at + 4) : 0xffff_ffff;
  if (low >= 0xffff_fffe && high === 0xffff_ffff) return low - 0x1_0000_0000;
  return addressSize === 8 ? low + high * 0x1_0000_0000 : low;
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
