/**
 * Line programs, an opcode or a kind of damage at a time. `rows` is what the specification says; that llvm-dwarfdump 19
 * reads the same is tested where it is installed.
 */
import { describe, expect, test } from 'vitest';
import type { Diagnostic, Report } from '../../../src/diagnostics.ts';
import { DW_LNE, DW_LNS } from '../../../src/dwarf/constants/line.ts';
import { readLineHeader } from '../../../src/dwarf/read/line-header.ts';
import { lineRows, readLineRows } from '../../../src/dwarf/read/line-program.ts';
import { block, extended, type Part, sleb, u16, u32, u64, uleb, unsigned } from '../../support/assemble.ts';
import { sectionOf } from '../../support/dwarf.ts';
import {
  lineContext,
  lineTableBytes,
  llvmRowTexts,
  rowTexts,
  type SpelledTable,
  V4_TABLES,
} from '../../support/line-tables.ts';
import { ask, hasTool } from '../../support/tools.ts';
import { custom, wasm } from '../../support/wasm-builder.ts';

const start = extended(DW_LNE.set_address, u32(0x100));
const end = extended(DW_LNE.end_sequence);

/** A special opcode of a header as clang writes it. */
function special(lines: number, advance: number): number {
  return lines + 5 + 14 * advance + 13;
}

interface Case extends SpelledTable {
  readonly name: string;
  readonly program: Part;
  readonly rows: readonly string[];
  readonly reports?: readonly string[];
}

