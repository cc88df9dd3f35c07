import type { Window } from '../../bytes/window.ts';
import { DW_UT } from '../../dwarf/constants/unit-types.ts';
import { DataCursor, hex8 } from './data-cursor.ts';

/**
 * What LLVM says of the header of a unit of `.debug_info` that it does not take (`DWARFUnitHeader::extract`), one or two
 * lines; `undefined` where it takes it.
 */
export function unitHeaderDamage(section: Window, offset: number, llvm: 19 | 23): readonly string[] | undefined {
  const cursor = new DataCursor(section, offset);
  let length = cursor.u32();
  const is64 = length === 0xffff_ffff;
  if (is64) length = cursor.unsigned(8);
  else if (length >= 0xffff_fff0) cursor.failure ??= `unsupported reserved unit length of value ${hex8(length)}`;
  const offsetSize = is64 ? 8 : 4;
  const end = offset + (is64 ? 12 : 4) + length;
  const version = cursor.u16();
  const type = version >= 5 ? cursor.u8() : DW_UT.compile;
  let addressSize = version >= 5 ? cursor.u8() : 0;
  cursor.unsigned(offsetSize);
  if (version < 5) addressSize = cursor.u8();
  const isType = type === DW_UT.type || type === DW_UT.split_type;
  if (isType || type === DW_UT.split_compile || type === DW_UT.skeleton) cursor.unsigned(8);
  const typeOffset = isType ? cursor.unsigned(offsetSize) : undefined;
  if (cursor.failure !== undefined) return [`DWARF unit at ${hex8(offset)} cannot be parsed:`, cursor.failure];

  const unit = `DWARF unit at offset ${hex8(offset)}`;
  if (end > section.end) {
    const range = `from offset ${hex8(offset)} incl. to offset  ${hex8(end)} excl.`;
    return [`DWARF unit ${range} extends past section size ${hex8(section.size)}`];
  }
  const newest = llvm === 19 ? 5 : 6;
  if (version < 2 || version > newest) {
    return [`${unit} has unsupported version ${version}, supported are 2-${newest}`];
  }
  if (typeOffset !== undefined && typeOffset < cursor.at - offset) {
    const place = `has its relocated type_offset ${hex8(offset + typeOffset)} pointing inside the header`;
    return [`DWARF type unit at offset ${hex8(offset)} ${place}`];
  }
  if (typeOffset !== undefined && typeOffset >= end - offset) {
    const range = `from offset ${hex8(offset)} incl. to offset ${hex8(end)} excl.`;
    return [
      `DWARF type unit ${range} has its relocated type_offset ${hex8(offset + typeOffset)} pointing past the unit end`,
    ];
  }
  if (addressSize !== 2 && addressSize !== 4 && addressSize !== 8) {
    return [`${unit} has unsupported address size: ${addressSize} (supported are 2, 4, 8)`];
  }
  return undefined;
}
