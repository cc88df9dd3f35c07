import { names } from './names.ts';

/** Types of unit headers, from DWARF 5 on (DWARF 5, table 7.2). */
export const DW_UT = {
  compile: 0x01,
  type: 0x02,
  partial: 0x03,
  skeleton: 0x04,
  split_compile: 0x05,
  split_type: 0x06,
} as const;
export type DW_UT = (typeof DW_UT)[keyof typeof DW_UT];

/** `DW_UT_skeleton` for 0x04; `DW_UT_unknown_42` for what has no name. */
export const nameOfUnitType: (value: number) => string = names('DW_UT', DW_UT);
