import type { ByteWriter } from '../../bytes/byte-writer.ts';
import { DW_LNE, DW_LNS } from '../constants/line.ts';
import { LINE_FLAG, type LineRows } from '../model/line-row.ts';
import { writeAddress } from './addresses.ts';
import { ulebSize } from './leb128.ts';
import { LineAdvance, type SpecialOpcodes } from './line-advance.ts';
import type { AdvanceCounts } from './special-opcodes.ts';

/** Rows of a line program in its order, `end_sequence` rows among them. */
export type WrittenRows = Omit<LineRows, 'sequences'>;

/** Adds the advances of a line program to `counts`. */
export function countAdvances(rows: WrittenRows, counts: AdvanceCounts): void {
  const { addresses, count, flags, lines } = rows;
  for (let row = 1; row < count; row++) {
    if (((flags[row - 1]! | flags[row]!) & LINE_FLAG.end_sequence) !== 0) continue;
    counts.add(addresses[row]! - addresses[row - 1]!, lines[row]! - lines[row - 1]!);
  }
}

/**
 * Writes a line program (DWARF 5, section 6.2.5).
 *
 * Instructions are one byte long, statements the default.
 */
export function writeLineProgram(
  out: ByteWriter,
  rows: WrittenRows,
  { addressSize }: { readonly addressSize: number },
  opcodes: SpecialOpcodes,
): void {
  const advance = new LineAdvance(opcodes);
  const { addresses, columns, count, discriminators, files, flags, lines } = rows;
  let starts = true;
  let address = 0;
  let file = 1;
  let line = 1;
  let column = 0;
  let isStatement = true;
  for (let row = 0; row < count; row++) {
    const to = addresses[row]!;
    const flag = flags[row]!;
    if (starts) {
      // The address register starts at 0: advancing it to where the sequence starts is shorter than setting it. A
      // tombstone, and what does not fit a LEB128, is set.
      if (to < 0 || to >= 2 ** 31) {
        setAddress(out, to, addressSize);
        address = to;
      }
      starts = false;
    } else if (to < address || !Number.isSafeInteger(to)) {
      setAddress(out, to, addressSize);
      address = to;
    }
    if ((flag & LINE_FLAG.end_sequence) !== 0) {
      if (to < address || !Number.isSafeInteger(to)) {
        setAddress(out, to, addressSize);
        address = to;
      }
      const rest = to - address;
      if (rest === advance.constant && rest > 0) out.u8(DW_LNS.const_add_pc);
      else if (rest > 0x3fff && rest <= 0xffff) out.u8(DW_LNS.fixed_advance_pc).u16(rest);
      else if (rest > 0) out.u8(DW_LNS.advance_pc).uleb(rest);
      out.u8(0).u8(1).u8(DW_LNE.end_sequence);
      starts = true;
      address = 0;
      file = 1;
      line = 1;
      column = 0;
      isStatement = true;
      continue;
    }
    if (files[row] !== file) {
      file = files[row]!;
      out.u8(DW_LNS.set_file).uleb(file);
    }
    if (columns[row] !== column) {
      column = columns[row]!;
      out.u8(DW_LNS.set_column).uleb(column);
    }
    // New in DWARF 4; readers of older versions step over it.
    if (discriminators[row] !== 0) {
      const discriminator = discriminators[row]!;
      out
        .u8(0)
        .uleb(1 + ulebSize(discriminator))
        .u8(DW_LNE.set_discriminator)
        .uleb(discriminator);
    }
    if (((flag & LINE_FLAG.is_stmt) !== 0) !== isStatement) {
      isStatement = !isStatement;
      out.u8(DW_LNS.negate_stmt);
    }
    if ((flag & LINE_FLAG.basic_block) !== 0) out.u8(DW_LNS.set_basic_block);
    if ((flag & LINE_FLAG.prologue_end) !== 0) out.u8(DW_LNS.set_prologue_end);
    if ((flag & LINE_FLAG.epilogue_begin) !== 0) out.u8(DW_LNS.set_epilogue_begin);
    advance.choose(to - address, lines[row]! - line);
    if (advance.line !== 0) out.u8(DW_LNS.advance_line).sleb(advance.line);
    if (advance.opcode !== 0) {
      out.u8(advance.opcode);
      if (advance.opcode === DW_LNS.advance_pc) out.uleb(advance.address);
      else if (advance.opcode === DW_LNS.fixed_advance_pc) out.u16(advance.address);
    }
    out.u8(advance.special);
    address = to;
    line = lines[row]!;
  }
}

function setAddress(out: ByteWriter, address: number, addressSize: number): void {
  out
    .u8(0)
    .uleb(1 + addressSize)
    .u8(DW_LNE.set_address);
  writeAddress(out, address, addressSize);
}
