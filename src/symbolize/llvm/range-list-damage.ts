import { ByteReader } from '../../bytes/byte-reader.ts';
import type { Window } from '../../bytes/window.ts';
import { DW_RLE, nameOfRangeListEntry } from '../../dwarf/constants/range-lists.ts';
import type { FormValue } from '../../dwarf/read/forms.ts';
import type { Unit } from '../../dwarf/read/unit.ts';
import { isFormatError } from '../../errors.ts';
import { hex } from './data-cursor.ts';

/** What LLVM says of a range list in `.debug_rnglists` that it cannot read (`DWARFListType::extract`). */
export function describeRangeListDamage(unit: Unit, value: FormValue): string {
  const section = unit.stringOffsetsDamage === undefined ? unit.dwarf.sections.section('.debug_rnglists') : undefined;
  const offset = value.class === 'list-index' ? offsetOfList(unit, section, value.index) : offsetOf(value);
  if (section === undefined || offset >= section.end) return `invalid range list offset ${hex(offset)}`;
  return describeEntry(new ByteReader(section, offset), unit.addressSize) ?? '';
}

function offsetOf(value: FormValue): number {
  return value.class === 'section-offset' ? value.offset : value.class === 'constant' ? value.value : 0;
}

/** What is behind the section, LLVM takes for 0. */
function offsetOfList(unit: Unit, section: Window | undefined, index: number): number {
  const { header } = unit;
  const base = unit.bases.rangeLists;
  const at = base + header.offsetSize * index;
  const isThere = section !== undefined && at + header.offsetSize <= section.end;
  return base + (isThere ? new ByteReader(section, at).unsigned(header.offsetSize) : 0);
}

function describeEntry(reader: ByteReader, addressSize: number): string | undefined {
  while (!reader.done) {
    const { offset } = reader;
    const kind = reader.u8();
    if (kind === DW_RLE.end_of_list) return undefined;
    try {
      if (!skipValues(reader, kind, addressSize))
        return `unknown rnglists encoding ${hex(kind)} at offset ${hex(offset)}`;
    } catch (error) {
      if (!isFormatError(error)) throw error;
      return `read past end of table when reading ${nameOfRangeListEntry(kind)} encoding at offset ${hex(offset)}`;
    }
  }
  return 'no end of list marker detected at end of .debug_rnglists table starting at offset 0x0';
}

/** Whether the kind of entry is known. @throws FormatError where it is cut off. */
function skipValues(reader: ByteReader, kind: number, addressSize: number): boolean {
  switch (kind) {
    case DW_RLE.base_addressx:
      reader.uleb();
      return true;
    case DW_RLE.startx_endx:
    case DW_RLE.startx_length:
    case DW_RLE.offset_pair:
      reader.uleb();
      reader.uleb();
      return true;
    case DW_RLE.base_address:
      reader.skip(addressSize);
      return true;
    case DW_RLE.start_end:
      reader.skip(2 * addressSize);
      return true;
    case DW_RLE.start_length:
      reader.skip(addressSize);
      reader.uleb();
      return true;
    default:
      return false;
  }
}
