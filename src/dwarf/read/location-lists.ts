import { ByteReader } from '../../bytes/byte-reader.ts';
import type { Window } from '../../bytes/window.ts';
import { DW_LLE, DW_LLE_GNU, nameOfLocationListEntry } from '../constants/location-lists.ts';
import { isTombstone } from '../model/tombstones.ts';

/**
 * The layouts that a location list can have: pairs of numbers in `.debug_loc`, entries in `.debug_loclists`, and those
 * of `.debug_loc.dwo` in GNU's split DWARF before version 5.
 */
export type LocationListLayout = 'pairs' | 'entries' | 'gnu-split';

/** What a location list needs to know of its unit. */
export interface LocationListContext {
  readonly addressSize: number;
  /** What offsets in the list count from, until the list says otherwise; `undefined` where the unit has none. */
  readonly baseAddress: number | undefined;
  /** The address at an index of `.debug_addr`. @throws FormatError where there is none. */
  addressAt(index: number): number;
}

/** An entry as it stands in the list. */
export interface LocationListEntry {
  /** Where it starts in the section. */
  readonly offset: number;
  /** `DW_LLE`; pairs and GNU's entries have the kind that means the same. */
  readonly kind: number;
  /** Addresses, indexes, offsets, or views, as the kind says; addresses of -1 and -2 are tombstones. */
  readonly first: number;
  readonly second: number;
  /** The location, in entries that have one. */
  readonly expression: Window | undefined;
}

/** Where a variable is while the code from `start` up to `end` runs. */
export interface Location {
  /** `undefined`, as `end` is, for wherever no other location holds. */
  readonly start: number | undefined;
  readonly end: number | undefined;
  readonly expression: Window;
  /** Views of the bounds among the rows of one address, where GCC writes them. */
  readonly views: { readonly start: number; readonly end: number } | undefined;
}

/**
 * The layout of the lists of a unit.
 *
 * @param isSplit whether they are in a `.dwo` section.
 */
export function locationListLayout(version: number, isSplit: boolean): LocationListLayout {
  if (version >= 5) return 'entries';
  return isSplit ? 'gnu-split' : 'pairs';
}

/**
 * The entries of the list at `offset`, the one that ends it included.
 *
 * @throws FormatError `bad-offset`, `unexpected-end` or `unknown-code`.
 */
export function* locationListEntries(
  section: Window,
  offset: number,
  layout: LocationListLayout,
  addressSize: number,
): Generator<LocationListEntry> {
  const reader = new ByteReader(section, offset);
  for (;;) {
    const entry = readEntry(reader, layout, addressSize);
    yield entry;
    if (entry.kind === DW_LLE.end_of_list) return;
  }
}

/**
 * The locations of the list at `offset`, their addresses resolved. Those of code that is gone are left out.
 *
 * @throws FormatError as {@link locationListEntries}, and where an address is not there.
 */
export function readLocationList(
  section: Window,
  offset: number,
  layout: LocationListLayout,
  context: LocationListContext,
): Location[] {
  const locations: Location[] = [];
  let base = context.baseAddress;
  let views: Location['views'];
  const add = (start: number, end: number, expression: Window): void => {
    if (!isTombstone(start) && !isTombstone(end)) locations.push({ start, end, expression, views });
    views = undefined;
  };
  for (const { kind, first, second, expression } of locationListEntries(section, offset, layout, context.addressSize)) {
    switch (kind) {
      case DW_LLE.base_addressx:
        base = context.addressAt(first);
        break;
      case DW_LLE.base_address:
        base = first;
        break;
      case DW_LLE.GNU_view_pair:
        views = { start: first, end: second };
        break;
      case DW_LLE.default_location:
        locations.push({ start: undefined, end: undefined, expression: expression!, views: undefined });
        break;
      case DW_LLE.startx_endx:
        add(context.addressAt(first), context.addressAt(second), expression!);
        break;
      case DW_LLE.startx_length:
        add(...withLength(context.addressAt(first), second), expression!);
        break;
      case DW_LLE.start_end:
        add(first, second, expression!);
        break;
      case DW_LLE.start_length:
        add(...withLength(first, second), expression!);
        break;
      case DW_LLE.offset_pair:
        // The linker's tombstone: -2 in pairs, because -1 selects a base there.
        if (isTombstone(first) || isTombstone(base ?? 0)) add(-1, -1, expression!);
        else add(first + (base ?? 0), second + (base ?? 0), expression!);
        break;
      default:
        break;
    }
  }
  return locations;
}

