/** Section identifiers of a package file's unit indexes, version 5 (DWARF 5, table 7.1). */
export const DW_SECT = {
  INFO: 0x01,
  ABBREV: 0x03,
  LINE: 0x04,
  LOCLISTS: 0x05,
  STR_OFFSETS: 0x06,
  MACRO: 0x07,
  RNGLISTS: 0x08,
} as const;
export type DW_SECT = (typeof DW_SECT)[keyof typeof DW_SECT];

/** Section identifiers of a package file's unit indexes, version 2 (GCC wiki, "DebugFissionDWP"). */
export const DW_SECT_GNU = {
  INFO: 0x01,
  TYPES: 0x02,
  ABBREV: 0x03,
  LINE: 0x04,
  LOC: 0x05,
  STR_OFFSETS: 0x06,
  MACINFO: 0x07,
  MACRO: 0x08,
} as const;
export type DW_SECT_GNU = (typeof DW_SECT_GNU)[keyof typeof DW_SECT_GNU];
