import { names } from './names.ts';

/** Attributes of the entries of .debug_names (DWARF 5, table 7.23). */
export const DW_IDX = {
  compile_unit: 0x01,
  type_unit: 0x02,
  die_offset: 0x03,
  parent: 0x04,
  type_hash: 0x05,
  // GNU.
  GNU_internal: 0x2000,
  GNU_external: 0x2001,
} as const;
export type DW_IDX = (typeof DW_IDX)[keyof typeof DW_IDX];

/** `DW_IDX_die_offset` for 0x03; `DW_IDX_unknown_42` for what has no name. */
export const nameOfIndexAttribute: (value: number) => string = names('DW_IDX', DW_IDX);
