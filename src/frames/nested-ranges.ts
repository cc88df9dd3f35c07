/** Which owner holds each address: from each start up to the next; -1 where there is none. */
export interface FlatRanges {
  readonly starts: Float64Array;
  readonly owners: Int32Array;
}

/** So many ranges fit into the low bits of a packed key, and addresses of 32 bits into the rest. */
const MOST = 2 ** 21;

/**
 * What painting these ranges one over the other gives, where each lies inside those that it overlaps and was painted
 * after them: as compilers write functions and their inlined calls. `undefined` where one does not: `PaintedRanges` then
 * does it step by step, several times as slowly.
 *
 * @param ranges start, end and owner of each, in the order of painting; empty and backwards ones left out.
 */
export function flattenNested(ranges: Float64Array): FlatRanges | undefined {
  const count = ranges.length / 3;
  if (count >= MOST) return undefined;
  // Start and place in one number: sorting without a comparator is ten times as fast.
  const keys = new Float64Array(count);
  let isSorted = true;
  for (let index = 0, before = 0; index < count; index++) {
    const start = ranges[index * 3]!;
    if (start >= 2 ** 32) return undefined;
    if (start < before) isSorted = false;
    before = start;
    keys[index] = start * MOST + index;
  }
  if (!isSorted) keys.sort();
  const flat = new FlatRangesBuilder(2 * count);
  // Places of the ranges that are open, the innermost last.
  const open = new Uint32Array(count);
  let depth = 0;
  for (let place = 0; place <= count; place++) {
    const index = place < count ? keys[place]! % MOST : 0;
    const start = place < count ? ranges[index * 3]! : Number.POSITIVE_INFINITY;
    for (; depth > 0 && ranges[open[depth - 1]! * 3 + 1]! <= start; depth--) {
      const around = depth > 1 ? ranges[open[depth - 2]! * 3 + 2]! : -1;
      flat.add(ranges[open[depth - 1]! * 3 + 1]!, around);
    }
    if (place === count) break;
    if (depth > 0) {
      const outer = open[depth - 1]!;
      if (ranges[index * 3 + 1]! > ranges[outer * 3 + 1]! || index < outer) return undefined;
    }
    flat.add(start, ranges[index * 3 + 2]!);
    open[depth++] = index;
  }
  return flat.finish();
}

/** Puts flat ranges together, each as long as neighbours have the same owner. */
class FlatRangesBuilder {
  readonly #starts: Float64Array;
  readonly #owners: Int32Array;
  #size = 0;

  constructor(most: number) {
    this.#starts = new Float64Array(most);
    this.#owners = new Int32Array(most);
  }

  /** From `start` on `owner` holds; what was said of the same start before is overwritten. */
  add(start: number, owner: number): void {
    let size = this.#size;
    if (size > 0 && this.#starts[size - 1] === start) size--;
    if (size === 0 || this.#owners[size - 1] !== owner) {
      this.#starts[size] = start;
      this.#owners[size++] = owner;
    }
    this.#size = size;
  }

  finish(): FlatRanges {
    return { starts: this.#starts.slice(0, this.#size), owners: this.#owners.slice(0, this.#size) };
  }
}
