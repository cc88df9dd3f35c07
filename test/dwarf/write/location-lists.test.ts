import fc from 'fast-check';
import { expect, test } from 'vitest';
import { locationListLayout, readLocationList } from '../../../src/dwarf/read/location-lists.ts';
import { LocationLists } from '../../../src/dwarf/write/location-lists.ts';
import { windowOf } from '../../support/written.ts';

test.each([
  { version: 4, addressSize: 4 },
  { version: 5, addressSize: 4 },
  { version: 5, addressSize: 8 },
])('lists are read as they were written, version $version, addresses of $addressSize', ({ addressSize, version }) => {
  const location = fc.record({
    start: fc.oneof(fc.integer({ min: 1, max: 300 }), fc.integer({ min: 1, max: 0x7fff_0000 })),
    size: fc.nat(0x8000),
    bytes: fc.uint8Array({ maxLength: 4 }),
  });
  const list = fc.tuple(fc.array(location, { maxLength: 6 }), fc.option(fc.nat(1000), { nil: undefined }));
  fc.assert(
    fc.property(fc.array(list, { minLength: 1, maxLength: 4 }), (all) => {
      const lists = new LocationLists({ version, addressSize, offsetSize: 4 });
      const offsets = all.map(([each, base]) =>
        lists.add(
          each.map(({ bytes, size, start }) => ({ start, end: start + size, expression: { bytes } })),
          base,
        ),
      );
      const name = version >= 5 ? '.debug_loclists' : '.debug_loc';
      const section = windowOf(name, lists.finish(() => {})!);
      for (const [index, [each, base]] of all.entries()) {
        const read = readLocationList(section, offsets[index]!, locationListLayout(version, false), {
          ...{ addressSize, baseAddress: base },
          addressAt: () => 0,
        });
        expect(read.map(({ end, expression, start }) => [start, end, [...expression.toBytes()]])).toEqual(
          each.map(({ bytes, size, start }) => [start, start + size, [...bytes]]),
        );
      }
    }),
  );
});

test('the location for wherever no other holds, and views', () => {
  const lists = new LocationLists({ version: 5, addressSize: 4, offsetSize: 4 });
  const expression = { bytes: Uint8Array.of(0x30) };
  const offset = lists.add(
    [
      { start: 4, end: 8, expression, views: { start: 1, end: 300 } },
      { start: undefined, end: undefined, expression },
    ],
    undefined,
  );
  const section = windowOf('.debug_loclists', lists.finish(() => {})!);
  const context = { addressSize: 4, baseAddress: undefined, addressAt: () => 0 };
  const read = readLocationList(section, offset, 'entries', context);
  expect(read.map(({ end, start, views }) => ({ start, end, views }))).toEqual([
    { start: 4, end: 8, views: { start: 1, end: 300 } },
    { start: undefined, end: undefined, views: undefined },
  ]);
});
