import { names } from './names.ts';

/** Encodings of base types (DWARF 5, table 7.11). */
export const DW_ATE = {
  // DWARF 2.
  address: 0x01,
  boolean: 0x02,
  complex_float: 0x03,
  float: 0x04,
  signed: 0x05,
  signed_char: 0x06,
  unsigned: 0x07,
  unsigned_char: 0x08,
  // New in DWARF 3.
  imaginary_float: 0x09,
  packed_decimal: 0x0a,
  numeric_string: 0x0b,
  edited: 0x0c,
  signed_fixed: 0x0d,
  unsigned_fixed: 0x0e,
  decimal_float: 0x0f,
  // New in DWARF 4.
  UTF: 0x10,
  // New in DWARF 5.
  UCS: 0x11,
  ASCII: 0x12,
} as const;
export type DW_ATE = (typeof DW_ATE)[keyof typeof DW_ATE];

/** `DW_ATE_signed` for 0x05; `DW_ATE_unknown_42` for what has no name. */
export const nameOfBaseType: (value: number) => string = names('DW_ATE', DW_ATE);
