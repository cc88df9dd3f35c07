import { lastAtOrBefore } from './sorted.ts';

/** Ranges that one owner after the other declares, as `[start, end, owner]`, flattened. */
export type DeclaredRanges = readonly number[];

/**
 * Which unit holds each address, when units declare their ranges and these may overlap.
 *
 * Overlaps are settled as LLVM does (`DWARFDebugAranges::construct`, LLVM 19): a range goes on for as long as its unit
 * stays open, and begins with the unit that stands first in the section.
 */
export class UnitRanges {
  readonly #ranges: DeclaredRanges;
  #sorted: SortedRanges | undefined;
  #asked = 0;

  /** Empty and backwards ranges are left out. */
  constructor(ranges: DeclaredRanges) {
    this.#ranges = ranges;
  }

  /** The owner of an address, -1 where there is none. */
  find(address: number): number {
    if (this.#sorted === undefined && this.#asked++ < FEW) return findIn(sortRanges(this.#around(address)), address);
    return findIn(this.#inOrder, address);
  }

  /** The disjoint ranges between two addresses, cut off there, in order. */
  *ranges(from: number = Number.NEGATIVE_INFINITY, to: number = Number.POSITIVE_INFINITY): Generator<OwnedRange> {
    const { starts, ends, owners } = this.#inOrder;
    for (let index = Math.max(0, lastAtOrBefore(starts, from)); index < starts.length; index++) {
      const start = Math.max(starts[index]!, from);
      const end = Math.min(ends[index]!, to);
      if (start >= to) return;
      if (start < end) yield { start, end, owner: owners[index]! };
    }
  }

  get #inOrder(): SortedRanges {
    this.#sorted ??= sortRanges(this.#ranges);
    return this.#sorted;
  }

  /** The ranges that can have a say in who owns an address: those that hold it, and those that touch these. */
  #around(address: number): number[] {
    const ranges = this.#ranges;
    let low = address;
    let high = address;
    for (;;) {
      const found: number[] = [];
      let lowest = low;
      let highest = high;
      for (let index = 0; index < ranges.length; index += 3) {
        const start = ranges[index]!;
        const end = ranges[index + 1]!;
        if (start > high || end < low || start >= end) continue;
        found.push(start, end, ranges[index + 2]!);
        if (start < lowest) lowest = start;
        if (end > highest) highest = end;
      }
      if (lowest === low && highest === high) return found;
      low = lowest;
      high = highest;
    }
  }
}

function findIn({ starts, ends, owners }: SortedRanges, address: number): number {
  const index = lastAtOrBefore(starts, address);
  return index >= 0 && address < ends[index]! ? owners[index]! : -1;
}

/** So many addresses are found by looking at every range: sorting tens of thousands takes longer. */
const FEW = 8;

/** A piece of code that one unit holds. */
export interface OwnedRange {
  readonly start: number;
  readonly end: number;
  readonly owner: number;
}

/** Disjoint ranges in order. */
interface SortedRanges {
  readonly starts: Float64Array;
  readonly ends: Float64Array;
  readonly owners: Int32Array;
}

function sortRanges(ranges: DeclaredRanges): SortedRanges {
  const points = sortedEndpoints(ranges);
  const starts: number[] = [];
  const ends: number[] = [];
  const owners: number[] = [];
  const open = new OpenUnits();
  let previous = Number.POSITIVE_INFINITY;
  for (let index = 0; index < points.addresses.length; index++) {
    const address = points.addresses[index]!;
    if (previous < address && !open.isEmpty) {
      const last = ends.length - 1;
      if (last >= 0 && ends[last] === previous && open.has(owners[last]!)) {
        ends[last] = address;
      } else {
        starts.push(previous);
        ends.push(address);
        owners.push(open.first());
      }
    }
    const owner = points.owners[index]!;
    if (owner >= 0) open.add(owner);
    else open.remove(~owner);
    previous = address;
  }
  return {
    starts: Float64Array.from(starts),
    ends: Float64Array.from(ends),
    owners: Int32Array.from(owners),
  };
}

/** Starts and ends in the order of their addresses; an end has its owner's complement. */
function sortedEndpoints(ranges: DeclaredRanges): { addresses: Float64Array; owners: Int32Array } {
  const order: number[] = [];
  for (let index = 0; index < ranges.length; index += 3) {
    if (ranges[index]! < ranges[index + 1]!) order.push(index, index + 1);
  }
  const permutation = sortedBy(Float64Array.from(order, (index) => ranges[index]!));
  const addresses = new Float64Array(order.length);
  const owners = new Int32Array(order.length);
  for (let index = 0; index < permutation.length; index++) {
    const at = order[permutation[index]!]!;
    addresses[index] = ranges[at]!;
    owners[index] = at % 3 === 0 ? ranges[at + 2]! : ~ranges[at + 1]!;
  }
  return { addresses, owners };
}

/** The indexes of `keys` in the order of their values, equal ones in their own order. */
function sortedBy(keys: Float64Array): Uint32Array {
  const permutation = Uint32Array.from(keys.keys());
  const scale = 2 ** 21;
  if (keys.length >= scale || keys.some((key) => key >= 2 ** 32)) {
    return permutation.sort((a, b) => keys[a]! - keys[b]! || a - b);
  }
  // Key and index in one number: sorting without a comparator is ten times as fast.
  const packed = keys.map((key, index) => key * scale + index).sort();
  return permutation.map((_, index) => packed[index]! % scale);
}

/** The units whose ranges hold the current address, each as often as it has such ranges. */
class OpenUnits {
  readonly #counts = new Map<number, number>();

  get isEmpty(): boolean {
    return this.#counts.size === 0;
  }

  has(owner: number): boolean {
    return this.#counts.has(owner);
  }

  add(owner: number): void {
    this.#counts.set(owner, (this.#counts.get(owner) ?? 0) + 1);
  }

  remove(owner: number): void {
    const count = this.#counts.get(owner);
    if (count === undefined) return;
    if (count === 1) this.#counts.delete(owner);
    else this.#counts.set(owner, count - 1);
  }

  first(): number {
    let first = Number.POSITIVE_INFINITY;
    for (const owner of this.#counts.keys()) if (owner < first) first = owner;
    return first;
  }
}
