import { names } from './names.ts';

/** Standard opcodes of a line number program (DWARF 5, table 7.25). */
export const DW_LNS = {
  // DWARF 2.
  copy: 0x01,
  advance_pc: 0x02,
  advance_line: 0x03,
  set_file: 0x04,
  set_column: 0x05,
  negate_stmt: 0x06,
  set_basic_block: 0x07,
  const_add_pc: 0x08,
  fixed_advance_pc: 0x09,
  // New in DWARF 3.
  set_prologue_end: 0x0a,
  set_epilogue_begin: 0x0b,
  set_isa: 0x0c,
} as const;
export type DW_LNS = (typeof DW_LNS)[keyof typeof DW_LNS];

/** `DW_LNS_copy` for 0x01; `DW_LNS_unknown_42` for what has no name. */
export const nameOfLns: (value: number) => string = names('DW_LNS', DW_LNS);

/** Extended opcodes of a line number program (DWARF 5, table 7.26). */
export const DW_LNE = {
  end_sequence: 0x01,
  set_address: 0x02,
  define_file: 0x03,
  // New in DWARF 4.
  set_discriminator: 0x04,
} as const;
export type DW_LNE = (typeof DW_LNE)[keyof typeof DW_LNE];

/** `DW_LNE_end_sequence` for 0x01; `DW_LNE_unknown_42` for what has no name. */
export const nameOfLne: (value: number) => string = names('DW_LNE', DW_LNE);

/** What an entry of the directory and file tables of a line table header describes (DWARF 5, table 7.27). */
export const DW_LNCT = {
  path: 0x01,
  directory_index: 0x02,
  timestamp: 0x03,
  size: 0x04,
  MD5: 0x05,
  // LLVM: the text of the source file.
  LLVM_source: 0x2001,
} as const;
export type DW_LNCT = (typeof DW_LNCT)[keyof typeof DW_LNCT];

/** `DW_LNCT_path` for 0x01; `DW_LNCT_unknown_42` for what has no name. */
export const nameOfLnct: (value: number) => string = names('DW_LNCT', DW_LNCT);