const cases: readonly Case[] = [
  {
    name: 'DW_LNS_copy appends a row and clears what holds for one row alone',
    program: [
      start,
      DW_LNS.set_basic_block,
      DW_LNS.set_prologue_end,
      DW_LNS.set_epilogue_begin,
      extended(DW_LNE.set_discriminator, 7),
      DW_LNS.copy,
      DW_LNS.copy,
      end,
    ],
    rows: [
      '0x100 1:0 file 1 discriminator 7 is_stmt basic_block prologue_end epilogue_begin',
      '0x100 1:0 file 1 is_stmt',
      '0x100 1:0 file 1 is_stmt end_sequence',
    ],
  },
  {
    name: 'special opcodes advance line and address',
    program: [start, special(3, 2), special(-5, 0), 255, end],
    rows: [
      '0x102 4:0 file 1 is_stmt',
      `0x102 ${2 ** 32 - 1}:0 file 1 is_stmt`,
      `0x113 ${2 ** 32 - 2}:0 file 1 is_stmt`,
      `0x113 ${2 ** 32 - 2}:0 file 1 is_stmt end_sequence`,
    ],
  },
  {
    name: 'registers are set by LEB128 of any length',
    program: [
      start,
      [DW_LNS.advance_line, sleb(63), DW_LNS.set_column, 5, DW_LNS.set_file, 2, DW_LNS.advance_pc, 4, DW_LNS.copy],
      [DW_LNS.advance_line, sleb(-60), DW_LNS.set_column, uleb(300), DW_LNS.set_file, uleb(300), DW_LNS.copy],
      [DW_LNS.advance_line, sleb(8000), DW_LNS.advance_pc, uleb(300), DW_LNS.copy],
      [DW_LNS.advance_line, sleb(1_000_000), DW_LNS.advance_pc, uleb(70_000), DW_LNS.copy],
      [DW_LNS.advance_line, sleb(100_000_000), DW_LNS.copy],
      [DW_LNS.advance_line, sleb(-100_000_000), DW_LNS.copy],
      [DW_LNS.advance_line, sleb(-1_000_000), DW_LNS.set_column, uleb(1, 5), DW_LNS.set_file, uleb(1, 3), DW_LNS.copy],
      end,
    ],
    rows: [
      '0x104 64:5 file 2 is_stmt',
      '0x104 4:300 file 300 is_stmt',
      '0x230 8004:300 file 300 is_stmt',
      '0x113a0 1008004:300 file 300 is_stmt',
      '0x113a0 101008004:300 file 300 is_stmt',
      '0x113a0 1008004:300 file 300 is_stmt',
      '0x113a0 8004:1 file 1 is_stmt',
      '0x113a0 8004:1 file 1 is_stmt end_sequence',
    ],
  },
  {
    name: 'DW_LNS_advance_pc of almost 2^64 steps back',
    program: [start, DW_LNS.advance_pc, uleb10(-8n), DW_LNS.copy, DW_LNS.advance_pc, 16, end],
    rows: ['0xf8 1:0 file 1 is_stmt', '0x108 1:0 file 1 is_stmt end_sequence'],
  },
  {
    name: 'DW_LNS_advance_line of ten bytes',
    program: [start, DW_LNS.advance_line, sleb10(5n), DW_LNS.copy, DW_LNS.advance_line, sleb10(-3n), DW_LNS.copy, end],
    rows: ['0x100 6:0 file 1 is_stmt', '0x100 3:0 file 1 is_stmt', '0x100 3:0 file 1 is_stmt end_sequence'],
  },
  {
    name: 'DW_LNS_negate_stmt, DW_LNS_const_add_pc, DW_LNS_fixed_advance_pc and DW_LNS_set_isa',
    program: [
      start,
      [DW_LNS.negate_stmt, DW_LNS.const_add_pc, DW_LNS.copy],
      [DW_LNS.negate_stmt, DW_LNS.fixed_advance_pc, u16(0x1234), DW_LNS.set_isa, uleb(200), DW_LNS.copy],
      [DW_LNS.set_isa, 3, special(1, 1)],
      end,
    ],
    rows: [
      '0x111 1:0 file 1',
      '0x1345 1:0 file 1 isa 200 is_stmt',
      '0x1346 2:0 file 1 isa 3 is_stmt',
      '0x1346 2:0 file 1 isa 3 is_stmt end_sequence',
    ],
  },
  {
    name: 'the end of a sequence resets all registers',
    defaultIsStatement: 0,
    program: [
      [start, DW_LNS.negate_stmt, DW_LNS.set_isa, 3, DW_LNS.set_file, 2, DW_LNS.set_column, 9, special(3, 1)],
      [DW_LNS.set_basic_block, extended(DW_LNE.set_discriminator, 4), end],
      [DW_LNS.copy, end],
    ],
    rows: [
      '0x101 4:9 file 2 isa 3 is_stmt',
      '0x101 4:9 file 2 isa 3 discriminator 4 is_stmt basic_block end_sequence',
      '0x0 1:0 file 1',
      '0x0 1:0 file 1 end_sequence',
    ],
  },
  {
    name: 'discriminators of more than one byte',
    program: [start, extended(DW_LNE.set_discriminator, uleb(300)), DW_LNS.copy, end],
    rows: ['0x100 1:0 file 1 discriminator 300 is_stmt', '0x100 1:0 file 1 is_stmt end_sequence'],
  },
  {
    name: 'addresses of 64 bits',
    addressSize: 8,
    version: 5,
    program: [
      [extended(DW_LNE.set_address, u64(0x1_0000_0000)), DW_LNS.copy, special(1, 2), end],
      [extended(DW_LNE.set_address, u64(0x100)), DW_LNS.copy, end],
    ],
    rows: [
      '0x100000000 1:0 file 1 is_stmt',
      '0x100000002 2:0 file 1 is_stmt',
      '0x100000002 2:0 file 1 is_stmt end_sequence',
      '0x100 1:0 file 1 is_stmt',
      '0x100 1:0 file 1 is_stmt end_sequence',
    ],
  },
  {
    name: 'an address that comes to need more than 32 bits',
    program: [
      extended(DW_LNE.set_address, u32(0xffff_fff0)),
      [DW_LNS.copy, special(1, 10), special(1, 10), special(1, 1), DW_LNS.advance_pc, 1, DW_LNS.copy, end],
    ],
    rows: [
      '0xfffffff0 1:0 file 1 is_stmt',
      '0xfffffffa 2:0 file 1 is_stmt',
      '0x100000004 3:0 file 1 is_stmt',
      '0x100000005 4:0 file 1 is_stmt',
      '0x100000006 4:0 file 1 is_stmt',
      '0x100000006 4:0 file 1 is_stmt end_sequence',
    ],
  },
  {
    name: 'rows after an address of all ones are left out up to the next address',
    program: [
      [start, DW_LNS.copy, special(1, 1), end],
      [extended(DW_LNE.set_address, u32(0xffff_ffff)), DW_LNS.copy, special(1, 1), end],
      // Without an address of its own a sequence stays in dead code.
      [DW_LNS.copy, end],
      [extended(DW_LNE.set_address, u32(0x200)), DW_LNS.copy, special(1, 1), end],
    ],
    rows: [
      '0x100 1:0 file 1 is_stmt',
      '0x101 2:0 file 1 is_stmt',
      '0x101 2:0 file 1 is_stmt end_sequence',
      '0x200 1:0 file 1 is_stmt',
      '0x201 2:0 file 1 is_stmt',
      '0x201 2:0 file 1 is_stmt end_sequence',
    ],
    reports: ['lines/dead-code 13'],
  },
  {
    name: 'all ones of 64 bits, and not of the low half alone',
    addressSize: 8,
    version: 5,
    program: [
      [extended(DW_LNE.set_address, u64(0xffff_ffff)), DW_LNS.copy, end],
      [extended(DW_LNE.set_address, u64(-1)), DW_LNS.copy, end],
    ],
    rows: ['0xffffffff 1:0 file 1 is_stmt', '0xffffffff 1:0 file 1 is_stmt end_sequence'],
    reports: ['lines/dead-code 16'],
  },
  {
    name: 'what stands for one row alone outlasts rows that are left out',
    program: [
      [extended(DW_LNE.set_address, u32(0xffff_ffff)), DW_LNS.set_prologue_end, DW_LNS.copy],
      [extended(DW_LNE.set_discriminator, 5), DW_LNS.copy, start, DW_LNS.copy, end],
    ],
    rows: ['0x100 1:0 file 1 discriminator 5 is_stmt prologue_end', '0x100 1:0 file 1 is_stmt end_sequence'],
    reports: ['lines/dead-code 1'],
  },
  {
    name: 'an address of another size than the header says is read as long as it is',
    program: [
      [extended(DW_LNE.set_address, u16(0x1234)), DW_LNS.copy, end],
      [extended(DW_LNE.set_address, 0x12), DW_LNS.copy, end],
      [extended(DW_LNE.set_address, 1, 2, 3), DW_LNS.copy, end],
      [extended(DW_LNE.set_address), DW_LNS.copy, end],
    ],
    rows: [
      '0x1234 1:0 file 1 is_stmt',
      '0x1234 1:0 file 1 is_stmt end_sequence',
      '0x12 1:0 file 1 is_stmt',
      '0x12 1:0 file 1 is_stmt end_sequence',
      '0x0 1:0 file 1 is_stmt',
      '0x0 1:0 file 1 is_stmt end_sequence',
      '0x0 1:0 file 1 is_stmt',
      '0x0 1:0 file 1 is_stmt end_sequence',
    ],
    reports: [1, 10, 18, 28].map((at) => `lines/opcode-length ${at}`),
  },
  {
    name: 'an extended opcode ends where its length says, its operands shorter or longer',
    program: [
      start,
      [0, 4, DW_LNE.set_discriminator, 6, DW_LNS.copy, DW_LNS.copy],
      DW_LNS.copy,
      [0, 2, DW_LNE.set_discriminator, 0x83, 0x02],
      DW_LNS.advance_pc,
      [0, 3, DW_LNE.end_sequence, 9, 9],
    ],
    // The byte after 0x83 is left to be an opcode: DW_LNS_advance_pc by the DW_LNS_advance_pc after it.
    rows: ['0x100 1:0 file 1 discriminator 6 is_stmt', '0x102 1:0 file 1 discriminator 259 is_stmt end_sequence'],
    reports: [8, 15, 21].map((at) => `lines/opcode-length ${at}`),
  },
  {
    name: 'an unknown extended opcode, and one of length 0, are left out',
    program: [start, extended(0x80, 1, 2, 3), [0, 0], DW_LNS.copy, end],
    rows: ['0x100 1:0 file 1 is_stmt', '0x100 1:0 file 1 is_stmt end_sequence'],
    reports: ['lines/unknown-opcode 8', 'lines/opcode-length 14'],
  },
  {
    name: 'an unknown standard opcode is left out by the length that the header has for it',
    opcodeBase: 15,
    opcodeLengths: [0, 1, 1, 1, 1, 0, 0, 0, 1, 0, 0, 1, 2, 0],
    program: [start, 13, uleb(300), 1, 14, DW_LNS.copy, 0x0f + 5 + 14, end],
    rows: ['0x100 1:0 file 1 is_stmt', '0x101 1:0 file 1 is_stmt', '0x101 1:0 file 1 is_stmt end_sequence'],
  },
  {
    name: 'opcodes of DWARF 3 are special ones in a table with an opcode base of 10',
    version: 2,
    opcodeBase: 10,
    program: [start, 10, 11, 12, end],
    rows: [
      `0x100 ${2 ** 32 - 4}:0 file 1 is_stmt`,
      `0x100 ${2 ** 32 - 8}:0 file 1 is_stmt`,
      `0x100 ${2 ** 32 - 11}:0 file 1 is_stmt`,
      `0x100 ${2 ** 32 - 11}:0 file 1 is_stmt end_sequence`,
    ],
  },
  {
    name: 'without standard opcodes (an opcode base of 1) all but 0 are special',
    opcodeBase: 1,
    program: [start, 1 + 5 + 1, 1 + 5 + 14, end],
    rows: ['0x100 2:0 file 1 is_stmt', '0x101 2:0 file 1 is_stmt', '0x101 2:0 file 1 is_stmt end_sequence'],
  },
  {
    name: 'an opcode base of 0 is read like that',
    opcodeBase: 0,
    program: [start, 6, 5 + 14, end],
    rows: ['0x100 2:0 file 1 is_stmt', '0x101 2:0 file 1 is_stmt', '0x101 2:0 file 1 is_stmt end_sequence'],
    reports: ['lines/zero-opcode-base'],
  },
  {
    name: 'a line range of 0 advances nothing',
    lineRange: 0,
    program: [start, 200, DW_LNS.const_add_pc, DW_LNS.copy, end],
    rows: ['0x100 1:0 file 1 is_stmt', '0x100 1:0 file 1 is_stmt', '0x100 1:0 file 1 is_stmt end_sequence'],
    reports: ['lines/zero-line-range'],
  },
  {
    name: 'instructions of four bytes',
    minimumInstructionLength: 4,
    program: [start, special(1, 2), DW_LNS.advance_pc, 3, DW_LNS.copy, DW_LNS.fixed_advance_pc, u16(1), end],
    rows: ['0x108 2:0 file 1 is_stmt', '0x114 2:0 file 1 is_stmt', '0x115 2:0 file 1 is_stmt end_sequence'],
  },
  {
    name: 'a minimum instruction length of 0 advances nothing',
    minimumInstructionLength: 0,
    program: [start, special(1, 2), DW_LNS.advance_pc, 3, DW_LNS.copy, end],
    rows: ['0x100 2:0 file 1 is_stmt', '0x100 2:0 file 1 is_stmt', '0x100 2:0 file 1 is_stmt end_sequence'],
    reports: ['lines/zero-instruction-length'],
  },
  {
    name: 'instructions of three operations',
    minimumInstructionLength: 16,
    maximumOperations: 3,
    program: [
      start,
      [special(1, 1), special(1, 1), special(1, 2), DW_LNS.advance_pc, 4, DW_LNS.copy, DW_LNS.const_add_pc],
      [DW_LNS.copy, DW_LNS.set_isa, 2, DW_LNS.fixed_advance_pc, u16(1), DW_LNS.copy],
      [special(0, 1), start, DW_LNS.copy, end],
    ],
    rows: [
      '0x100 2:0 file 1 operation 1 is_stmt',
      '0x100 3:0 file 1 operation 2 is_stmt',
      '0x110 4:0 file 1 operation 1 is_stmt',
      '0x120 4:0 file 1 operation 2 is_stmt',
      '0x180 4:0 file 1 operation 1 is_stmt',
      '0x181 4:0 file 1 isa 2 is_stmt',
      '0x181 4:0 file 1 isa 2 operation 1 is_stmt',
      '0x100 4:0 file 1 isa 2 is_stmt',
      '0x100 4:0 file 1 isa 2 is_stmt end_sequence',
    ],
  },
  {
    name: 'no operations in an instruction are read as one',
    maximumOperations: 0,
    program: [start, special(1, 2), end],
    rows: ['0x102 2:0 file 1 is_stmt', '0x102 2:0 file 1 is_stmt end_sequence'],
    reports: ['lines/zero-operations'],
  },
  {
    name: 'a sequence without an end',
    program: [start, DW_LNS.copy],
    rows: ['0x100 1:0 file 1 is_stmt'],
    reports: ['lines/unterminated-sequence 8'],
  },
  {
    name: 'decreasing addresses are kept',
    program: [start, DW_LNS.copy, extended(DW_LNE.set_address, u32(0x80)), DW_LNS.copy, start, special(1, 4), end],
    rows: [
      '0x100 1:0 file 1 is_stmt',
      '0x80 1:0 file 1 is_stmt',
      '0x104 2:0 file 1 is_stmt',
      '0x104 2:0 file 1 is_stmt end_sequence',
    ],
  },
  ...[
    { name: 'DW_LNS_advance_pc', bytes: [DW_LNS.advance_pc, 0x80] },
    { name: 'DW_LNS_advance_pc without an operand', bytes: [DW_LNS.advance_pc] },
    { name: 'DW_LNS_advance_line', bytes: [DW_LNS.advance_line, 0x80] },
    { name: 'DW_LNS_set_column', bytes: [DW_LNS.set_column, 0x80, 0x80] },
    { name: 'DW_LNS_set_file', bytes: [DW_LNS.set_file] },
    { name: 'DW_LNS_fixed_advance_pc', bytes: [DW_LNS.fixed_advance_pc, 1] },
    { name: 'DW_LNS_set_isa', bytes: [DW_LNS.set_isa] },
    { name: 'a DW_LNE_set_address', bytes: [0, 5, DW_LNE.set_address, 1, 2] },
    { name: 'an unknown extended opcode', bytes: [0, 9, 0x80] },
  ].map(({ name, bytes }) => ({
    name: `${name} that is cut off ends the program`,
    program: [start, DW_LNS.copy, end, bytes],
    rows: ['0x100 1:0 file 1 is_stmt', '0x100 1:0 file 1 is_stmt end_sequence'],
    reports: [
      ...(name === 'an unknown extended opcode' ? ['lines/unknown-opcode 12'] : []),
      `lines/cut-off ${11 + bytes.length}`,
    ],
  })),
  {
    name: 'an operand of more than 64 bits ends the program',
    program: [start, DW_LNS.copy, end, DW_LNS.advance_pc, new Uint8Array(12).fill(0xff), 1, DW_LNS.copy, end],
    rows: ['0x100 1:0 file 1 is_stmt', '0x100 1:0 file 1 is_stmt end_sequence'],
    reports: ['lines/cut-off 29'],
  },
  {
    name: 'a line advance of more than 64 bits ends the program',
    program: [start, DW_LNS.copy, end, DW_LNS.advance_line, new Uint8Array(9).fill(0x80), 0x7e, DW_LNS.copy, end],
    rows: ['0x100 1:0 file 1 is_stmt', '0x100 1:0 file 1 is_stmt end_sequence'],
    reports: ['lines/cut-off 26'],
  },
  {
    name: 'an extended opcode whose length cannot be read',
    program: [start, 0, 0x80],
    // As LLVM does, the length's bytes are opcodes then: 0x80 advances the address by 8 and the line by -2.
    rows: [`0x108 ${2 ** 32 - 1}:0 file 1 is_stmt`],
    reports: ['lines/opcode-length 8', 'lines/unterminated-sequence 9'],
  },
  {
    name: 'an end of sequence whose length reaches past the table still ends the sequence',
    program: [start, special(1, 1), [0, 100, DW_LNE.end_sequence]],
    rows: ['0x101 2:0 file 1 is_stmt', '0x101 2:0 file 1 is_stmt end_sequence'],
    reports: ['lines/opcode-length 9', 'lines/cut-off 11'],
  },
];

