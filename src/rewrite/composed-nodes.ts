import { type FrameTable, findRow, findSpan } from '../frames/frame-table.ts';
import type { FrameTableBuilder } from '../frames/frame-table-builder.ts';
import { WasmNames } from '../wasm/names.ts';
import { type CodeListing, entryAt, functionOfEntry } from './code-listing.ts';
import type { Provenance } from './provenance.ts';

/** Links that are in the context of a function that stands in the code. */
const OUTERMOST = -1;

/**
 * The inline forest of optimized code: the old forest, copied once for each place an optimizer put a function, the old
 * roots hung below the calls they were inlined through.
 */
export class ComposedNodes {
  readonly #frames: FrameTable;
  readonly #before: CodeListing;
  readonly #provenance: Provenance;
  readonly #builder: FrameTableBuilder;
  /** By new node: its parent, and how deep it is. */
  readonly #parents: number[] = [];
  readonly #depths: number[] = [];
  /** Of one new function: by old node and link of the call around it, the new node. */
  readonly #copies = new Map<number, number>();
  /** Of one new function: by link of a call, the node the call stands in. */
  readonly #calls = new Map<number, number>();
  /** Old functions without debug information that code was inlined from or into, by number. */
  readonly #nameless = new Map<number, number>();
  #names: WasmNames | undefined;
  #unit = -1;
  #otherUnit = -1;
  #start = 0;
  #isCut = false;
  /** Roots of the function that were cut off another one. */
  readonly #cut = new Set<number>();

  constructor(from: {
    readonly frames: FrameTable;
    readonly before: CodeListing;
    readonly provenance: Provenance;
    readonly builder: FrameTableBuilder;
  }) {
    this.#frames = from.frames;
    this.#before = from.before;
    this.#provenance = from.provenance;
    this.#builder = from.builder;
  }

  /** Begins a new function, whose body begins at `start`; if it is cut, what stands in its root is a root itself. */
  begin(start: number, isCut: boolean): void {
    this.#start = start;
    this.#isCut = isCut;
    this.#cut.clear();
    this.#copies.clear();
    this.#calls.clear();
    this.#unit = -1;
  }

  /**
   * The call around a link: a tail call is none. Whoever makes one is gone from the stack, so what was inlined through it
   * stands where its function stood.
   */
  #callAround(link: number): number {
    let call = this.#provenance.parents[link]!;
    while (call !== OUTERMOST && this.#isTailCall(call)) call = this.#provenance.parents[call]!;
    return call;
  }

