import { expect, test } from 'vitest';
import { DW_FORM } from '../../../src/dwarf/constants/forms.ts';
import { DW_LNCT, DW_LNE, DW_LNS } from '../../../src/dwarf/constants/line.ts';
import { LineTable, type LineTableContext } from '../../../src/dwarf/read/line-table.ts';
import { FormatError } from '../../../src/errors.ts';
import { assemble, extended, type Part, u32 } from '../../support/assemble.ts';
import { collect, sectionOf } from '../../support/dwarf.ts';
import { lineContext, type SpelledTable, spellLineTable } from '../../support/line-tables.ts';

const end = extended(DW_LNE.end_sequence);
const at = (address: number): Part => extended(DW_LNE.set_address, u32(address));
/** Rows of line 1, 2 … at these addresses; the last one ends the sequence. */
const sequence = (...addresses: readonly number[]): Part =>
  addresses.map(
    (address, index): Part =>
      index === addresses.length - 1 ? [at(address), end] : [at(address), DW_LNS.copy, DW_LNS.advance_line, 1],
  );

function tableOf(spelled: SpelledTable, context: Partial<LineTableContext> = {}): LineTable {
  const section = sectionOf('.debug_line', assemble(spellLineTable(spelled)));
  return LineTable.read(section, 0, { ...lineContext(), ...context });
}

/** Lines by address, from `first` to `last`; `.` is none. */
function linesOf(table: LineTable, first: number, last: number): string {
  let lines = '';
  for (let address = first; address <= last; address++) {
    const row = table.findRow(address);
    lines += row === undefined ? '.' : table.rows.lines[row];
  }
  return lines;
}

test('the last row at or before an address, in the sequence that holds it', () => {
  const table = tableOf({
    program: [sequence(0x20, 0x22, 0x22, 0x25, 0x26), sequence(0x10, 0x12), sequence(0x28, 0x29)],
  });
  expect(linesOf(table, 0x0e, 0x2a)).toBe('..11..............113334..1..');
});

test('of sequences that overlap the one that ends first counts, of equal ends the first', () => {
  const table = tableOf({ program: [sequence(0x10, 0x18, 0x20), sequence(0x14, 0x1a), sequence(0x12, 0x13, 0x20)] });
  // As LLVM does, the sequence that ends after the address is the one that is searched, even if it starts after it.
  expect(linesOf(table, 0x0f, 0x20)).toBe('.....111111222222.');
});

test('sequences of code that is gone are left out', () => {
  const program = [sequence(0, 0x20), sequence(0x10, 0x12, 0x18)];
  expect(linesOf(tableOf({ program }), 0x0e, 0x19)).toBe('..1122222211');
  expect(linesOf(tableOf({ program }, { lowestAddress: 2 }), 0x0e, 0x19)).toBe('..11222222..');
});

test('decreasing addresses are halved as LLVM halves them', () => {
  const table = tableOf({ program: sequence(0x10, 0x30, 0x14, 0x18, 0x40) });
  expect(linesOf(table, 0x10, 0x18)).toBe('111133334');
});

test('a table without rows knows nothing', () => {
  expect(tableOf({}).findRow(0)).toBeUndefined();
});

test('files by index, of the header and of the program, and their paths', () => {
  const program = [extended(DW_LNE.define_file, 'c.c', 1, 0, 0)];
  const table = tableOf({ program });
  expect([0, 1, 2, 3, 4].map((index) => table.findSource(index, '/build')?.path)).toEqual([
    undefined,
    '/src/a.c',
    '/build/b.c',
    '/src/c.c',
    undefined,
  ]);
  expect(table.findSource(2, undefined)?.path).toBe('b.c');
  expect(table.findSource(2, '/build')).toBe(table.findSource(2, '/build'));
  const five = tableOf({ version: 5, program });
  expect([0, 1, 2, 3].map((index) => five.findSource(index, '/elsewhere')?.path)).toEqual([
    '/build/b.c',
    '/src/a.c',
    '/src/c.c',
    undefined,
  ]);
});

test('digest and source of a file', () => {
  const formats = [DW_LNCT.path, DW_FORM.string, DW_LNCT.MD5, DW_FORM.data16, 0x81, 0x40, DW_FORM.string];
  const tables: Part = [0, 0, 3, formats, 1, 'a.c', new Uint8Array(16).fill(0xab), 'int main;'];
  const source = tableOf({ version: 5, tables }).findSource(0, '/build');
  expect(source?.md5).toBe('ab'.repeat(16));
  expect(source?.source).toBe('int main;');
});

test('a name that cannot be read is reported once, and no file', () => {
  const { reports, report } = collect();
  const strings = {
    string: () => '',
    stringIndex: () => '',
    lineString: (offset: number): string => {
      throw new FormatError('bad-offset', '.debug_line_str', offset, 'string offset outside the section');
    },
  };
  const list: Part = [1, DW_LNCT.path, DW_FORM.line_strp, 1, u32(0x99)];
  const table = tableOf({ version: 5, tables: [0, 0, list] }, { strings, report });
  expect(table.findSource(0, undefined)).toBeUndefined();
  expect(table.findSource(0, undefined)).toBeUndefined();
  expect(reports).toEqual(['lines/file-name at .debug_line_str+0x99']);
});