/** The 64 bits of a number as a LEB128 of ten bytes. */
function uleb10(value: bigint, last = Number(BigInt.asUintN(64, value) >> 63n)): Uint8Array {
  return Uint8Array.from({ length: 10 }, (_, index) =>
    index === 9 ? last : Number((value >> BigInt(7 * index)) & 0x7fn) | 0x80,
  );
}

/** The same of a signed one. */
function sleb10(value: bigint): Uint8Array {
  return uleb10(value, value < 0n ? 0x7f : 0);
}

/** Rules that are reported, and how far from the start of the program where they are in it. */
function collect(): { seen: (programOffset: number) => string[]; report: Report } {
  const diagnostics: Diagnostic[] = [];
  const seen = (programOffset: number): string[] =>
    diagnostics.map(({ rule, offset }) => (offset < programOffset ? rule : `${rule} ${offset - programOffset}`));
  return { seen, report: (diagnostic) => diagnostics.push(diagnostic) };
}

describe('line programs', () => {
  test.each(cases)('$name', (spelled) => {
    const bytes = lineTableBytes(spelled);
    const section = sectionOf('.debug_line', bytes);
    const { seen, report } = collect();
    const header = readLineHeader(section, 0, lineContext(spelled.addressSize ?? 4, report));
    expect(rowTexts(section, header, report)).toEqual(spelled.rows);
    expect(seen(header.programOffset)).toEqual(spelled.reports ?? []);
    // The columns of the whole program are the same rows.
    const { rows } = readLineRows(section, header);
    const objects = [...lineRows(section, header)];
    expect(Array.from(rows.addresses)).toEqual(objects.map((row) => row.address));
    expect(Array.from(rows.lines)).toEqual(objects.map((row) => row.line));
    expect(Array.from(rows.columns)).toEqual(objects.map((row) => row.column));
    expect(Array.from(rows.files)).toEqual(objects.map((row) => row.file));
    expect(Array.from(rows.discriminators)).toEqual(objects.map((row) => row.discriminator));
    expect(Array.from(rows.flags)).toEqual(objects.map((row) => row.flags));
  });

  describe.skipIf(!hasTool('llvm-dwarfdump-19'))('as LLVM 19 reads them', () => {
    test.each(cases)('$name', (spelled) => {
      const text = ask('llvm-dwarfdump-19', ['--debug-line'], wasm(custom('.debug_line', lineTableBytes(spelled))));
      expect(llvmRowTexts(text).get(0) ?? []).toEqual(spelled.rows);
    });
  });
});

