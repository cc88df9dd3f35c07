import { describe, expect, test } from 'vitest';
import { DW_RLE } from '../../../src/dwarf/constants/range-lists.ts';
import { listOffsetAt, type RangeListContext, readRangeList } from '../../../src/dwarf/read/range-lists.ts';
import { assemble, type Part, u16, u32, u64, uleb, unsigned } from '../../support/assemble.ts';
import { sectionOf } from '../../support/dwarf.ts';

const ADDRESSES = [0x1000, 0x2000, -1];

function read(version: number, part: Part, { base, addressSize = 4 }: { base?: number; addressSize?: number } = {}) {
  const context: RangeListContext = {
    version,
    addressSize,
    baseAddress: base,
    addressAt: (index) => {
      const address = ADDRESSES[index];
      if (address === undefined) throw new RangeError(`no address ${index}`);
      return address;
    },
  };
  const out: number[] = [];
  const name = version >= 5 ? '.debug_rnglists' : '.debug_ranges';
  readRangeList(sectionOf(name, assemble(part)), 0, context, out);
  return out;
}

describe('.debug_ranges', () => {
  const end: Part = [u32(0), u32(0)];

  test('pairs count from the base address', () => {
    expect(read(4, [u32(1), u32(2), u32(5), u32(9), end], { base: 0x100 })).toEqual([0x101, 0x102, 0x105, 0x109]);
    expect(read(4, [u32(1), u32(2), end])).toEqual([1, 2]);
  });

  test.each([2, 4, 8])('-1 selects a base, with addresses of %i bytes', (addressSize) => {
    const a = (value: number) => unsigned(value, addressSize);
    const list: Part = [a(1), a(2), a(-1), a(0x400), a(1), a(2), a(0), a(0)];
    expect(read(3, list, { base: 0x100, addressSize })).toEqual([0x101, 0x102, 0x401, 0x402]);
  });

  test('-2 is the tombstone here, as start and as base', () => {
    expect(read(4, [u32(-2), u32(-2), u32(1), u32(2), end])).toEqual([1, 2]);
    expect(read(4, [u32(-1), u32(-2), u32(1), u32(2), u32(-1), u32(0x50), u32(3), u32(4), end])).toEqual([0x53, 0x54]);
  });

  test('empty and backwards ranges are there for the caller to judge', () => {
    expect(read(4, [u32(5), u32(5), u32(9), u32(3), end])).toEqual([5, 5, 9, 3]);
  });

  test('a list without an end', () => {
    expect(() => read(4, [u32(1), u32(2), u32(3)])).toThrow('4 bytes needed, 0 left at .debug_ranges+0xc');
  });
});

describe('.debug_rnglists', () => {
  test('every kind of entry', () => {
    const list: Part = [
      [DW_RLE.offset_pair, uleb(1), uleb(300)],
      [DW_RLE.base_addressx, 0],
      [DW_RLE.offset_pair, 1, 2],
      [DW_RLE.base_address, u32(0x4000)],
      [DW_RLE.offset_pair, 1, 2],
      [DW_RLE.startx_endx, 0, 1],
      [DW_RLE.startx_length, 1, uleb(0x80)],
      [DW_RLE.start_end, u32(7), u32(8)],
      [DW_RLE.start_length, u32(9), 4],
      DW_RLE.end_of_list,
      0xff,
    ];
    expect(read(5, list, { base: 0x100 })).toEqual([
      ...[0x101, 0x22c],
      ...[0x1001, 0x1002],
      ...[0x4001, 0x4002],
      ...[0x1000, 0x2000],
      ...[0x2000, 0x2080],
      ...[7, 8],
      ...[9, 13],
    ]);
  });

  test('without a base offsets are addresses', () => {
    expect(read(5, [DW_RLE.offset_pair, 1, 2, 0])).toEqual([1, 2]);
  });

  test('addresses of 8 bytes', () => {
    expect(read(5, [DW_RLE.start_length, u64(2 ** 33), 1, 0], { addressSize: 8 })).toEqual([2 ** 33, 2 ** 33 + 1]);
  });

  test('tombstones, as starts and as bases', () => {
    const list: Part = [
      [DW_RLE.startx_length, 2, 5],
      [DW_RLE.start_end, u32(-1), u32(-1)],
      [DW_RLE.start_length, u32(-1), 5],
      [DW_RLE.base_addressx, 2],
      [DW_RLE.offset_pair, 1, 2],
      [DW_RLE.base_address, u32(-1)],
      [DW_RLE.offset_pair, 1, 2],
      DW_RLE.end_of_list,
    ];
    expect(read(5, list)).toEqual([]);
  });

  test('an entry of no known kind', () => {
    expect(() => read(5, [DW_RLE.start_length, u32(1), 1, 0x77])).toThrow(
      'unknown range list entry 0x77 at .debug_rnglists+0x6',
    );
  });

  test('an end in the middle', () => {
    expect(() => read(5, [DW_RLE.start_length, u16(1)])).toThrow('4 bytes needed, 2 left at .debug_rnglists+0x1');
  });
});

describe('a list by its index', () => {
  const table = (offsetSize: number) => {
    const offsets = [0x10, 0x20].map((offset) => unsigned(offset, offsetSize));
    return sectionOf('.debug_rnglists', assemble(u32(99), u16(5), 4, 0, u32(2), ...offsets));
  };

  test.each([4, 8])('offsets of %i bytes count from where they start', (size) => {
    expect(listOffsetAt(table(size), 12, 0, size)).toBe(12 + 0x10);
    expect(listOffsetAt(table(size), 12, 1, size)).toBe(12 + 0x20);
  });

  test('the table says how many it has', () => {
    expect(() => listOffsetAt(table(4), 12, 2, 4)).toThrow('list index 2 of a table with 2 at .debug_rnglists+0xc');
    expect(() => listOffsetAt(table(4), 2, 0, 4)).toThrow('list index 0 of a table with 0 at .debug_rnglists+0x2');
    expect(() => listOffsetAt(table(4), 500, 0, 4)).toThrow('list index 0 of a table with 0');
  });
});
