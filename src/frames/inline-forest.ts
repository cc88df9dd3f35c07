import type { FrameTable } from './frame-table.ts';

/** The nodes of a table from the roots down, those alone that have code, and how often each function is among them. */
export class InlineForest {
  /** By node, in the order of the code; -1 where there is none. */
  readonly firstChildren: Int32Array;
  readonly nextSiblings: Int32Array;
  /** By function: how often it was inlined. */
  readonly inlinings: Uint32Array;
  /** By function: how often it stands in the code itself. */
  readonly standing: Uint32Array;

  constructor({ functions, nodes }: FrameTable, isLive: (node: number) => boolean) {
    this.firstChildren = new Int32Array(nodes.count).fill(-1);
    this.nextSiblings = new Int32Array(nodes.count).fill(-1);
    this.inlinings = new Uint32Array(functions.length);
    this.standing = new Uint32Array(functions.length);
    for (let node = nodes.count - 1; node >= 0; node--) {
      if (!isLive(node)) continue;
      const parent = nodes.parents[node]!;
      const described = nodes.functions[node]!;
      if (parent < 0) {
        this.standing[described]!++;
      } else {
        this.inlinings[described]!++;
        this.nextSiblings[node] = this.firstChildren[parent]!;
        this.firstChildren[parent] = node;
      }
    }
  }
}