test('sequences are those that end after their start', () => {
  const at = (address: number): Part => extended(DW_LNE.set_address, u32(address));
  const bytes = lineTableBytes({
    program: [
      [at(0x100), DW_LNS.copy, DW_LNS.advance_pc, 16, end],
      // Empty, backwards, and without an end.
      [at(0x200), DW_LNS.copy, end],
      [at(0x300), DW_LNS.copy, at(0x280), end],
      [at(0x80), DW_LNS.copy, DW_LNS.advance_pc, 8, DW_LNS.copy, DW_LNS.advance_pc, 8, end],
      [at(0x400), DW_LNS.copy],
    ],
  });
  const section = sectionOf('.debug_line', bytes);
  const { rows } = readLineRows(section, readLineHeader(section, 0, lineContext()));
  const { count, firstRows, endRows, starts, ends } = rows.sequences;
  expect({ count, firstRows: [...firstRows], endRows: [...endRows], starts: [...starts], ends: [...ends] }).toEqual({
    count: 2,
    firstRows: [0, 6],
    endRows: [2, 9],
    starts: [0x100, 0x80],
    ends: [0x110, 0x90],
  });
});

test('more rows than a buffer holds, of 32 and of 64 bits', () => {
  for (const size of [4, 8]) {
    const count = 20_000;
    const first = size === 8 ? 2 ** 40 : 0x100;
    const program = [
      extended(DW_LNE.set_address, unsigned(first, size)),
      new Uint8Array(count).fill(special(1, 1)),
      end,
    ];
    const bytes = lineTableBytes({ version: 5, addressSize: size, program });
    const section = sectionOf('.debug_line', bytes);
    const { rows } = readLineRows(section, readLineHeader(section, 0, lineContext(size)));
    expect(rows.count).toBe(count + 1);
    expect(rows.addresses).toBeInstanceOf(size === 8 ? Float64Array : Uint32Array);
    expect(rows.addresses.every((address, index) => address === first + Math.min(index + 1, count))).toBe(true);
    expect(rows.lines.every((line, index) => line === Math.min(index + 2, count + 1))).toBe(true);
    expect(rows.sequences.count).toBe(1);
  }
});

