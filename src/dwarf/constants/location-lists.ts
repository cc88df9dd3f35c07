import { names } from './names.ts';

/** Entry kinds of .debug_loclists (DWARF 5, table 7.10). */
export const DW_LLE = {
  end_of_list: 0x00,
  base_addressx: 0x01,
  startx_endx: 0x02,
  startx_length: 0x03,
  offset_pair: 0x04,
  default_location: 0x05,
  base_address: 0x06,
  start_end: 0x07,
  start_length: 0x08,
  // GNU: the views of the bounds of the next entry.
  GNU_view_pair: 0x09,
} as const;
export type DW_LLE = (typeof DW_LLE)[keyof typeof DW_LLE];

/** `DW_LLE_offset_pair` for 0x04; `DW_LLE_unknown_42` for what has no name. */
export const nameOfLocationListEntry: (value: number) => string = names('DW_LLE', DW_LLE);

/** Entry kinds of .debug_loc.dwo, of GNU split DWARF before DWARF 5 (GCC wiki, "DebugFission"). */
export const DW_LLE_GNU = {
  end_of_list_entry: 0x00,
  base_address_selection_entry: 0x01,
  start_end_entry: 0x02,
  start_length_entry: 0x03,
} as const;
export type DW_LLE_GNU = (typeof DW_LLE_GNU)[keyof typeof DW_LLE_GNU];
