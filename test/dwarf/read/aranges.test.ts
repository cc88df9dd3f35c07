import { expect, test } from 'vitest';
import { readAranges } from '../../../src/dwarf/read/aranges.ts';
import { assemble, type Part, u16, u32, unit, unsigned } from '../../support/assemble.ts';
import { collect, sectionOf } from '../../support/dwarf.ts';

interface Spelled {
  readonly version?: number;
  readonly offsetSize?: 4 | 8;
  readonly addressSize?: number;
  readonly segmentSelectorSize?: number;
  readonly unitOffset?: number;
  readonly tuples: readonly (readonly number[])[];
  readonly after?: Part;
}

function spell(spelled: Spelled): Part {
  const { version = 2, offsetSize = 4, addressSize = 4, segmentSelectorSize = 0, unitOffset = 0x99, tuples } = spelled;
  const size = 2 * addressSize + segmentSelectorSize;
  const header = (offsetSize === 8 ? 12 : 4) + 2 + offsetSize + 2;
  const padding = new Uint8Array((size - (header % size)) % size);
  return unit(
    offsetSize,
    u16(version),
    unsigned(unitOffset, offsetSize),
    addressSize,
    segmentSelectorSize,
    padding,
    tuples.map(
      ([start, length]): Part => [
        new Uint8Array(segmentSelectorSize),
        unsigned(start!, addressSize),
        unsigned(length!, addressSize),
      ],
    ),
    spelled.after ?? [],
  );
}

function read(...parts: readonly Part[]) {
  const { reports, report } = collect();
  const sets = readAranges(sectionOf('.debug_aranges', assemble(...parts)), report);
  return { sets, reports, ranges: sets.map(({ ranges }) => ranges.map(({ start, end }) => [start, end])) };
}

test.each([
  [4, 2],
  [4, 4],
  [4, 8],
  [8, 4],
  [8, 8],
] as const)('offsets of %i bytes, addresses of %i', (offsetSize, addressSize) => {
  const { sets, reports } = read(
    spell({
      offsetSize,
      addressSize,
      tuples: [
        [0x100, 0x10],
        [0x200, 8],
        [0, 0],
      ],
    }),
  );
  expect(sets).toEqual([
    {
      offset: 0,
      version: 2,
      unitOffset: 0x99,
      addressSize,
      segmentSelectorSize: 0,
      offsetSize,
      ranges: [
        { start: 0x100, end: 0x110 },
        { start: 0x200, end: 0x208 },
      ],
    },
  ]);
  expect(reports).toEqual([]);
});

test('a segment selector stands before each range', () => {
  const { ranges, reports } = read(
    spell({
      segmentSelectorSize: 4,
      tuples: [
        [0x100, 0x10],
        [0, 0],
      ],
    }),
  );
  expect(ranges).toEqual([[[0x100, 0x110]]]);
  expect(reports).toEqual([]);
});

test('ranges of code that is gone stay marked as that', () => {
  expect(
    read(
      spell({
        tuples: [
          [-1, 8],
          [0, 0],
        ],
      }),
    ).ranges,
  ).toEqual([[[-1, -1]]]);
});

test('a terminating entry before the end is reported and read past', () => {
  const { ranges, reports } = read(
    spell({
      tuples: [
        [0x100, 1],
        [0, 0],
        [0x200, 1],
        [0, 0],
      ],
    }),
  );
  expect(ranges).toEqual([
    [
      [0x100, 0x101],
      [0, 0],
      [0x200, 0x201],
    ],
  ]);
  expect(reports).toEqual(['aranges/early-end at .debug_aranges+0x18']);
});

test('a set without a terminating entry, and one with bytes left over, are kept', () => {
  const first = read(spell({ tuples: [[0x100, 1]] }));
  expect(first.ranges).toEqual([[[0x100, 0x101]]]);
  expect(first.reports).toEqual(['aranges/no-end at .debug_aranges+0x18']);
  const second = read(
    spell({
      tuples: [
        [0x100, 1],
        [0, 0],
      ],
      after: [1, 2, 3],
    }),
  );
  expect(second.ranges).toEqual([[[0x100, 0x101]]]);
  expect(second.reports).toEqual(['aranges/padding at .debug_aranges+0x20']);
});

test.each([
  ['a version that is unknown', spell({ version: 3, tuples: [[0, 0]] }), 'aranges/set at .debug_aranges+0x0'],
  ['an address size of 3', unit(4, u16(2), u32(0), 3, 0), 'aranges/set at .debug_aranges+0xa'],
  ['a header cut off', unit(4, u16(2)), 'aranges/set at .debug_aranges+0x6'],
  ['padding cut off', unit(4, u16(2), u32(0), 4, 0), 'aranges/set at .debug_aranges+0xc'],
])('%s leaves out the set alone', (_, damaged, reported) => {
  const { ranges, reports } = read(
    damaged,
    spell({
      tuples: [
        [0x100, 1],
        [0, 0],
      ],
    }),
  );
  expect(ranges.length).toBe(1);
  expect(reports[0]).toBe(reported);
});

test.each([
  ['a set that is longer than its section', [u32(100), u16(2)], 'aranges/set at .debug_aranges+0x0'],
  ['a reserved length', u32(0xffff_fff1), 'aranges/set at .debug_aranges+0x0'],
  ['a length cut off', [1, 2], 'aranges/set at .debug_aranges+0x0'],
])('%s ends the section', (_, parts, reported) => {
  const { sets, reports } = read(parts);
  expect(sets).toEqual([]);
  expect(reports).toEqual([reported]);
});