test('a report may run another program', () => {
  const section = sectionOf(
    '.debug_line',
    lineTableBytes({ program: [start, special(1, 1), [0, 0], special(1, 1), end] }),
  );
  const header = readLineHeader(section, 0, lineContext());
  let inner: readonly number[] = [];
  const { rows } = readLineRows(section, header, () => {
    inner = [...readLineRows(section, header).rows.addresses];
  });
  expect(inner).toEqual([0x101, 0x102, 0x102]);
  expect([...rows.addresses]).toEqual(inner);
});

test('DW_LNE_define_file adds files after those of the header', () => {
  const define = (...parts: readonly Part[]): Part => extended(DW_LNE.define_file, parts);
  const program = [start, define('c.c', 1, 2, 3), [0, block(DW_LNE.define_file, 'd.c', 0, 0, 0, 9)], DW_LNS.copy, end];
  const section = sectionOf('.debug_line', lineTableBytes({ tables: V4_TABLES, program }));
  const { seen, report } = collect();
  const header = readLineHeader(section, 0, lineContext());
  const { definedFiles } = readLineRows(section, header, report);
  expect(definedFiles.map(({ name, directory, modified, size }) => ({ name, directory, modified, size }))).toEqual([
    { name: 'c.c', directory: 1, modified: 2, size: 3 },
    { name: 'd.c', directory: 0, modified: 0, size: 0 },
  ]);
  expect(seen(header.programOffset)).toEqual(['lines/opcode-length 18']);
});

test('a file definition that is cut off is left out', () => {
  const section = sectionOf('.debug_line', lineTableBytes({ program: [0, 9, DW_LNE.define_file, 0x61] }));
  const { seen, report } = collect();
  const header = readLineHeader(section, 0, lineContext());
  const { definedFiles } = readLineRows(section, header, report);
  expect(definedFiles).toEqual([]);
  expect(seen(header.programOffset)).toEqual(['lines/file-table 1', 'lines/cut-off 4']);
});
