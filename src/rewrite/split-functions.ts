import { type FrameTable, findRow, findSpan } from '../frames/frame-table.ts';
import { type CodeListing, entryAt, NO_TARGET, OP, PROLOGUE } from './code-listing.ts';
import { isTailCall } from './composed-nodes.ts';
import { spansOfEntries } from './merged-functions.ts';
import { candidatesOf, type Provenance } from './provenance.ts';

/** A place in a function of the source, by what the old table calls them. */
export interface SplitPlace {
  /** An index into `FrameTable.functions`. */
  readonly function: number;
  /** An index into `FrameTable.units`. */
  readonly unit: number;
  /** As in rows. */
  readonly file: number;
  readonly line: number;
  readonly column: number;
}

/** How frames are divided among functions that an optimizer made of similar ones. */
export interface SplitFunctions {
  /**
   * New functions that are nothing but a call of what they were merged into, and the place in the source where that
   * call is; `undefined` where it is none, because what they call has the whole frames.
   */
  readonly thunks: ReadonlyMap<number, SplitPlace | undefined>;
  /**
   * New functions without their outermost frame, which stands in the thunks; and the spans where nothing is left then:
   * calls of the functions themselves.
   */
  readonly cut: ReadonlyMap<number, ReadonlySet<number>>;
}

interface Composition {
  readonly frames: FrameTable;
  readonly before: CodeListing;
  readonly after: CodeListing;
  readonly provenance: Provenance;
}

interface Parts extends Composition {
  /** The span of every entry of the new code. */
  readonly spansOf: Int32Array;
}

/** A frame: a function, and a place in it as a text to compare and as numbers. */
interface Step {
  readonly function: number;
  readonly file: number;
  readonly line: number;
  readonly column: number;
}

/**
 * Finds thunks, and what of a shared body can be told apart after all.
 *
 * C functions that differ in a constant mostly pass it on: `call(f, 1)` and `call(f, 2)`. Merged, they share the code of
 * that one call, or of what was inlined through it, and each thunk stands for one of them: then the shared body is the
 * inlined function, standing by itself, the thunk is its caller, and every stack is right. So it is where the frames of
 * all functions that a body stands for differ in the outermost only, and that is at one place in each.
 */
export function findSplitFunctions(composition: Composition): SplitFunctions {
  const parts = { ...composition, spansOf: spansOfEntries(composition.after, composition.provenance) };
  const thunks = new Map<number, SplitPlace | undefined>();
  const cut = new Map<number, ReadonlySet<number>>();
  for (const [target, callers] of findThunks(parts)) {
    for (const { n } of callers) thunks.set(n, undefined);
    const split = callers.length > 1 ? new Split(parts).find(target) : undefined;
    if (split === undefined) continue;
    const found = callers.map(({ prologue }) => placeOf(composition.frames, prologue, split.places));
    if (found.includes(undefined)) continue;
    cut.set(target, split.calls);
    for (const [index, { n }] of callers.entries()) thunks.set(n, found[index]);
  }
  return { thunks, cut };
}

interface Thunk {
  /** Number of the new function. */
  readonly n: number;
  /** Where the old function began. */
  readonly prologue: number;
}

/** Thunks by what they call; only of targets that nothing else calls. */
function findThunks({ before, after, provenance, spansOf: spans }: Parts): Map<number, Thunk[]> {
  const { chains, origins } = provenance;
  const thunks = new Map<number, Thunk[]>();
  const calls = new Map<number, number>();
  for (let n = 0; n < after.functionCount; n++) {
    const [start, end] = [after.first[n]!, after.first[n + 1]!];
    const prologue = chains[spans[start]!] ?? -1;
    let known = false;
    for (let span = spans[start]! + 1; span <= spans[end - 1]!; span++) known ||= chains[span]! >= 0;
    let target = NO_TARGET;
    for (let entry = start + 1; entry < end; entry++) {
      const called = after.targets[entry]!;
      if (called === NO_TARGET) continue;
      calls.set(called, (calls.get(called) ?? 0) + 1);
      if ((chains[spans[entry]!] ?? -1) < 0) target = called;
    }
    if (known || prologue < 0 || target === NO_TARGET) continue;
    if (before.opcodes[entryAt(before, origins[prologue]!)] !== PROLOGUE) continue;
    const others = thunks.get(target);
    const thunk = { n, prologue: origins[prologue]! };
    if (others === undefined) thunks.set(target, [thunk]);
    else others.push(thunk);
  }
  for (const [target, callers] of thunks) if (callers.length !== calls.get(target)) thunks.delete(target);
  return thunks;
}

