import fc from 'fast-check';
import { expect, test } from 'vitest';
import { flattenNested } from '../../src/frames/nested-ranges.ts';
import { PaintedRanges } from '../../src/frames/painted-ranges.ts';

/** LLVM's map of addresses, written down as its source says (DWARFUnit::updateAddressDieMap, LLVM 19), slowly. */
class AddressMap {
  readonly #map = new Map<number, { end: number; owner: number }>();

  add(low: number, high: number, owner: number): void {
    if (low === high) return;
    const before = this.#before(low);
    if (before !== undefined && low < this.#map.get(before)!.end) {
      const old = { ...this.#map.get(before)! };
      if (high < old.end) this.#map.set(high, { ...old });
      if (low > before) this.#map.get(before)!.end = low;
    }
    this.#map.set(low, { end: high, owner });
  }

  find(address: number): number {
    const before = this.#before(address);
    const found = before === undefined ? undefined : this.#map.get(before);
    return found === undefined || address >= found.end ? -1 : found.owner;
  }

  #before(address: number): number | undefined {
    const starts = [...this.#map.keys()].filter((start) => start <= address);
    return starts.length === 0 ? undefined : Math.max(...starts);
  }
}

function find({ starts, owners }: ReturnType<PaintedRanges['flatten']>, address: number): number {
  let index = -1;
  while (index + 1 < starts.length && starts[index + 1]! <= address) index++;
  return index < 0 ? -1 : owners[index]!;
}

const range = fc.tuple(fc.nat(60), fc.nat(60));

test('any ranges at all are painted as LLVM paints them, backwards ones too', () => {
  fc.assert(
    fc.property(fc.array(range, { maxLength: 40 }), (ranges) => {
      const painted = new PaintedRanges();
      const map = new AddressMap();
      ranges.forEach(([start, end], owner) => {
        painted.paint(start, end, owner);
        map.add(start, end, owner);
      });
      const flat = painted.flatten();
      for (let address = 0; address <= 61; address++) expect(find(flat, address)).toBe(map.find(address));
    }),
    { numRuns: 3000 },
  );
});

test('more ranges than one chunk holds, in any order', () => {
  fc.assert(
    fc.property(fc.uniqueArray(fc.nat(4000), { minLength: 300, maxLength: 900 }), (starts) => {
      const painted = new PaintedRanges();
      const map = new AddressMap();
      painted.paint(0, 50_000, 0);
      map.add(0, 50_000, 0);
      starts.forEach((start, index) => {
        painted.paint(start * 10, start * 10 + 7, index + 1);
        map.add(start * 10, start * 10 + 7, index + 1);
      });
      const flat = painted.flatten();
      expect([...flat.starts]).toEqual([...flat.starts].sort((a, b) => a - b));
      for (const start of starts.slice(0, 40)) {
        for (const address of [start * 10 - 1, start * 10, start * 10 + 6, start * 10 + 7]) {
          expect(find(flat, address)).toBe(map.find(address));
        }
      }
    }),
    { numRuns: 20 },
  );
});

test('neighbours of one owner are one piece, and what is left unpainted is nobody’s', () => {
  const painted = new PaintedRanges();
  painted.paint(10, 20, 1);
  painted.paint(20, 30, 1);
  painted.paint(40, 50, 2);
  const { starts, owners } = painted.flatten();
  expect([...starts]).toEqual([10, 30, 40, 50]);
  expect([...owners]).toEqual([1, -1, 2, -1]);
  expect(new PaintedRanges().flatten().starts.length).toBe(0);
});

test('ranges inside each other are flattened without painting, and to the same', () => {
  let flattened = 0;
  const check = (ranges: readonly (readonly [number, number])[]): void => {
    const triples = ranges.flatMap(([start, end], owner) => (start < end ? [start, end, owner] : []));
    const flat = flattenNested(Float64Array.from(triples));
    if (flat === undefined) return;
    flattened++;
    const map = new AddressMap();
    ranges.forEach(([start, end], owner) => {
      if (start < end) map.add(start, end, owner);
    });
    for (let address = 0; address <= 61; address++) expect(find(flat, address)).toBe(map.find(address));
  };
  fc.assert(fc.property(fc.array(range, { maxLength: 4 }), check), { numRuns: 3000 });
  // Each range in a third of the one before it that is open, or beside it.
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.nat(2), fc.nat(3)), { maxLength: 30 }), (steps) => {
      const ranges: [number, number][] = [[0, 60]];
      const open: [number, number][] = [[0, 60]];
      for (const [third, up] of steps) {
        for (let left = up; left > 0 && open.length > 1; left--) open.pop();
        const [start, end] = open.at(-1)!;
        const size = Math.floor((end - start) / 3);
        if (size === 0) continue;
        const inner: [number, number] = [start + third * size, start + (third + 1) * size];
        if (ranges.some(([s, e]) => s > start && s <= inner[0] && e > inner[0] && e < inner[1])) continue;
        ranges.push(inner);
        open.push(inner);
      }
      check(ranges);
    }),
    { numRuns: 3000 },
  );
  expect(flattened).toBeGreaterThan(1000);
});

test('what is no nest is left to painting', () => {
  expect(flattenNested(Float64Array.of(...[0, 10, 0, 5, 15, 1]))).toBeUndefined();
  // The one around was painted later.
  expect(flattenNested(Float64Array.of(...[5, 8, 0, 0, 10, 1]))).toBeUndefined();
  expect(flattenNested(Float64Array.of(...[2 ** 33, 2 ** 33 + 1, 0]))).toBeUndefined();
  expect(flattenNested(Float64Array.of(...[]))!.starts.length).toBe(0);
});
