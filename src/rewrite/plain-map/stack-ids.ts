import { type FrameTable, findRow, findSpan } from '../../frames/frame-table.ts';
import type { CodeListing } from '../code-listing.ts';
import type { CallPath } from '../drivers/call-paths.ts';

/** Numbers of logical stacks: two have the same number if nobody can tell them apart. */
export class StackIds {
  readonly #before: CodeListing;
  readonly #frames: FrameTable;
  readonly #numbers = new Map<string, number>();
  /** By node. */
  readonly #nodes: Int32Array;
  /** By function. */
  readonly #functions: Int32Array;
  readonly #paths = new Map<CallPath, number>();

  constructor(before: CodeListing, frames: FrameTable) {
    this.#before = before;
    this.#frames = frames;
    // Units that include one header each describe its functions.
    this.#functions = Int32Array.from(frames.functions, ({ file, line, linkageName, name, qualifiedName }) =>
      this.#number(JSON.stringify([linkageName, name, qualifiedName, file?.path, line])),
    );
    const { callColumns, callFiles, callLines, count, functions, parents } = frames.nodes;
    this.#nodes = new Int32Array(count);
    for (let node = 0; node < count; node++) {
      const parent = parents[node]! < 0 ? -1 : this.#nodes[parents[node]!]!;
      const place = `${callFiles[node]}:${callLines[node]}:${callColumns[node]}`;
      this.#nodes[node] = this.#number(`node ${parent} ${this.#functions[functions[node]!]} ${place}`);
    }
  }

  /**
   * The stack of code in a node of a function, that is inlined through the calls of a path; where in the node is another
   * question.
   */
  of(owner: number, node: number, path: CallPath): number {
    let above = this.#paths.get(path);
    if (above === undefined) {
      above = -1;
      for (const call of path) above = this.#call(call, above);
      this.#paths.set(path, above);
    }
    // Of code that no debug information describes its function is known.
    return this.#number(`${node < 0 ? `owner ${owner}` : this.#nodes[node]} ${above}`);
  }

  #call(call: number, above: number): number {
    const { offsets } = this.#before;
    const { rows, spans } = this.#frames;
    const span = findSpan(this.#frames, offsets[call]!);
    const node = span < 0 ? -1 : spans.nodes[span]!;
    const row = findRow(this.#frames, offsets[call]!);
    const place = row < 0 ? '' : `${rows.files[row]}:${rows.lines[row]}:${rows.columns[row]}`;
    return this.#number(`${node < 0 ? `call ${call}` : this.#nodes[node]} ${above} ${place}`);
  }

  #number(key: string): number {
    let number = this.#numbers.get(key);
    if (number === undefined) this.#numbers.set(key, (number = this.#numbers.size));
    return number;
  }
}
