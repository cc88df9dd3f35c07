import { ByteWriter } from '../../bytes/byte-writer.ts';
import type { Window } from '../../bytes/window.ts';
import { DW_AT } from '../constants/attributes.ts';
import type { Entry } from '../read/entry.ts';
import type { FormValue } from '../read/forms.ts';
import { type Location, locationListLayout, readLocationList, readLocationViews } from '../read/location-lists.ts';
import { listOffsetAt } from '../read/range-lists.ts';
import type { Unit } from '../read/unit.ts';
import type { WrittenBlock } from '../write/blocks.ts';
import type { DwarfWriter } from '../write/dwarf.ts';
import type { WrittenLocation } from '../write/location-lists.ts';

/** A list that was written. */
interface ReencodedList {
  readonly offset: number;
  /** Of the views that stand in front of it. */
  readonly viewsOffset: number | undefined;
}

/** The location lists of units, those that several entries share once. */
export class ReencodedLocations {
  readonly #writer: DwarfWriter;
  readonly #expression: (expression: Window, unit: Unit) => WrittenBlock | undefined;
  /** By section, base and offset. */
  readonly #lists = new Map<string, ReencodedList>();

  constructor(writer: DwarfWriter, expression: (expression: Window, unit: Unit) => WrittenBlock | undefined) {
    this.#writer = writer;
    this.#expression = expression;
  }

  /** Where the list that a value refers to stands now. @throws FormatError where it is damaged. */
  offsetOf(entry: Entry, value: FormValue, base: number | undefined): number | undefined {
    return this.#list(entry, value, base)?.offset;
  }

  /** Where the views of an entry's location stand now. @throws FormatError where they are damaged. */
  views(entry: Entry): number | undefined {
    const value = entry.value(DW_AT.location);
    const base = entry.unit.baseAddress;
    return value && this.#list(entry, value, base === undefined || base < 0 ? undefined : base)?.viewsOffset;
  }

  #list(entry: Entry, value: FormValue, base: number | undefined): ReencodedList | undefined {
    const { unit } = entry;
    const { version } = unit;
    const name = version >= 5 ? '.debug_loclists' : '.debug_loc';
    const section = unit.dwarf.required(name, unit.offset, unit.section.section);
    const offset = offsetIn(section, value, unit);
    if (offset === undefined) return undefined;
    const viewsValue = entry.value(DW_AT.GNU_locviews);
    const viewsOffset = viewsValue?.class === 'section-offset' ? viewsValue.offset : undefined;
    const key = `${name} ${version} ${unit.offset} ${offset} ${viewsOffset}`;
    let list = this.#lists.get(key);
    if (list === undefined) {
      const locations = readLocationList(section, offset, locationListLayout(version, false), unit);
      const written: WrittenLocation[] = [];
      let views: Uint8Array | undefined;
      if (viewsOffset !== undefined && viewsOffset < offset) {
        const pairs = readLocationViews(section, viewsOffset, offset);
        // Without dead locations there is a pair for each.
        if (pairs.length === locations.length) views = viewBytes(pairs);
      }
      for (const location of locations) {
        const expression = this.#expression(location.expression, unit);
        if (expression !== undefined) written.push(toWritten(location, expression));
        else views = undefined;
      }
      const newViews = views && this.#writer.locations.raw(views);
      list = { viewsOffset: newViews, offset: this.#writer.locations.add(written, base) };
      this.#lists.set(key, list);
    }
    return list;
  }
}

function offsetIn(section: Window, value: FormValue, { header, bases }: Unit): number | undefined {
  switch (value.class) {
    case 'section-offset':
      return value.offset;
    case 'constant':
      return value.value;
    case 'list-index':
      return listOffsetAt(section, bases.locationLists, value.index, header.offsetSize);
    default:
      return undefined;
  }
}

function toWritten({ end, start, views }: Location, expression: WrittenBlock): WrittenLocation {
  return { start, end, expression, views };
}

function viewBytes(pairs: readonly { readonly start: number; readonly end: number }[]): Uint8Array {
  const out = new ByteWriter();
  for (const { end, start } of pairs) out.uleb(start).uleb(end);
  return out.toBytes();
}
