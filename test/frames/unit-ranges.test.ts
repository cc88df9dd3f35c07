import fc from 'fast-check';
import { expect, test } from 'vitest';
import { UnitRanges } from '../../src/frames/unit-ranges.ts';

/** LLVM's construction of address ranges (DWARFDebugAranges::construct, LLVM 19), written down as it is, slowly. */
function construct(ranges: readonly number[]): { low: number; high: number; unit: number }[] {
  const points: { address: number; unit: number; start: boolean }[] = [];
  for (let index = 0; index < ranges.length; index += 3) {
    const [low, high, unit] = ranges.slice(index, index + 3) as [number, number, number];
    if (low >= high) continue;
    points.push({ address: low, unit, start: true }, { address: high, unit, start: false });
  }
  points.sort((a, b) => a.address - b.address);
  const found: { low: number; high: number; unit: number }[] = [];
  const open: number[] = [];
  let previous = Number.POSITIVE_INFINITY;
  for (const { address, unit, start } of points) {
    if (previous < address && open.length > 0) {
      const last = found.at(-1);
      if (last?.high === previous && open.includes(last.unit)) last.high = address;
      else found.push({ low: previous, high: address, unit: Math.min(...open) });
    }
    if (start) open.push(unit);
    else open.splice(open.indexOf(unit), 1);
    previous = address;
  }
  return found;
}

const ranges = fc.array(fc.tuple(fc.nat(50), fc.nat(50), fc.nat(4)), { maxLength: 12 }).map((all) => all.flat());

test('overlaps are settled as LLVM settles them', () => {
  fc.assert(
    fc.property(ranges, (declared) => {
      const units = new UnitRanges(declared);
      const theirs = construct(declared);
      for (let address = 0; address <= 51; address++) {
        const expected = theirs.find(({ low, high }) => low <= address && address < high)?.unit ?? -1;
        // The first few are looked for without sorting.
        expect(new UnitRanges(declared).find(address)).toBe(expected);
        expect(units.find(address)).toBe(expected);
      }
      expect([...units.ranges()]).toEqual(
        theirs.map(({ low, high, unit }) => ({ start: low, end: high, owner: unit })),
      );
    }),
    { numRuns: 3000 },
  );
});

test('addresses beyond 32 bits', () => {
  const units = new UnitRanges([2 ** 40, 2 ** 40 + 8, 1, 2 ** 33, 2 ** 33 + 8, 0]);
  for (let turn = 0; turn < 20; turn++) {
    expect(units.find(2 ** 33)).toBe(0);
    expect(units.find(2 ** 40 + 7)).toBe(1);
    expect(units.find(2 ** 40 + 8)).toBe(-1);
  }
});

test('pieces between two addresses are cut off there', () => {
  const units = new UnitRanges([0, 10, 0, 20, 30, 1]);
  expect([...units.ranges(5, 25)]).toEqual([
    { start: 5, end: 10, owner: 0 },
    { start: 20, end: 25, owner: 1 },
  ]);
  expect([...units.ranges(12, 18)]).toEqual([]);
});
