import type { FrameTable } from './frame-table.ts';

/** Which code each node of a table stands for, those inlined into it included. */
export interface NodeRanges {
  /** Pairs of start and end of a node, in order; none where no code is left of it. */
  pairs(node: number): number[];
  /** Whether a node has code. */
  isLive(node: number): boolean;
  /** The unit that a root's code counts to, -1 where it has none. */
  unitOfRoot(node: number): number;
  /** Pairs of start and end of the code of each unit: gaps as between two functions' bodies are closed. */
  readonly units: readonly (readonly number[])[];
  /** Pairs of start and end of the code of each unit, as it is. */
  readonly runs: readonly (readonly number[])[];
}

/** The size of a function's body stands in front of it, in at most so many bytes: nothing else fits there. */
const WIDEST_GAP = 5;

/** Collects the code of all nodes and units in one pass over the spans. */
export function nodeRanges(table: FrameTable): NodeRanges {
  const { nodes, spans } = table;
  const { parents } = nodes;
  // The pieces of a node are a list through `before`, the last one first.
  const last = new Int32Array(nodes.count).fill(-1);
  const before: number[] = [];
  const starts: number[] = [];
  const ends: number[] = [];
  const units = new Int32Array(nodes.count).fill(-1);
  const runs: number[] = [];
  const unitPairs: number[][] = table.units.map(() => []);
  for (let span = 0; span < spans.count; span++) {
    let unit = spans.units[span]!;
    if (unit < 0) continue;
    const start = spans.starts[span]!;
    // A table ends with a span of nothing; what does not end holds one byte.
    const end = span + 1 < spans.count ? spans.starts[span + 1]! : start + 1;
    let node = spans.nodes[span]!;
    if (node >= 0) {
      let root = node;
      while (parents[root]! >= 0) root = parents[root]!;
      // A root's code stays in one unit.
      if (units[root]! < 0) units[root] = unit;
      unit = units[root]!;
    }
    for (; node >= 0; node = parents[node]!) {
      const piece = last[node]!;
      if (piece >= 0 && ends[piece] === start) {
        ends[piece] = end;
      } else {
        last[node] = starts.length;
        before.push(piece);
        starts.push(start);
        ends.push(end);
      }
    }
    const run = runs.length - 3;
    if (run >= 0 && runs[run + 1] === start && runs[run + 2] === unit) runs[run + 1] = end;
    else runs.push(start, end, unit);
  }
  const unitRuns: number[][] = table.units.map(() => []);
  for (let run = 0; run < runs.length; run += 3) {
    const start = runs[run]!;
    const end = runs[run + 1]!;
    const unit = runs[run + 2]!;
    unitRuns[unit]!.push(start, end);
    const pairs = unitPairs[unit]!;
    const followsOwn = run > 0 && runs[run - 1] === unit;
    if (followsOwn && start - pairs.at(-1)! <= WIDEST_GAP) pairs[pairs.length - 1] = end;
    else pairs.push(start, end);
  }
  return {
    pairs(node) {
      const pairs: number[] = [];
      for (let piece = last[node]!; piece >= 0; piece = before[piece]!) pairs.push(ends[piece]!, starts[piece]!);
      return pairs.reverse();
    },
    isLive: (node) => last[node]! >= 0,
    unitOfRoot: (node) => units[node]!,
    units: unitPairs,
    runs: unitRuns,
  };
}
