import type { FlatRanges } from './nested-ranges.ts';

/** Ranges in one chunk: small enough to insert into the middle of one cheaply. */
const CHUNK = 128;

interface Chunk {
  readonly starts: number[];
  readonly ends: number[];
  readonly owners: number[];
}

/**
 * Which owner holds each address when ranges are painted one over the other, parents before children.
 *
 * Painting follows LLVM's address map step by step (`DWARFUnit::updateAddressDieMap`, LLVM 19), so that ranges that
 * overlap without being nested, as optimizers leave them, get LLVM's answer too: a range splits the one that its start
 * falls into, and takes nothing away from ranges that start later.
 */
export class PaintedRanges {
  readonly #chunks: Chunk[] = [{ starts: [], ends: [], owners: [] }];

  /** Paints from `start` up to `end`; nothing where that is empty. Backwards ranges paint as LLVM's map has them. */
  paint(start: number, end: number, owner: number): void {
    if (start === end) return;
    const chunkIndex = this.#chunkOf(start);
    const chunk = this.#chunks[chunkIndex]!;
    const at = upperBound(chunk.starts, start) - 1;
    if (at >= 0 && start < chunk.ends[at]!) {
      const oldStart = chunk.starts[at]!;
      const oldEnd = chunk.ends[at]!;
      const oldOwner = chunk.owners[at]!;
      // A call inside its function, as compilers write it: the range around it is split, and nothing else starts in it.
      if (start > oldStart && start < end && end <= oldEnd && at + 1 === chunk.starts.length) {
        const next = this.#chunks[chunkIndex + 1];
        if (next === undefined || next.starts[0]! >= oldEnd) {
          chunk.ends[at] = start;
          append(chunk, start, end, owner);
          if (end < oldEnd) append(chunk, end, oldEnd, oldOwner);
          this.#divide(chunkIndex);
          return;
        }
      }
      if (end < oldEnd) this.#put(end, oldEnd, oldOwner);
      if (start > oldStart) this.#put(oldStart, start, oldOwner);
    }
    this.#put(start, end, owner);
  }

  /** The painted ranges in order: each ends where the next one starts, if not before. */
  flatten(): FlatRanges {
    const starts: number[] = [];
    const owners: number[] = [];
    let previousEnd = Number.NEGATIVE_INFINITY;
    const push = (start: number, owner: number) => {
      const last = starts.length - 1;
      if (last >= 0 && starts[last] === start) owners[last] = owner;
      else if (last < 0 || owners[last] !== owner) {
        starts.push(start);
        owners.push(owner);
      }
    };
    for (const chunk of this.#chunks) {
      for (let index = 0; index < chunk.starts.length; index++) {
        const start = chunk.starts[index]!;
        if (previousEnd < start && starts.length > 0) push(previousEnd, -1);
        push(start, chunk.owners[index]!);
        // A backwards range holds no address, not even its start.
        previousEnd = Math.max(chunk.ends[index]!, start);
      }
    }
    if (starts.length > 0) push(previousEnd, -1);
    return { starts: Float64Array.from(starts), owners: Int32Array.from(owners) };
  }

  #put(start: number, end: number, owner: number): void {
    const chunkIndex = this.#chunkOf(start);
    const chunk = this.#chunks[chunkIndex]!;
    const at = upperBound(chunk.starts, start);
    if (at > 0 && chunk.starts[at - 1] === start) {
      chunk.ends[at - 1] = end;
      chunk.owners[at - 1] = owner;
      return;
    }
    if (at === chunk.starts.length) {
      append(chunk, start, end, owner);
    } else {
      chunk.starts.splice(at, 0, start);
      chunk.ends.splice(at, 0, end);
      chunk.owners.splice(at, 0, owner);
    }
    this.#divide(chunkIndex);
  }

  /** Halves a chunk that has grown too large. */
  #divide(chunkIndex: number): void {
    const chunk = this.#chunks[chunkIndex]!;
    if (chunk.starts.length <= CHUNK) return;
    const half = CHUNK >> 1;
    this.#chunks.splice(chunkIndex + 1, 0, {
      starts: chunk.starts.splice(half),
      ends: chunk.ends.splice(half),
      owners: chunk.owners.splice(half),
    });
  }

  /** The last chunk that begins at `start` or before, or the first. */
  #chunkOf(start: number): number {
    const chunks = this.#chunks;
    let low = 0;
    let high = chunks.length - 1;
    // Functions mostly come in order.
    if (chunks[high]!.starts[0]! <= start) return high;
    while (low < high) {
      const middle = (low + high + 1) >>> 1;
      if (chunks[middle]!.starts[0]! <= start) low = middle;
      else high = middle - 1;
    }
    return low;
  }
}

function append(chunk: Chunk, start: number, end: number, owner: number): void {
  chunk.starts.push(start);
  chunk.ends.push(end);
  chunk.owners.push(owner);
}

/** The index of the first element greater than `value`. */
function upperBound(sorted: readonly number[], value: number): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (sorted[middle]! <= value) low = middle + 1;
    else high = middle;
  }
  return low;
}
