import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ByteWriter } from '../../../src/bytes/byte-writer.ts';
import { DW_LNE, DW_LNS } from '../../../src/dwarf/constants/line.ts';
import { LINE_FLAG } from '../../../src/dwarf/model/line-row.ts';
import { LineTable } from '../../../src/dwarf/read/line-table.ts';
import { LineAdvance } from '../../../src/dwarf/write/line-advance.ts';
import { type WrittenRows, writeLineProgram } from '../../../src/dwarf/write/line-program.ts';
import { LineTables } from '../../../src/dwarf/write/line-table.ts';
import { StringTable } from '../../../src/dwarf/write/strings.ts';
import { windowOf } from '../../support/written.ts';

type Row = readonly [address: number, file: number, line: number, column: number, discriminator: number, flags: number];

function columns(rows: readonly Row[]): WrittenRows {
  const column = (index: number): number[] => rows.map((row) => row[index]!);
  return {
    count: rows.length,
    addresses: Float64Array.from(column(0)),
    files: Uint32Array.from(column(1)),
    lines: Uint32Array.from(column(2)),
    columns: Uint32Array.from(column(3)),
    discriminators: Uint32Array.from(column(4)),
    flags: Uint8Array.from(column(5)),
  };
}

/** LLVM's choice, so that opcodes in expectations are those of its tables. */
const LLVM = { lineBase: -5, lineRange: 14, opcodeBase: 13 };

const program = (...rows: Row[]): number[] => {
  const out = new ByteWriter();
  writeLineProgram(out, columns(rows), { addressSize: 4 }, LLVM);
  return [...out.toBytes()];
};

describe('a line program', () => {
  test('advances to its first address, and ends', () => {
    expect(program([0x80, 1, 1, 0, 0, 1], [0x81, 1, 1, 0, 0, LINE_FLAG.end_sequence])).toEqual([
      // 0x80 is 0x7e and a special opcode's 2, which leaves the operand one byte.
      ...[DW_LNS.advance_pc, 0x80 - 16, 13 + 5 + 16 * 14],
      ...[DW_LNS.advance_pc, 1, 0, 1, DW_LNE.end_sequence],
    ]);
  });

  test('has one byte for a step that a special opcode takes, two with a constant advance', () => {
    const end: Row = [60, 1, 1, 0, 0, LINE_FLAG.end_sequence];
    expect(program([0, 1, 1, 0, 0, 1], [3, 1, 4, 0, 0, 1], [23, 1, 2, 0, 0, 1], end)).toEqual([
      18,
      13 + (3 + 5) + 3 * 14,
      ...[DW_LNS.const_add_pc, 13 + (-2 + 5) + (20 - 17) * 14],
      ...[DW_LNS.advance_pc, 37, 0, 1, DW_LNE.end_sequence],
    ]);
  });

  test('says what changed, and nothing else', () => {
    const flags = LINE_FLAG.prologue_end | LINE_FLAG.basic_block | LINE_FLAG.epilogue_begin;
    expect(program([0, 2, 1, 7, 300, flags], [0x1_0000, 2, 1, 7, 0, 0], [0x1_4000, 2, 1, 7, 0, 16])).toEqual([
      ...[DW_LNS.set_file, 2, DW_LNS.set_column, 7, 0, 3, DW_LNE.set_discriminator, 0xac, 2, DW_LNS.negate_stmt],
      ...[DW_LNS.set_basic_block, DW_LNS.set_prologue_end, DW_LNS.set_epilogue_begin, 18],
      // Two bytes more than a special opcode reaches.
      ...[DW_LNS.fixed_advance_pc, 0xf0, 0xff, 13 + 5 + 16 * 14],
      // Two bytes of data are less than three of LEB128.
      ...[DW_LNS.fixed_advance_pc, 0, 0x40, 0, 1, DW_LNE.end_sequence],
    ]);
  });

  test('sets addresses that it cannot advance to', () => {
    expect(program([0x20, 1, 1, 0, 0, 1], [0x10, 1, 1, 0, 0, 1]).slice(2)).toEqual([
      ...[0, 5, DW_LNE.set_address, 0x10, 0, 0, 0, 18],
    ]);
  });
});

