import { ByteReader } from '../../bytes/byte-reader.ts';
import type { Window } from '../../bytes/window.ts';
import { FormatError } from '../../errors.ts';

/**
 * The offset into `.debug_str` at `index` of a unit's part of `.debug_str_offsets` (DWARF 5, section 7.26), whose
 * entries start at `base`.
 *
 * @throws FormatError `bad-offset` where the index is outside the section.
 */
export function stringOffsetAt(section: Window, base: number, index: number, offsetSize: number): number {
  const offset = base + index * offsetSize;
  if (!(offset >= section.start && offset + offsetSize <= section.end)) {
    throw new FormatError('bad-offset', section.section, base, `string index ${index} outside the section`);
  }
  return new ByteReader(section, offset).unsigned(offsetSize);
}

/** The size of the header before the entries of a part of `.debug_str_offsets`, as DWARF 5 writes it. */
export function stringOffsetsHeaderSize(offsetSize: number): number {
  return offsetSize === 8 ? 16 : 8;
}
