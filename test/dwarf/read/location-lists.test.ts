import { expect, test } from 'vitest';
import { DW_LLE, DW_LLE_GNU } from '../../../src/dwarf/constants/location-lists.ts';
import {
  type LocationListContext,
  type LocationListLayout,
  locationListLayout,
  readLocationList,
  readLocationViews,
} from '../../../src/dwarf/read/location-lists.ts';
import { assemble, block, type Part, sized, u32, uleb, unsigned } from '../../support/assemble.ts';
import { sectionOf } from '../../support/dwarf.ts';

/** Index 0 is code that is gone, 1 is 0x1000 and so on. */
const context: LocationListContext = {
  addressSize: 4,
  baseAddress: 0x100,
  addressAt: (index) => (index === 0 ? -1 : index * 0x1000),
};

/** `0x10-0x20 aa`, with views `@1,2`. */
function read(
  layout: LocationListLayout,
  parts: readonly Part[],
  changes: Partial<LocationListContext> = {},
): string[] {
  const section = sectionOf('.debug_loc', assemble(0xee, ...parts));
  return readLocationList(section, 1, layout, { ...context, ...changes }).map(({ start, end, expression, views }) => {
    const range = start === undefined ? 'default' : `0x${start.toString(16)}-0x${end!.toString(16)}`;
    const bytes = [...expression.toBytes()].map((byte) => byte.toString(16)).join('');
    return `${range} ${bytes}${views ? ` @${views.start},${views.end}` : ''}`;
  });
}

const a = (value: number): Part => unsigned(value, 4);

test('pairs: base selection, tombstones, and the end', () => {
  const list = [
    [a(0x10), a(0x20), sized(2, 0xaa)],
    [a(-1), a(0x2000)],
    [a(0x10), a(0x20), sized(2, 0xbb, 0xbb)],
    // What wasm-ld leaves of code that is gone.
    [a(-2), a(-2), sized(2, 0xcc)],
    [a(0x30), a(0x30), sized(2)],
    [a(-1), a(-1)],
    [a(0x10), a(0x20), sized(2, 0xdd)],
    [a(0), a(0)],
    [a(0x50), a(0x60), sized(2, 0xee)],
  ];
  expect(read('pairs', list)).toEqual(['0x110-0x120 aa', '0x2010-0x2020 bbbb', '0x2030-0x2030 ']);
});

test.each([2, 8])('pairs of addresses of %i bytes', (addressSize) => {
  const wide = (value: number): Part => unsigned(value, addressSize);
  const list = [
    [wide(-1), wide(0x40)],
    [wide(1), wide(2), sized(2, 0xaa)],
    wide(-2),
    wide(-2),
    sized(2),
    wide(0),
    wide(0),
  ];
  expect(read('pairs', list, { addressSize })).toEqual(['0x41-0x42 aa']);
});

test('a unit without a base address counts from 0', () => {
  expect(read('pairs', [a(1), a(2), sized(2, 0xaa), a(0), a(0)], { baseAddress: undefined })).toEqual(['0x1-0x2 aa']);
  const list = [DW_LLE.offset_pair, 1, 2, block(0xaa), DW_LLE.end_of_list];
  expect(read('entries', list, { baseAddress: undefined })).toEqual(['0x1-0x2 aa']);
});

test('entries of every kind', () => {
  const list = [
    [DW_LLE.offset_pair, uleb(0x10), uleb(0x20), block(0xa1)],
    [DW_LLE.base_addressx, 2],
    [DW_LLE.offset_pair, uleb(0x10), uleb(0x200), block(0xa2)],
    [DW_LLE.base_address, u32(0x5000)],
    [DW_LLE.offset_pair, 1, 2, block(0xa3)],
    [DW_LLE.startx_endx, 1, 2, block(0xa4)],
    [DW_LLE.startx_length, 1, uleb(0x300), block(0xa5)],
    [DW_LLE.start_end, u32(0x10), u32(0x20), block(0xa6)],
    [DW_LLE.start_length, u32(0x10), 4, block(0xa7)],
    [DW_LLE.GNU_view_pair, 3, uleb(300)],
    [DW_LLE.offset_pair, 1, 2, block(0xa8)],
    [DW_LLE.offset_pair, 3, 4, block(new Uint8Array(200).fill(1))],
    [DW_LLE.default_location, block(0xa9)],
    DW_LLE.end_of_list,
  ];
  expect(read('entries', list)).toEqual([
    '0x110-0x120 a1',
    '0x2010-0x2200 a2',
    '0x5001-0x5002 a3',
    '0x1000-0x2000 a4',
    '0x1000-0x1300 a5',
    '0x10-0x20 a6',
    '0x10-0x14 a7',
    '0x5001-0x5002 a8 @3,300',
    `0x5003-0x5004 ${'1'.repeat(200)}`,
    'default a9',
  ]);
});

test('entries of code that is gone are left out', () => {
  const list = [
    [DW_LLE.startx_endx, 0, 1, block(0xaa)],
    [DW_LLE.startx_length, 0, 4, block(0xaa)],
    [DW_LLE.start_end, u32(-1), u32(-1), block(0xaa)],
    [DW_LLE.start_length, u32(-1), 4, block(0xaa)],
    [DW_LLE.base_addressx, 0, DW_LLE.offset_pair, 1, 2, block(0xaa)],
    [DW_LLE.base_address, u32(-1), DW_LLE.offset_pair, 1, 2, block(0xaa)],
    DW_LLE.end_of_list,
  ];
  expect(read('entries', list)).toEqual([]);
});

test('entries of GNU’s split DWARF: lengths of four bytes, expressions of two', () => {
  const list = [
    [DW_LLE_GNU.start_end_entry, 1, 2, sized(2, 0xa1)],
    [DW_LLE_GNU.start_length_entry, 1, u32(0x300), sized(2, 0xa2)],
    [DW_LLE_GNU.base_address_selection_entry, 1],
    [DW_LLE_GNU.start_length_entry, 0, u32(0x300), sized(2, 0xa3)],
    DW_LLE_GNU.end_of_list_entry,
  ];
  expect(read('gnu-split', list)).toEqual(['0x1000-0x2000 a1', '0x1000-0x1300 a2']);
});

test.each([
  ['pairs', [a(1), a(2), sized(2, 0xaa)], '4 bytes needed, 0 left at .debug_loc+0xc'],
  ['pairs', [a(1), a(2), 9, 0], '9 bytes needed, 0 left at .debug_loc+0xb'],
  ['entries', [0x0a], 'location list entry DW_LLE_unknown_a at .debug_loc+0x1'],
  ['entries', [DW_LLE.offset_pair, 1, 2, 5, 1], '5 bytes needed, 1 left at .debug_loc+0x5'],
  ['gnu-split', [4], 'location list entry of kind 0x4 at .debug_loc+0x1'],
] as const)('damaged %s: %j', (layout, parts, message) => {
  expect(() => read(layout, parts)).toThrow(message);
});

test('views before a list', () => {
  const section = sectionOf('.debug_loclists', assemble(0xee, 1, 2, uleb(300), 0, 0xee));
  expect(readLocationViews(section, 1, 6)).toEqual([
    { start: 1, end: 2 },
    { start: 300, end: 0 },
  ]);
  expect(() => readLocationViews(section, 1, 2)).toThrow('1 byte needed');
});

test('the layout of a unit’s lists', () => {
  expect([locationListLayout(4, false), locationListLayout(4, true), locationListLayout(5, true)]).toEqual([
    'pairs',
    'gnu-split',
    'entries',
  ]);
});
