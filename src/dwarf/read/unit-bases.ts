import { DW_AT } from '../constants/attributes.ts';
import { listTableHeaderSize } from './range-lists.ts';
import type { PackagedSection } from './split-index.ts';
import { stringOffsetsHeaderSize } from './string-offsets.ts';
import type { Unit } from './unit.ts';

/** What the values of a unit's entries count from, each an offset in its section. */
export interface UnitBases {
  /** The unit's part of `.debug_str_offsets`, its header left out. */
  readonly strings: number;
  /** The unit's part of `.debug_addr`, its header left out; `undefined` where nobody says. */
  readonly addresses: number | undefined;
  /** The offsets of the unit's table of range lists; before DWARF 5 what GNU split units count from. */
  readonly rangeLists: number;
  /** The offsets of the unit's table of location lists. */
  readonly locationLists: number;
}

/** Reads them from the root entry; split units have them from their file. @throws FormatError where it is damaged. */
export function readBases({ root, header, dwarf, contributions }: Unit): UnitBases {
  const { version, offsetSize } = header;
  const offsetOf = (name: number, gnu?: number): number | undefined => {
    const value = root?.value(name) ?? (gnu === undefined ? undefined : root?.value(gnu));
    return value?.class === 'section-offset' ? value.offset : value?.class === 'constant' ? value.value : undefined;
  };
  const isSplit = dwarf.sections.suffix === '.dwo';
  const own = (name: PackagedSection, size: number) => (contributions[name]?.offset ?? 0) + size;
  const lists = listTableHeaderSize(offsetSize);
  return {
    strings: isSplit
      ? own('.debug_str_offsets', version >= 5 ? stringOffsetsHeaderSize(offsetSize) : 0)
      : (offsetOf(DW_AT.str_offsets_base) ?? (version >= 5 ? stringOffsetsHeaderSize(offsetSize) : 0)),
    addresses: offsetOf(DW_AT.addr_base, DW_AT.GNU_addr_base),
    rangeLists: isSplit
      ? own('.debug_rnglists', lists)
      : (offsetOf(DW_AT.rnglists_base, DW_AT.GNU_ranges_base) ?? (version >= 5 ? lists : 0)),
    locationLists: isSplit
      ? own(version >= 5 ? '.debug_loclists' : '.debug_loc', version >= 5 ? lists : 0)
      : (offsetOf(DW_AT.loclists_base) ?? lists),
  };
}
