import { expect, test } from 'vitest';
import { DW_SECT, DW_SECT_GNU } from '../../../src/dwarf/constants/sections.ts';
import { UnitIndex } from '../../../src/dwarf/read/split-index.ts';
import { assemble, type Part, u16, u32, u64 } from '../../support/assemble.ts';
import { sectionOf } from '../../support/dwarf.ts';

/** An index whose slots hold these signatures and rows. */
function spell(
  version: number,
  columns: readonly number[],
  slots: readonly (readonly [signature: bigint, row: number])[],
  rows: readonly (readonly number[])[],
): Part {
  return [
    version === 5 ? [u16(5), u16(0)] : u32(version),
    [u32(columns.length), u32(rows.length), u32(slots.length)],
    slots.map(([signature]) => u64(signature)),
    slots.map(([, row]) => u32(row)),
    columns.map(u32),
    // The sizes are a hundred times the offsets.
    rows.map((row) => row.map(u32)),
    rows.map((row) => row.map((offset) => u32(offset * 100))),
  ];
}

const open = (...parts: readonly Part[]): UnitIndex => new UnitIndex(sectionOf('.debug_cu_index', assemble(...parts)));

const NONE = [0n, 0] as const;
// All three hash to slot 1 of 4. The steps of the second and third are 1 and 3.
const FIRST = 0x1111_0000_0000_0001n;
const SECOND = 0x2222_0000_0000_0005n;
const THIRD = 0x3333_0002_0000_0009n;

test.each([2, 5])('version %i: units by signature, and all of them', (version) => {
  const columns = [DW_SECT.INFO, DW_SECT.ABBREV];
  const slots = [[THIRD, 3], [FIRST, 1], [SECOND, 2], NONE] as const;
  const index = open(
    spell(version, columns, slots, [
      [1, 2],
      [3, 4],
      [5, 6],
    ]),
  );
  expect(index.version).toBe(version);
  expect(index.count).toBe(3);
  const row = (signature: bigint, info: number, abbreviations: number) => ({
    signature,
    contributions: {
      '.debug_info': { offset: info, size: info * 100 },
      '.debug_abbrev': { offset: abbreviations, size: abbreviations * 100 },
    },
  });
  expect(index.find(FIRST)).toEqual(row(FIRST, 1, 2));
  expect(index.find(SECOND)).toEqual(row(SECOND, 3, 4));
  expect(index.find(THIRD)).toEqual(row(THIRD, 5, 6));
  expect(index.find(0x4444_0000_0000_0001n)).toBeUndefined();
  expect(index.find(3n)).toBeUndefined();
  expect([...index.rows()]).toEqual([row(THIRD, 5, 6), row(FIRST, 1, 2), row(SECOND, 3, 4)]);
});

test('columns mean other sections in version 2 than in version 5', () => {
  const names = (version: number, columns: readonly number[]) => {
    const row = open(spell(version, columns, [[1n, 1]], [columns])).find(1n)!;
    return Object.entries(row.contributions).map(([name, { offset }]) => [name, offset]);
  };
  expect(names(5, Object.values(DW_SECT))).toEqual([
    ['.debug_info', 1],
    ['.debug_abbrev', 3],
    ['.debug_line', 4],
    ['.debug_loclists', 5],
    ['.debug_str_offsets', 6],
    ['.debug_macro', 7],
    ['.debug_rnglists', 8],
  ]);
  expect(names(2, Object.values(DW_SECT_GNU))).toEqual([
    ['.debug_info', 1],
    ['.debug_types', 2],
    ['.debug_abbrev', 3],
    ['.debug_line', 4],
    ['.debug_loc', 5],
    ['.debug_str_offsets', 6],
    ['.debug_macinfo', 7],
    ['.debug_macro', 8],
  ]);
  // One that nobody knows is left out.
  expect(names(5, [99, DW_SECT.INFO])).toEqual([['.debug_info', 1]]);
});

test('a full table without the signature ends', () => {
  const index = open(
    spell(
      5,
      [DW_SECT.INFO],
      [
        [1n, 1],
        [2n, 1],
        [3n, 1],
        [4n, 1],
      ],
      [[0]],
    ),
  );
  expect(index.find(9n)).toBeUndefined();
});

test('an index without units', () => {
  const index = open(spell(2, [], [], []));
  expect(index.find(1n)).toBeUndefined();
  expect([...index.rows()]).toEqual([]);
});

test.each([
  ['an unknown version', spell(3, [], [], []), 'version 3 of a unit index at .debug_cu_index+0x0'],
  ['three slots', spell(5, [1], [NONE, NONE, NONE], []), '3 slots in a unit index at .debug_cu_index+0xc'],
  ['slots cut off', [u16(5), u16(0), u32(1), u32(1), u32(2 ** 31)], 'bytes needed, 0 left at .debug_cu_index+0x10'],
  ['columns cut off', [u16(5), u16(0), u32(2 ** 32 - 1), u32(1), u32(0)], 'needed, 0 left at .debug_cu_index+0x10'],
  ['rows cut off', [u16(5), u16(0), u32(1), u32(9), u32(0), u32(1)], '72 bytes needed, 0 left at .debug_cu_index+0x14'],
  ['a header cut off', [u16(5), 0], '4 bytes needed, 3 left at .debug_cu_index+0x0'],
])('%s', (_, parts, message) => {
  expect(() => open(parts)).toThrow(message);
});

test('a slot with a row that is not there', () => {
  const index = open(spell(5, [DW_SECT.INFO], [[1n, 2]], [[0]]));
  expect(() => index.find(1n)).toThrow('row 2 of a unit index with 1');
  expect(() => [...index.rows()]).toThrow('row 2 of a unit index with 1');
});
