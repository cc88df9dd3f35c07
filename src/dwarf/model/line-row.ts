/** Bits of the flags of a row (DWARF 5, section 6.2.2). */
export const LINE_FLAG = {
  is_stmt: 0x01,
  basic_block: 0x02,
  prologue_end: 0x04,
  epilogue_begin: 0x08,
  end_sequence: 0x10,
} as const;

/** One row of a line table: the location of the instructions from its address up to the next row's. */
export interface LineRow {
  /** In bytes; of the row that ends a sequence, the first address after it. */
  readonly address: number;
  /** An index into the header's files, from 0 in DWARF 5 and from 1 before. */
  readonly file: number;
  /** From 1; 0 where the instructions come from no line. */
  readonly line: number;
  /** From 1, in bytes; 0 is the left edge, or unknown. */
  readonly column: number;
  /** Which of several blocks on one line; 0 is the only one. */
  readonly discriminator: number;
  /** The instruction set, as the target numbers them. */
  readonly isa: number;
  /** The operation within the instruction, of targets whose instructions hold several. */
  readonly operation: number;
  /** {@link LINE_FLAG}. */
  readonly flags: number;
}

/** The rows of a line program, a column each. */
export interface LineRows {
  readonly count: number;
  /** `Uint32Array` where all of them fit, as in any 32-bit module. */
  readonly addresses: Uint32Array | Float64Array;
  readonly files: Uint32Array;
  readonly lines: Uint32Array;
  readonly columns: Uint32Array;
  readonly discriminators: Uint32Array;
  /** {@link LINE_FLAG}. */
  readonly flags: Uint8Array;
  readonly sequences: LineSequences;
}

/**
 * The sequences of a line program, in its order, a column each: a run of rows whose addresses do not decrease.
 *
 * Only those that end and are not empty; rows of others stand in no sequence.
 */
export interface LineSequences {
  readonly count: number;
  /** Index of the first row. */
  readonly firstRows: Uint32Array;
  /** Index after the last row, which is the one that ends the sequence. */
  readonly endRows: Uint32Array;
  /** Address of the first row. */
  readonly starts: Float64Array;
  /** Address of the last row: the first one after the sequence. */
  readonly ends: Float64Array;
}
