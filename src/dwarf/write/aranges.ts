import { ByteWriter } from '../../bytes/byte-writer.ts';

/** The code of one unit. */
export interface UnitAranges {
  /** Where the unit starts in `.debug_info`. */
  readonly offset: number;
  readonly addressSize: number;
  readonly offsetSize: number;
  /** Pairs of start and end. */
  readonly ranges: readonly number[];
}

/** Writes `.debug_aranges` (DWARF 5, section 6.1.2): which unit holds which code. */
export function writeAranges(units: readonly UnitAranges[]): Uint8Array {
  const out = new ByteWriter(1 << 10);
  for (const { offset, addressSize, offsetSize, ranges } of units) {
    if (ranges.length === 0) continue;
    const start = out.size;
    if (offsetSize === 8) out.u32(0xffff_ffff);
    const lengthAt = out.reserve(offsetSize);
    out.u16(2).unsigned(offset, offsetSize).u8(addressSize).u8(0);
    // The first tuple stands at a multiple of its size.
    while ((out.size - start) % (2 * addressSize) !== 0) out.u8(0);
    for (let index = 0; index < ranges.length; index += 2) {
      out.unsigned(ranges[index]!, addressSize).unsigned(ranges[index + 1]! - ranges[index]!, addressSize);
    }
    out.unsigned(0, addressSize).unsigned(0, addressSize);
    out.patch(lengthAt, out.size - lengthAt - offsetSize, offsetSize);
  }
  return out.toBytes();
}