test('every step is what was asked for, and no longer than the plainest way', () => {
  const advance = new LineAdvance(LLVM);
  fc.assert(
    fc.property(fc.nat(0x2_0000), fc.integer({ min: -5000, max: 5000 }), (address, line) => {
      const size = advance.choose(address, line);
      const adjusted = advance.special - LLVM.opcodeBase;
      expect(advance.special).toBeGreaterThanOrEqual(LLVM.opcodeBase);
      expect(advance.special).toBeLessThanOrEqual(255);
      expect((advance.opcode === 0 ? 0 : advance.address) + Math.floor(adjusted / LLVM.lineRange)).toBe(address);
      expect(advance.line + LLVM.lineBase + (adjusted % LLVM.lineRange)).toBe(line);
      const leb = new ByteWriter().uleb(address).sleb(line).size;
      expect(size).toBeLessThanOrEqual(3 + leb);
    }),
    { numRuns: 2000 },
  );
});

test.each([2, 3, 4, 5])('rows are read from version %i as they were written', (version) => {
  const row = fc.tuple(
    fc.oneof(fc.nat(40), fc.nat(100_000)),
    fc.integer({ min: 1, max: 3 }),
    fc.nat(70_000),
    fc.nat(300),
    fc.oneof({ weight: 5, arbitrary: fc.constant(0) }, { weight: 1, arbitrary: fc.nat(1000) }),
    fc.nat(15),
  );
  const sequence = fc.array(row, { minLength: 1, maxLength: 20 });
  fc.assert(
    fc.property(fc.array(sequence, { maxLength: 4 }), (sequences) => {
      const rows: Row[] = [];
      for (const each of sequences) {
        let address = 16;
        for (const [step, ...rest] of each) rows.push([(address += step), ...rest]);
        rows.push([address + 5, 1, 1, 0, 0, LINE_FLAG.end_sequence]);
      }
      const strings = new StringTable();
      const tables = new LineTables(strings);
      const written = columns(rows);
      const file = (name: string, directory: number) => ({
        ...{ name, directory, modified: 0, size: 0, source: undefined },
        md5: version >= 5 ? '00112233445566778899aabbccddeeff' : undefined,
      });
      tables.set(tables.reserve(), {
        ...{ version, addressSize: 4, offsetSize: 4 },
        directories: [{ path: '/src' }, { path: 'lib' }],
        files: [file('a.c', 0), file('b.c', 1), file('c.c', 1), file('d.c', 2)],
        rows: written,
      });
      const shared = tables.sharedPaths();
      strings.place((id) => shared.includes(strings.text(id)));
      const section = windowOf('.debug_line', tables.write());
      const table = LineTable.read(section, 0, {
        addressSize: 4,
        strings: { string: () => '', lineString: () => '', stringIndex: () => '' },
      });
      const { count, ...read } = table.rows;
      expect(count).toBe(rows.length);
      for (let index = 0; index < count; index++) {
        const isEnd = (written.flags[index]! & LINE_FLAG.end_sequence) !== 0;
        const keys = isEnd
          ? (['addresses', 'flags'] as const)
          : (['addresses', 'files', 'lines', 'columns', 'discriminators', 'flags'] as const);
        for (const key of keys) {
          const mask = key === 'flags' && isEnd ? LINE_FLAG.end_sequence : -1;
          expect(read[key][index]! & mask, `${key} of row ${index}`).toBe(written[key][index]! & mask);
        }
      }
      expect(table.header.files.map(({ directory, md5, name }) => [name, directory, md5])).toEqual(
        [file('a.c', 0), file('b.c', 1), file('c.c', 1), file('d.c', 2)].map(({ directory, md5, name }) => [
          name,
          directory,
          md5,
        ]),
      );
    }),
  );
});
