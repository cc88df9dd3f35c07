import { names } from './names.ts';

/** Entry kinds of .debug_rnglists (DWARF 5, table 7.30). */
export const DW_RLE = {
  end_of_list: 0x00,
  base_addressx: 0x01,
  startx_endx: 0x02,
  startx_length: 0x03,
  offset_pair: 0x04,
  base_address: 0x05,
  start_end: 0x06,
  start_length: 0x07,
} as const;
export type DW_RLE = (typeof DW_RLE)[keyof typeof DW_RLE];

/** `DW_RLE_offset_pair` for 0x04; `DW_RLE_unknown_42` for what has no name. */
export const nameOfRangeListEntry: (value: number) => string = names('DW_RLE', DW_RLE);
