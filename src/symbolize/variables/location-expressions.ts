import { DW_AT } from '../../dwarf/constants/attributes.ts';
import type { Entry } from '../../dwarf/read/entry.ts';
import { type Location, locationListLayout, readLocationList } from '../../dwarf/read/location-lists.ts';
import { listOffsetAt } from '../../dwarf/read/range-lists.ts';

/**
 * Where a variable is, by `DW_AT_location`: its one expression, which has no bounds, or those of its list.
 *
 * @throws FormatError where the list is not there or damaged.
 */
export function locationsOf(entry: Entry): Location[] {
  const value = entry.value(DW_AT.location);
  if (value === undefined) return [];
  if (value.class === 'expression' || value.class === 'block') {
    return [{ start: undefined, end: undefined, expression: value.bytes, views: undefined }];
  }
  const { unit } = entry;
  const { version, offsetSize } = unit.header;
  const name = version >= 5 ? '.debug_loclists' : '.debug_loc';
  let offset: number;
  if (value.class === 'section-offset' || value.class === 'constant') {
    // A split unit of a package counts from its part of the section.
    offset = (value.class === 'constant' ? value.value : value.offset) + (unit.contributions[name]?.offset ?? 0);
  } else if (value.class === 'list-index') {
    const section = unit.dwarf.required(name, entry.offset, unit.section.section);
    offset = listOffsetAt(section, unit.bases.locationLists, value.index, offsetSize);
  } else {
    return [];
  }
  const section = unit.dwarf.required(name, entry.offset, unit.section.section);
  const layout = locationListLayout(version, unit.dwarf.sections.suffix === '.dwo');
  return readLocationList(section, offset, layout, unit);
}

/** The location that holds at an address: that of a list's entry around it, or the one without bounds. */
export function locationAt(locations: readonly Location[], address: number): Location | undefined {
  return (
    locations.find(({ start, end }) => start !== undefined && start <= address && address < end!) ??
    locations.find(({ start }) => start === undefined)
  );
}
