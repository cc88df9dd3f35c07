import { ByteReader } from '../../bytes/byte-reader.ts';
import type { Window } from '../../bytes/window.ts';
import { isFormatError } from '../../errors.ts';
import type { FormValue } from './forms.ts';
import { refuseStringOffsets } from './llvm-string-offsets.ts';
import { ListTable, type RangeListContext, readRangeList } from './range-lists.ts';
import type { Unit } from './unit.ts';

/** The range lists of one unit, which stand in `.debug_rnglists`, before DWARF 5 in `.debug_ranges`. */
export class UnitRangeLists {
  readonly #unit: Unit;
  #table: ListTable | undefined;

  constructor(unit: Unit) {
    this.#unit = unit;
  }

  /** Appends the pairs of start and end of a list to `out`. @throws FormatError where it is not there or damaged. */
  readInto(value: FormValue, out: number[]): void {
    const found = this.#find(value);
    if (found === undefined) return;
    if (!this.#unit.dwarf.likeLlvm) return readRangeList(found.section, found.offset, this.#unit, out);
    const pairs: number[] = [];
    readRangeList(found.section, found.offset, likeLlvm(this.#unit), pairs);
    // Only of a whole list anything counts.
    for (const address of pairs) out.push(address);
  }

  #find(value: FormValue): { section: Window; offset: number } | undefined {
    const unit = this.#unit;
    const { version, offset, offsetSize } = unit.header;
    if (version >= 5) {
      refuseStringOffsets(unit);
      // A split unit's lists are in its own file.
      const section = unit.dwarf.required('.debug_rnglists', offset, unit.section.section);
      if (value.class === 'list-index') {
        if (unit.dwarf.likeLlvm) return { section, offset: listAsLlvm(unit, section, value.index) };
        this.#table ??= new ListTable(section, unit.bases.rangeLists, offsetSize);
        return { section, offset: this.#table.offsetAt(value.index) };
      }
      return value.class === 'section-offset' ? { section, offset: value.offset } : undefined;
    }
    // Before DWARF 4 offsets were constants. GNU split units count in the linked file's section, from its base.
    const at = value.class === 'section-offset' ? value.offset : value.class === 'constant' ? value.value : undefined;
    if (at === undefined) return undefined;
    const linked = unit.skeleton ?? unit;
    const section = linked.dwarf.required('.debug_ranges', linked.header.offset, linked.section.section);
    return { section, offset: at + (unit.skeleton ? unit.skeleton.bases.rangeLists : 0) };
  }
}

/** LLVM does not ask how many lists a table has, and takes what is behind the section for 0. */
function listAsLlvm({ bases, header }: Unit, section: Window, index: number): number {
  const size = header.offsetSize;
  const at = bases.rangeLists + size * index;
  return bases.rangeLists + (at + size <= section.end ? new ByteReader(section, at).unsigned(size) : 0);
}

/** A unit for a range list as LLVM reads it: an address that is not there is 0, a base its index. */
function likeLlvm(unit: Unit): RangeListContext {
  const { version, addressSize, baseAddress } = unit;
  const addressAt = (index: number, otherwise = 0): number => {
    try {
      return unit.addressAt(index);
    } catch (error) {
      if (!isFormatError(error)) throw error;
      return otherwise;
    }
  };
  return { version, addressSize, baseAddress, addressAt, baseAt: (index) => addressAt(index, index) };
}
