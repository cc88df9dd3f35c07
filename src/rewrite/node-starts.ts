import type { FrameTable } from '../frames/frame-table.ts';

/**
 * Sets where each node begins, of those that are one piece: a node's code is that of its own spans and of all nodes
 * below it.
 */
export function setStarts({ nodes, spans }: FrameTable): void {
  const { count, parents, starts } = nodes;
  /** By node: where its last piece ends. */
  const ends = new Float64Array(count);
  const broken = new Uint8Array(count);
  const first = new Float64Array(count).fill(-1);
  for (let span = 0; span + 1 < spans.count; span++) {
    const start = spans.starts[span]!;
    const end = spans.starts[span + 1]!;
    for (let node = spans.nodes[span]!; node >= 0; node = parents[node]!) {
      if (first[node]! < 0) first[node] = start;
      else if (ends[node] !== start) broken[node] = 1;
      ends[node] = end;
    }
  }
  for (let node = 0; node < count; node++) starts[node] = broken[node] ? -1 : first[node]!;
}