  /** The link whose frames a chain has: a tail call that was inlined has its caller's, as long as what it calls runs. */
  framesOf(chain: number): number {
    let link = chain;
    while (this.#provenance.parents[link] !== OUTERMOST && this.#isTailCall(link))
      link = this.#provenance.parents[link]!;
    return link;
  }

  #isTailCall(link: number): boolean {
    return isTailCall(this.#before.opcodes[entryAt(this.#before, this.#provenance.origins[link]!)]);
  }

  /** The deepest node of a chain in the function that was begun; -1 where nothing but the function's name is known. */
  place(chain: number): number {
    const origin = this.#provenance.origins[chain]!;
    const call = this.#callAround(chain);
    if (call !== OUTERMOST) return this.#placeAt(origin, call);
    const span = findSpan(this.#frames, origin);
    return span < 0 || this.#frames.spans.nodes[span]! < 0 ? -1 : this.#placeAt(origin, call);
  }

  /** The unit whose code the function is; -1 where none of its nodes has debug information. */
  unitOf(placed: Int32Array): number {
    if (this.#unit >= 0) return this.#unit;
    // Nothing is known of the function itself; what was inlined into it is.
    const { functions } = this.#frames;
    for (const node of placed) {
      if (node < 0) continue;
      const described = this.#functionOf(node);
      if (described < functions.length && functions[described]!.unit >= 0) return this.#unitOfNameless();
    }
    return -1;
  }

  /** A node of a function that stands in the code. */
  root(described: number): number {
    return this.#add(-1, described);
  }

  /** Whether a node stands in a root that was cut off another one. */
  isCut(node: number): boolean {
    return this.#cut.has(this.rootOf(node));
  }

  rootOf(node: number): number {
    let root = node;
    while (root >= 0 && this.#parents[root]! >= 0) root = this.#parents[root]!;
    return root;
  }

  /** The deepest node that both stand in, or that of the first where they have none in common. */
  commonOf(one: number, other: number): number {
    let a = one;
    let b = other;
    if (b < 0) return this.rootOf(a);
    while (a !== b) {
      if (this.#depths[a]! >= this.#depths[b]!) {
        if (this.#parents[a]! < 0) return this.rootOf(one);
        a = this.#parents[a]!;
      } else {
        b = this.#parents[b]!;
      }
    }
    return a;
  }

  readonly #functions: number[] = [];

  #functionOf(node: number): number {
    return this.#functions[node]!;
  }

  #placeAt(origin: number, call: number): number {
    const { spans } = this.#frames;
    const span = findSpan(this.#frames, origin);
    const node = span < 0 ? -1 : spans.nodes[span]!;
    if (call === OUTERMOST && node >= 0 && this.#unit < 0) this.#unit = spans.units[span]!;
    if (node >= 0) return this.#copy(node, call);
    return this.#copyNameless(functionOfEntry(this.#before, entryAt(this.#before, origin)), call);
  }

  #copy(node: number, call: number): number {
    const key = keyOf(node, call);
    const known = this.#copies.get(key);
    if (known !== undefined) return known;
    const { nodes } = this.#frames;
    const parent = nodes.parents[node]!;
    const made =
      parent < 0
        ? this.#root(nodes.functions[node]!, call)
        : this.#add(
            this.#copy(parent, call),
            nodes.functions[node]!,
            nodes.callFiles[node],
            nodes.callLines[node],
            nodes.callColumns[node],
            nodes.discriminators[node],
          );
    this.#copies.set(key, made);
    return made;
  }

  /** A function that stood in the old code: now in the new code, or in the call it was inlined through. */
  #root(described: number, call: number): number {
    if (call === OUTERMOST) return this.#add(-1, described);
    const { rows } = this.#frames;
    const row = findRow(this.#frames, this.#provenance.origins[call]!);
    const parent = this.#nodeOfCall(call);
    if (row < 0) return this.#add(parent, described);
    const { files, lines, columns, discriminators } = rows;
    return this.#add(parent, described, files[row], lines[row], columns[row], discriminators[row]);
  }

  #nodeOfCall(call: number): number {
    let node = this.#calls.get(call);
    if (node === undefined) {
      node = this.#placeAt(this.#provenance.origins[call]!, this.#callAround(call));
      this.#calls.set(call, node);
    }
    return node;
  }

  #copyNameless(n: number, call: number): number {
    const key = keyOf(this.#frames.nodes.count + n, call);
    const known = this.#copies.get(key);
    if (known !== undefined) return known;
    const made = this.#root(this.#nameOnly(n), call);
    this.#copies.set(key, made);
    return made;
  }

  /** A function of which only the name in the module is known. */
  #nameOnly(n: number): number {
    let described = this.#nameless.get(n);
    if (described === undefined) {
      this.#names ??= WasmNames.read(this.#before.module);
      const name = this.#names.functions.name(this.#before.importCount + n);
      described = this.#builder.function({ name, unit: this.#unitOfNameless(), scope: -1 });
      this.#nameless.set(n, described);
    }
    return described;
  }

  #unitOfNameless(): number {
    if (this.#otherUnit < 0) this.#otherUnit = this.#builder.unit({});
    return this.#otherUnit;
  }

  #add(
    parent: number,
    described: number,
    file?: number,
    line?: number,
    column?: number,
    discriminator?: number,
  ): number {
    if (this.#isCut && parent >= 0 && this.#parents[parent]! < 0 && !this.#cut.has(parent)) {
      const root = this.#add(-1, described);
      this.#cut.add(root);
      return root;
    }
    const start = parent < 0 ? this.#start : -1;
    const node = this.#builder.node(parent, described, file, line, column, discriminator, start);
    this.#parents[node] = parent;
    this.#depths[node] = parent < 0 ? 0 : this.#depths[parent]! + 1;
    this.#functions[node] = described;
    return node;
  }
}

/** `return_call`, `return_call_indirect`, `return_call_ref`. */
export function isTailCall(opcode: number | undefined): boolean {
  return opcode === 0x12 || opcode === 0x13 || opcode === 0x15;
}

function keyOf(node: number, call: number): number {
  return node * 0x2000_0000 + (call + 1);
}
