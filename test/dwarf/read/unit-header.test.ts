import { describe, expect, test } from 'vitest';
import { DW_UT } from '../../../src/dwarf/constants/unit-types.ts';
import { readUnitHeader, unitEnd } from '../../../src/dwarf/read/unit-header.ts';
import { assemble, type Part, u16, u32, u64, unit, unsigned } from '../../support/assemble.ts';
import { sectionOf } from '../../support/dwarf.ts';

const read = (part: Part, { offset = 0, types = false } = {}) =>
  readUnitHeader(sectionOf('.debug_info', assemble(part)), offset, types);

describe.each([4, 8] as const)('with offsets of %i bytes', (offsetSize) => {
  const offset = (value: number) => unsigned(value, offsetSize);
  const lengthSize = offsetSize === 8 ? 12 : 4;

  test.each([2, 3, 4])('version %i', (version) => {
    expect(read(unit(offsetSize, u16(version), offset(0x20), 8, 1, 2, 3))).toEqual({
      offset: 0,
      end: lengthSize + 2 + offsetSize + 1 + 3,
      entriesOffset: lengthSize + 2 + offsetSize + 1,
      version,
      addressSize: 8,
      offsetSize,
      unitType: DW_UT.compile,
      abbreviationsOffset: 0x20,
      splitId: undefined,
      typeSignature: undefined,
      typeOffset: undefined,
    });
  });

  test.each([DW_UT.compile, DW_UT.partial])('version 5, unit type %i', (unitType) => {
    const header = read(unit(offsetSize, u16(5), unitType, 4, offset(7), 0));
    expect(header).toMatchObject({ version: 5, unitType, addressSize: 4, abbreviationsOffset: 7, splitId: undefined });
    expect(header.entriesOffset).toBe(lengthSize + 4 + offsetSize);
  });

  test.each([DW_UT.skeleton, DW_UT.split_compile])('version 5, unit type %i with its id', (unitType) => {
    const header = read(unit(offsetSize, u16(5), unitType, 4, offset(7), u64(0x8877_6655_4433_2211n), 0));
    expect(header).toMatchObject({ unitType, splitId: 0x8877_6655_4433_2211n });
    expect(header.entriesOffset).toBe(lengthSize + 4 + offsetSize + 8);
  });

  test.each([DW_UT.type, DW_UT.split_type])('version 5, unit type %i with its signature', (unitType) => {
    const header = read(unit(offsetSize, u16(5), unitType, 4, offset(7), u64(1), offset(0x40), 0));
    expect(header).toMatchObject({ unitType, typeSignature: 1n, typeOffset: 0x40 });
  });

  test('a type unit of version 4', () => {
    const header = read(unit(offsetSize, u16(4), offset(7), 4, u64(2), offset(0x40), 0), { types: true });
    expect(header).toMatchObject({ version: 4, unitType: DW_UT.type, typeSignature: 2n, typeOffset: 0x40 });
  });
});

test('the second unit of a section counts from the section', () => {
  const one: Part = unit(4, u16(4), u32(0), 4, 0);
  expect(read([one, one], { offset: 12 })).toMatchObject({ offset: 12, entriesOffset: 23, end: 24 });
});

test.each([
  { what: 'a length past the section', part: u32(100), message: 'unit of 100 bytes, 0 left at .debug_info+0x0' },
  { what: 'a reserved length', part: u32(0xffff_fff0), message: 'reserved unit length 0xfffffff0 at .debug_info+0x0' },
  { what: 'version 1', part: unit(4, u16(1), u32(0), 4), message: 'version 1 of a unit at .debug_info+0x4' },
  { what: 'version 6', part: unit(4, u16(6), u32(0), 4), message: 'version 6 of a unit at .debug_info+0x4' },
  { what: 'an unknown type', part: unit(4, u16(5), 9, 4, u32(0)), message: 'unit type 0x9 at .debug_info+0x6' },
  { what: 'addresses of 3 bytes', part: unit(4, u16(4), u32(0), 3), message: 'address size of 3 at .debug_info+0x0' },
  {
    what: 'a length too short for the header',
    part: [unit(4, u16(4), u32(0)), 4, 0, 0],
    message: 'unit of 6 bytes, too short for its header at .debug_info+0x0',
  },
])('$what', ({ part, message }) => {
  expect(() => read(part)).toThrow(message);
});

test('a unit that cannot be read is left out by its length', () => {
  const section = sectionOf('.debug_info', assemble(unit(4, u16(9), 1, 2, 3), 4));
  expect(unitEnd(section, 0)).toBe(9);
  expect(unitEnd(section, 9)).toBeUndefined();
  expect(unitEnd(sectionOf('.debug_info', assemble(u32(50))), 0)).toBeUndefined();
});