/** Where in the function that begins at an old address the shared body is called. */
function placeOf(frames: FrameTable, prologue: number, places: ReadonlyMap<number, Step>): SplitPlace | undefined {
  const span = findSpan(frames, prologue);
  const node = span < 0 ? -1 : frames.spans.nodes[span]!;
  if (node < 0) return undefined;
  let root = node;
  while (frames.nodes.parents[root]! >= 0) root = frames.nodes.parents[root]!;
  const step = places.get(frames.nodes.functions[root]!);
  return step === undefined ? undefined : { ...step, unit: frames.spans.units[span]! };
}

class Split {
  readonly #frames: FrameTable;
  readonly #before: CodeListing;
  readonly #after: CodeListing;
  readonly #provenance: Provenance;
  readonly #spansOf: Int32Array;

  constructor({ frames, before, after, provenance, spansOf }: Parts) {
    this.#spansOf = spansOf;
    this.#frames = frames;
    this.#before = before;
    this.#after = after;
    this.#provenance = provenance;
  }

  /**
   * By function that a body stands for: the one place in it that the body's frames go through; and the spans of calls
   * that stand at that place.
   */
  find(
    target: number,
  ): { readonly places: ReadonlyMap<number, Step>; readonly calls: ReadonlySet<number> } | undefined {
    const { first } = this.#after;
    const { chains } = this.#provenance;
    const places = new Map<number, Step>();
    const calls = new Set<number>();
    let last = -1;
    let isOwn = false;
    let paths: (readonly Step[] | undefined)[] = [];
    for (let entry = first[target]! + 1; entry < first[target + 1]!; entry++) {
      const span = this.#spansOf[entry]!;
      if (span < 0 || chains[span]! < 0) continue;
      if (span !== last) {
        paths = [chains[span]!, ...candidatesOf(this.#provenance, span)].map((chain) => this.#path(chain));
        const inner = new Set(paths.map((path) => path?.slice(1).map(textOf).join()));
        if (inner.size !== 1 || inner.has(undefined)) return undefined;
        isOwn = inner.has('');
        if (!isOwn && !addPlaces(places, paths)) return undefined;
        last = span;
      }
      // Nothing tells the functions' own code apart; what is not called there is on no stack.
      if (!isOwn || !isCall(this.#after.opcodes[entry]!)) continue;
      if (!addPlaces(places, paths)) return undefined;
      calls.add(span);
    }
    return { places, calls };
  }

  /** The frames of a chain, outermost first; `undefined` where one is not known. */
  #path(chain: number): Step[] | undefined {
    const { origins, parents } = this.#provenance;
    const { nodes, rows, spans } = this.#frames;
    const steps: Step[] = [];
    for (let link = chain; link >= 0; link = parents[link]!) {
      // Whoever makes a tail call is gone.
      if (link !== chain && isTailCall(this.#before.opcodes[entryAt(this.#before, origins[link]!)])) return undefined;
      const span = findSpan(this.#frames, origins[link]!);
      const row = findRow(this.#frames, origins[link]!);
      const deepest = span < 0 ? -1 : spans.nodes[span]!;
      if (deepest < 0 || row < 0) return undefined;
      let [file, line, column] = [rows.files[row]!, rows.lines[row]!, rows.columns[row]!];
      for (let node = deepest; node >= 0; node = nodes.parents[node]!) {
        steps.unshift({ function: nodes.functions[node]!, file, line, column });
        [file, line, column] = [nodes.callFiles[node]!, nodes.callLines[node]!, nodes.callColumns[node]!];
      }
    }
    return steps;
  }
}

/** False where a function's one place is not the only one. */
function addPlaces(places: Map<number, Step>, paths: readonly (readonly Step[] | undefined)[]): boolean {
  for (const path of paths) {
    const outer = path![0]!;
    const known = places.get(outer.function);
    if (known === undefined) places.set(outer.function, outer);
    else if (textOf(known) !== textOf(outer)) return false;
  }
  return true;
}

function textOf({ function: index, file, line, column }: Step): string {
  return `${index}@${file}:${line}:${column}`;
}

function isCall(opcode: number): boolean {
  return opcode >= OP.call && opcode <= 0x15;
}
