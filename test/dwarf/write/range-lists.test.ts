import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readRangeList } from '../../../src/dwarf/read/range-lists.ts';
import { RangeLists } from '../../../src/dwarf/write/range-lists.ts';
import { windowOf } from '../../support/written.ts';

const context = (version: number, addressSize: number, baseAddress: number | undefined) => ({
  ...{ version, addressSize, baseAddress },
  addressAt: () => 0,
});

test.each([
  { version: 4, addressSize: 4 },
  { version: 4, addressSize: 8 },
  { version: 5, addressSize: 4 },
  { version: 5, addressSize: 8 },
])('lists are read as they were written, version $version, addresses of $addressSize', ({ addressSize, version }) => {
  const pairs = fc
    .array(fc.tuple(fc.oneof(fc.nat(300), fc.nat(0x7fff_0000)), fc.nat(0x8000)), { maxLength: 8 })
    .map((all) => all.flatMap(([start, size]) => [start, start + size]))
    // In version 4 a pair of zeros cannot be told from the end.
    .map((all) => (all[0] === 0 && all[1] === 0 ? all.slice(2) : all));
  const list = fc.tuple(pairs, fc.option(fc.nat(1000), { nil: undefined }));
  fc.assert(
    fc.property(fc.array(list, { minLength: 1, maxLength: 5 }), (all) => {
      const lists = new RangeLists({ version, addressSize, offsetSize: 4 });
      const offsets = all.map(([each, base]) => lists.add(each, base));
      const name = version >= 5 ? '.debug_rnglists' : '.debug_ranges';
      const section = windowOf(name, lists.finish()!);
      for (const [index, [each, base]] of all.entries()) {
        const read: number[] = [];
        readRangeList(section, offsets[index]!, context(version, addressSize, base), read);
        const isNothing = (start: number, end: number): boolean => version < 5 && start === 0 && end === 0;
        const expected: number[] = [];
        for (let at = 0; at < each.length; at += 2) {
          if (!isNothing(each[at]!, each[at + 1]!)) expected.push(each[at]!, each[at + 1]!);
        }
        expect(read).toEqual(expected);
      }
    }),
  );
});

test('equal lists are one', () => {
  const lists = new RangeLists({ version: 5, addressSize: 4, offsetSize: 4 });
  expect(lists.add([1, 2, 4, 5], 0)).toBe(lists.add([1, 2, 4, 5], 0));
  expect(lists.add([1, 2, 4, 6], 0)).not.toBe(lists.add([1, 2, 4, 5], 0));
});

test('a list far from its base has one of its own', () => {
  const lists = new RangeLists({ version: 5, addressSize: 4, offsetSize: 4 });
  const start = 0x10_0000;
  lists.add([start, start + 4, start + 8, start + 12, start + 16, start + 20], 0);
  // A header of 12 bytes, the base in 5, three pairs of 3, the end.
  expect(lists.finish()!.length).toBe(12 + 5 + 9 + 1);
});
