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
export function flattenNested(ranges: readonly number[]): FlatRanges | undefined {
  const count = ranges.length / 3;
  if (count >= MOST) return undefined;
  // Start and place in one number: sorting without a comparator is ten times as fast.
  const keys = new Float64Array(count);
  for (let index = 0; index < count; index++) {
    const start = ranges[index * 3]!;
    if (start >= 2 ** 32) return undefined;
    keys[index] = start * MOST + index;
  }
  keys.sort();
  const starts = new Float64Array(2 * count);
  const owners = new Int32Array(2 * count);
  let size = 0;
  // Ranges that are open, the innermost last.
  const openEnds: number[] = [];
  const openIndexes: number[] = [];
  const emit = (start: number, owner: number): void => {
    if (size > 0 && starts[size - 1] === start) size--;
    if (size > 0 && owners[size - 1] === owner) return;
    starts[size] = start;
    owners[size++] = owner;
  };
  const close = (before: number): void => {
    while (openEnds.length > 0 && openEnds.at(-1)! <= before) {
      const end = openEnds.pop()!;
      openIndexes.pop();
      emit(end, openIndexes.length > 0 ? ranges[openIndexes.at(-1)! * 3 + 2]! : -1);
    }
  };
  for (let place = 0; place < count; place++) {
    const index = keys[place]! % MOST;
    const start = ranges[index * 3]!;
    const end = ranges[index * 3 + 1]!;
    close(start);
    const outer = openIndexes.at(-1);
    if (outer !== undefined && (end > openEnds.at(-1)! || index < outer)) return undefined;
    emit(start, ranges[index * 3 + 2]!);
    openEnds.push(end);
    openIndexes.push(index);
  }
  close(Number.POSITIVE_INFINITY);
  return { starts: starts.slice(0, size), owners: owners.slice(0, size) };
}
