import type { Entry } from '../read/entry.ts';
import { EntryCursor } from '../read/entry-cursor.ts';
import type { Unit } from '../read/unit.ts';
import { IntColumn } from '../write/columns.ts';

/** Labels of the entries of units, found by where they stand. */
export class EntryLabels {
  /** By section, then in order. */
  readonly #units = new Map<string, LabelledUnit[]>();

  /**
   * Gives a label to every entry of a unit that `keeps` names; what is in one that it does not name is left out too.
   *
   * @param label makes so many labels, one after the other.
   * @throws FormatError where an entry is damaged.
   */
  add(unit: Unit, keeps: (cursor: EntryCursor) => boolean, label: (count: number) => number): void {
    const offsets = new IntColumn();
    const cursor = new EntryCursor(unit);
    let leftOut = Number.POSITIVE_INFINITY;
    while (cursor.next()) {
      if (cursor.depth > leftOut) continue;
      leftOut = Number.POSITIVE_INFINITY;
      if (keeps(cursor)) offsets.push(cursor.offset - unit.offset);
      else leftOut = cursor.depth;
    }
    const { section } = unit.section;
    let units = this.#units.get(section);
    if (units === undefined) {
      units = [];
      this.#units.set(section, units);
    }
    units.push({
      start: unit.offset,
      end: unit.header.end,
      offsets: offsets.data.slice(0, offsets.count),
      first: label(offsets.count),
    });
  }

  /** The label of the entry at `offset` of a section; `undefined` where there is none, or it is left out. */
  find(section: string, offset: number): number | undefined {
    const units = this.#units.get(section) ?? [];
    let low = 0;
    let high = units.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (units[middle]!.end <= offset) low = middle + 1;
      else high = middle;
    }
    const unit = units[low];
    if (unit === undefined || offset < unit.start) return undefined;
    const index = indexOf(unit.offsets, offset - unit.start);
    return index < 0 ? undefined : unit.first + index;
  }

  /** The label of an entry. */
  of(entry: Entry): number | undefined {
    return this.find(entry.unit.section.section, entry.offset);
  }
}

interface LabelledUnit {
  readonly start: number;
  readonly end: number;
  /** Of the entries, from the start of the unit. */
  readonly offsets: Int32Array;
  /** The label of the first; the others follow. */
  readonly first: number;
}

function indexOf(sorted: Int32Array, value: number): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (sorted[middle]! < value) low = middle + 1;
    else high = middle;
  }
  return sorted[low] === value ? low : -1;
}