/**
 * The pairs of views that `DW_AT_GNU_locviews` refers to: before the list at `listOffset`, one for each location.
 *
 * @throws FormatError `unexpected-end` or `bad-offset`.
 */
export function readLocationViews(
  section: Window,
  offset: number,
  listOffset: number,
): { readonly start: number; readonly end: number }[] {
  const reader = new ByteReader(section.part(offset, listOffset));
  const views: { start: number; end: number }[] = [];
  while (!reader.done) views.push({ start: reader.uleb(), end: reader.uleb() });
  return views;
}

function withLength(start: number, length: number): [start: number, end: number] {
  return isTombstone(start) ? [start, start] : [start, start + length];
}

function readEntry(reader: ByteReader, layout: LocationListLayout, addressSize: number): LocationListEntry {
  switch (layout) {
    case 'pairs':
      return readPair(reader, addressSize);
    case 'gnu-split':
      return readGnuEntry(reader);
    default:
      return readNewEntry(reader, addressSize);
  }
}

/** An entry of `.debug_loc` (DWARF 4, section 2.6.2). */
function readPair(reader: ByteReader, addressSize: number): LocationListEntry {
  const { offset } = reader;
  const first = reader.address(addressSize);
  const second = reader.address(addressSize);
  if (first === 0 && second === 0) return bare(offset, DW_LLE.end_of_list);
  if (first === -1) return bare(offset, DW_LLE.base_address, second);
  return { offset, kind: DW_LLE.offset_pair, first, second, expression: reader.part(reader.u16()) };
}

/** An entry of `.debug_loc.dwo` before DWARF 5. */
function readGnuEntry(reader: ByteReader): LocationListEntry {
  const { offset } = reader;
  const kind = reader.u8();
  switch (kind) {
    case DW_LLE_GNU.end_of_list_entry:
      return bare(offset, DW_LLE.end_of_list);
    case DW_LLE_GNU.base_address_selection_entry:
      return bare(offset, DW_LLE.base_addressx, reader.uleb());
    case DW_LLE_GNU.start_end_entry: {
      const first = reader.uleb();
      const second = reader.uleb();
      return { offset, kind: DW_LLE.startx_endx, first, second, expression: reader.part(reader.u16()) };
    }
    case DW_LLE_GNU.start_length_entry: {
      const first = reader.uleb();
      const second = reader.u32();
      return { offset, kind: DW_LLE.startx_length, first, second, expression: reader.part(reader.u16()) };
    }
    default:
      throw reader.error('unknown-code', `location list entry of kind 0x${kind.toString(16)}`, offset);
  }
}

/** An entry of `.debug_loclists` (DWARF 5, section 7.7.3). */
function readNewEntry(reader: ByteReader, addressSize: number): LocationListEntry {
  const { offset } = reader;
  const kind = reader.u8();
  let first = 0;
  let second = 0;
  switch (kind) {
    case DW_LLE.end_of_list:
      return bare(offset, kind);
    case DW_LLE.base_addressx:
      return bare(offset, kind, reader.uleb());
    case DW_LLE.base_address:
      return bare(offset, kind, reader.address(addressSize));
    case DW_LLE.GNU_view_pair:
      return bare(offset, kind, reader.uleb(), reader.uleb());
    case DW_LLE.startx_endx:
    case DW_LLE.startx_length:
    case DW_LLE.offset_pair:
      first = reader.uleb();
      second = reader.uleb();
      break;
    case DW_LLE.default_location:
      break;
    case DW_LLE.start_end:
      first = reader.address(addressSize);
      second = reader.address(addressSize);
      break;
    case DW_LLE.start_length:
      first = reader.address(addressSize);
      second = reader.uleb();
      break;
    default:
      throw reader.error('unknown-code', `location list entry ${nameOfLocationListEntry(kind)}`, offset);
  }
  return { offset, kind, first, second, expression: reader.part(reader.uleb()) };
}

function bare(offset: number, kind: number, first = 0, second = 0): LocationListEntry {
  return { offset, kind, first, second, expression: undefined };
}
