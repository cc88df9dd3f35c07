import { QUALITY } from '../../frames/quality.ts';
import { type CodeListing, entryAt, functionOfEntry, PROLOGUE } from '../code-listing.ts';
import { spansOfEntries } from '../merged-functions.ts';
import { candidatesOf, type Provenance, ProvenanceBuilder } from '../provenance.ts';
import { CallGraph, type CallPath } from './call-paths.ts';

/**
 * The provenance of a run that inlined and kept only the innermost instruction: the calls it came through are looked
 * for in the static call graph.
 *
 * Where only one way leads from the function that stands in the code to the one the instruction is from, that is the
 * chain: `exact`, unless another function looks like one on the way and the two may have been folded. Of several ways
 * the order of the code says which is likely: `inferred`.
 */
export function inferChains(before: CodeListing, after: CodeListing, moved: Provenance): Provenance {
  return new Inference(before, moved).run(after);
}

class Inference {
  readonly #before: CodeListing;
  readonly #moved: Provenance;
  readonly #graph: CallGraph;
  readonly #out = new ProvenanceBuilder();
  /** By function: whether another one has the same shape. */
  readonly #alike: Uint8Array;
  /** Links of calls, by call and link above. */
  readonly #calls = new Map<number, number>();
  // Where the walk through one new function stands.
  #root = -1;
  /** The last entry of the function itself: calls behind it are likelier. */
  #reached = 0;
  /** By inner function: the last origin and the number of the way that was chosen. */
  readonly #last = new Map<number, { origin: number; way: number }>();

  constructor(before: CodeListing, moved: Provenance) {
    this.#before = before;
    this.#moved = moved;
    this.#graph = new CallGraph(before);
    this.#alike = functionsAlike(before);
  }

  run(after: CodeListing): Provenance {
    const { starts, chains, qualities, origins } = this.#moved;
    const spans = spansOfEntries(after, this.#moved);
    let n = -1;
    for (let span = 0; span < starts.length; span++) {
      while (n + 1 < after.functionCount && spans[after.first[n + 1]!]! <= span) this.#begin(++n, chains[span]!);
      const chain = chains[span]!;
      if (chain < 0) {
        this.#out.span(starts[span]!, chain);
        continue;
      }
      const entry = entryAt(this.#before, origins[chain]!);
      const owner = functionOfEntry(this.#before, entry);
      if (owner === this.#root) {
        if (entry > this.#reached) this.#reached = entry;
        this.#out.span(starts[span]!, this.#out.link(origins[chain]!, -1), qualities[span]!);
        for (const other of candidatesOf(this.#moved, span)) {
          this.#out.candidate(this.#out.link(origins[other]!, -1));
        }
      } else {
        this.#inlined(starts[span]!, entry, owner);
      }
    }
    return this.#out.finish(this.#moved.before, this.#moved.after);
  }

  #begin(_n: number, chain: number): void {
    const entry = chain < 0 ? -1 : entryAt(this.#before, this.#moved.origins[chain]!);
    const known = entry >= 0 && this.#before.opcodes[entry] === PROLOGUE;
    this.#root = known ? functionOfEntry(this.#before, entry) : -1;
    this.#reached = known ? entry : 0;
    this.#last.clear();
  }

  #inlined(start: number, entry: number, owner: number): void {
    const offset = this.#before.offsets[entry]!;
    const { paths, complete } = this.#root < 0 ? { paths: [], complete: false } : this.#graph.paths(this.#root, owner);
    if (paths.length === 0) {
      this.#out.span(start, this.#out.link(offset, -1), QUALITY.inferred);
      return;
    }
    const way = paths.length === 1 ? 0 : this.#choose(paths, entry, owner);
    const path = paths[way]!;
    this.#last.set(owner, { origin: entry, way });
    let parent = -1;
    for (const call of path) parent = this.#call(call, parent);
    const single = paths.length === 1 && complete && !this.#mayBeFolded(path, owner);
    this.#out.span(start, this.#out.link(offset, parent), single ? QUALITY.exact : QUALITY.inferred);
  }

  /** The way taken before while the inner function goes on; then the first one behind what was reached. */
  #choose(paths: readonly CallPath[], entry: number, owner: number): number {
    const last = this.#last.get(owner);
    if (last !== undefined && last.way < paths.length) {
      if (entry > last.origin && (paths[last.way]![0]! > this.#reached || last.way + 1 === paths.length))
        return last.way;
      const next = paths.findIndex((path, way) => way > last.way && path[0]! >= this.#reached);
      if (entry > last.origin) return last.way;
      if (next >= 0) return next;
    }
    const ahead = paths.findIndex((path) => path[0]! >= this.#reached);
    return ahead >= 0 ? ahead : paths.length - 1;
  }

  #mayBeFolded(path: CallPath, owner: number): boolean {
    return this.#alike[owner] === 1 || path.some((call) => this.#alike[this.#graph.targetOf(call)] === 1);
  }

  #call(call: number, parent: number): number {
    const key = call * 0x8_0000 + (parent + 1);
    let link = this.#calls.get(key);
    if (link === undefined) {
      link = this.#out.link(this.#before.offsets[call]!, parent);
      this.#calls.set(key, link);
    }
    return link;
  }
}

/** Marks functions that have the same opcodes as another one: optimizers may fold them. */
export function functionsAlike({ first, opcodes, functionCount }: CodeListing): Uint8Array {
  const alike = new Uint8Array(functionCount);
  const seen = new Map<string, number>();
  for (let n = 0; n < functionCount; n++) {
    let hash = 0;
    for (let entry = first[n]!; entry < first[n + 1]!; entry++) hash = (Math.imul(hash, 31) + opcodes[entry]!) | 0;
    const key = `${first[n + 1]! - first[n]!}:${hash}`;
    const other = seen.get(key);
    if (other === undefined) {
      seen.set(key, n);
    } else {
      alike[n] = 1;
      alike[other] = 1;
    }
  }
  return alike;
}
