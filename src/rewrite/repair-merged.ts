import { QUALITY } from '../frames/quality.ts';
import { type CodeListing, entryAt, functionOfEntry, NO_TARGET } from './code-listing.ts';
import { findFoldedCode } from './folded-code.ts';
import {
  findMergedFunctions,
  MAXIMUM_CANDIDATES,
  type MergedFunctions,
  rootOf,
  spansOfEntries,
} from './merged-functions.ts';
import { candidatesOf, type Provenance, ProvenanceBuilder } from './provenance.ts';
import { Twins } from './twins.ts';

/**
 * The provenance with merged functions told apart as far as they can be.
 *
 * Where merged code was inlined, the call says which function was meant: the instruction with the same number in that
 * one is the origin (`repaired`). Where it stands as a function of its own, its stack frame may be that of any of
 * them: all are kept (`merged`), and so it is with ends of code within one function that were folded.
 */
export function repairMerged(before: CodeListing, after: CodeListing, provenance: Provenance): Provenance {
  const merged = findMergedFunctions(before, after, provenance);
  const folded = findFoldedCode(before, provenance);
  const repair = new Repair(before, provenance, folded);
  if (merged.others.size === 0 && folded.size === 0 && !repair.changed) return provenance;
  return repair.write(after, merged);
}

class Repair {
  readonly #before: CodeListing;
  readonly #provenance: Provenance;
  readonly #twins: Twins;
  readonly #out = new ProvenanceBuilder();
  /** By link: the weakest quality on its chain. */
  readonly #qualities: Uint8Array;
  /** By link and old function: the link with its root in that function. */
  readonly #moved = new Map<number, number>();
  /** Old instructions of the links, those of merged functions moved. */
  readonly #origins: Uint32Array;
  #changed = false;
  /** By entry: the entries that it stands for too. */
  readonly #folded: ReadonlyMap<number, readonly number[]>;
  /** By link: whether an instruction on its chain stands for others too. */
  readonly #foldedLinks: Uint8Array;

  constructor(before: CodeListing, provenance: Provenance, folded: ReadonlyMap<number, readonly number[]>) {
    this.#folded = folded;
    this.#foldedLinks = new Uint8Array(provenance.origins.length);
    this.#before = before;
    this.#provenance = provenance;
    this.#twins = new Twins(before);
    this.#origins = provenance.origins.slice();
    this.#qualities = new Uint8Array(provenance.origins.length);
    for (let link = 0; link < provenance.origins.length; link++) {
      this.#link(link);
      const parent = provenance.parents[link]!;
      const above = parent < 0 ? 0 : this.#foldedLinks[parent]!;
      this.#foldedLinks[link] = above === 1 || (folded.size > 0 && this.#othersAt(link).length > 0) ? 1 : 0;
    }
  }

  /** Whether any link was repaired. */
  get changed(): boolean {
    return this.#changed;
  }

  write(after: CodeListing, merged: MergedFunctions): Provenance {
    const provenance = this.#provenance;
    const { starts, chains, qualities } = provenance;
    const spans = spansOfEntries(after, provenance);
    let n = 0;
    for (let span = 0; span < starts.length; span++) {
      while (n + 1 < after.functionCount && spans[after.first[n + 1]!]! <= span) n++;
      const chain = chains[span]!;
      if (chain < 0) {
        this.#out.span(starts[span]!, chain);
        continue;
      }
      const known = candidatesOf(provenance, span);
      const others = known.length > 0 ? undefined : this.#othersOf(n, chain, merged);
      const isFolded = this.#foldedLinks[chain] === 1;
      const weakest = others === undefined && !isFolded ? QUALITY.exact : QUALITY.merged;
      const quality = Math.max(qualities[span]!, this.#qualities[chain]!, weakest);
      this.#out.span(starts[span]!, chain, quality);
      for (const other of known) this.#out.candidate(other);
      for (const other of others ?? []) this.#out.candidate(this.#move(chain, other));
      if (isFolded) for (const other of this.#unfold(chain)) this.#out.candidate(other);
    }
    return this.#out.finish(provenance.before, provenance.after);
  }

  #othersOf(n: number, chain: number, { owners, others }: MergedFunctions): ReadonlySet<number> | undefined {
    const found = others.get(n);
    if (found === undefined) return undefined;
    const root = entryAt(this.#before, this.#provenance.origins[rootOf(this.#provenance, chain)]!);
    return functionOfEntry(this.#before, root) === owners[n] ? found : undefined;
  }

  /** Copies a link; one whose call meant another function is moved there. */
  #link(link: number): void {
    const { origins, parents } = this.#provenance;
    const parent = parents[link]!;
    const origin = origins[link]!;
    if (parent < 0) {
      this.#out.link(origin, -1);
      return;
    }
    const before = this.#before;
    const entry = entryAt(before, origin);
    const owner = functionOfEntry(before, entry);
    // The parent was copied before, and perhaps moved.
    const call = entryAt(before, this.#origins[parent]!);
    const meant = call < 0 ? NO_TARGET : before.targets[call]!;
    this.#qualities[link] = this.#qualities[parent]!;
    if (meant === NO_TARGET || meant === owner) {
      this.#out.link(origin, parent);
      return;
    }
    this.#changed = true;
    const moved = this.#twins.entryIn(meant, entry);
    this.#origins[link] = moved.offset;
    this.#out.link(moved.offset, parent);
    this.#qualities[link] = Math.max(this.#qualities[link]!, moved.proven ? QUALITY.repaired : QUALITY.merged);
  }

  #othersAt(link: number): readonly number[] {
    return this.#folded.get(entryAt(this.#before, this.#origins[link]!)) ?? [];
  }

  /** The chains in which one instruction is another that was folded into it. */
  #unfold(chain: number): readonly number[] {
    const known = this.#unfolded.get(chain);
    if (known !== undefined) return known;
    const parent = this.#provenance.parents[chain]!;
    const chains = this.#othersAt(chain).map((entry) => this.#out.link(this.#before.offsets[entry]!, parent));
    if (parent >= 0 && this.#foldedLinks[parent] === 1) {
      for (const above of this.#unfold(parent)) chains.push(this.#out.link(this.#origins[chain]!, above));
    }
    const few = chains.slice(0, MAXIMUM_CANDIDATES);
    this.#unfolded.set(chain, few);
    return few;
  }

  readonly #unfolded = new Map<number, readonly number[]>();

  /** The chain with its outermost instruction in another function. */
  #move(chain: number, other: number): number {
    const key = chain * 0x20_0000 + other;
    const known = this.#moved.get(key);
    if (known !== undefined) return known;
    const parent = this.#provenance.parents[chain]!;
    const origin = this.#origins[chain]!;
    const moved =
      parent < 0
        ? this.#out.link(this.#twins.entryIn(other, entryAt(this.#before, origin)).offset, -1)
        : this.#out.link(origin, this.#move(parent, other));
    this.#moved.set(key, moved);
    return moved;
  }
}
