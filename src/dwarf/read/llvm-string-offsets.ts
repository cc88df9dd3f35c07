import { ByteReader } from '../../bytes/byte-reader.ts';
import type { Window } from '../../bytes/window.ts';

/**
 * Why LLVM does not take a unit's part of `.debug_str_offsets` (`parseDWARFStringOffsetsTableHeader`), in its words.
 *
 * @param section `undefined` where there is none.
 * @param base where the offsets start, behind the header.
 */
export function stringOffsetsDamage(section: Window | undefined, base: number, offsetSize: 4 | 8): string | undefined {
  const headerSize = offsetSize === 8 ? 16 : 8;
  if (base < headerSize) return `insufficient space for ${8 * offsetSize} bit header prefix`;
  if (section === undefined || base > section.end) return 'section offset exceeds section size';
  const reader = new ByteReader(section, base - headerSize);
  const length = reader.u32();
  if (offsetSize === 8 && length !== 0xffff_ffff) return '32 bit contribution referenced from a 64 bit unit';
  if (offsetSize === 4 && length >= 0xffff_fff0) return 'invalid length';
  const size = (offsetSize === 8 ? reader.unsigned(8) : length) - 4;
  const whole = Math.ceil(size / offsetSize) * offsetSize;
  return size >= 0 && base + whole <= section.end ? undefined : 'length exceeds section size';
}
