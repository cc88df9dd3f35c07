import { WasmNames } from '../../wasm/names.ts';
import { type CodeListing, NO_TARGET } from '../code-listing.ts';

/** The old function that a new function's body may be. */
export interface RootFunction {
  /** Numbers of functions with a body; none where nothing is known. */
  readonly candidates: readonly number[];
  /** Whether it is proven: the one candidate that there is. */
  readonly proven: boolean;
}

/** Rounds in which what is known of one function is used for others. */
const MAXIMUM_ROUNDS = 8;
/** How many functions are looked at that may have been inlined into one another. */
const MAXIMUM_STEPS = 200;

/** What is known of the places of code, of old functions and of new ones. */
export interface RootEvidence {
  /** By old function the place its body begins at, -1 where it has none. */
  readonly oldPrologues: Int32Array;
  /** The same by new function. */
  readonly newPrologues: Int32Array;
  /** By new function: old ones of which it has code that no other has, and how much. */
  readonly ownersOf: (n: number) => ReadonlyMap<number, number>;
}

/**
 * Finds which old function each new one is: by its name, by the place its body begins at, and by what it has code of. An
 * optimizer makes one function of one, so that what one is proven to be the others are not.
 */
export function findRootFunctions(before: CodeListing, after: CodeListing, evidence: RootEvidence): RootFunction[] {
  return new RootSearch(before, after, evidence).run();
}

interface MutableRoot {
  candidates: readonly number[];
  proven: boolean;
}

class RootSearch {
  readonly #evidence: RootEvidence;
  readonly #roots: MutableRoot[] = [];
  /** By old function: the new one that it is proven to be, -1 for none, -2 for several. */
  readonly #taken: Int32Array;
  readonly #mayBeInlined: (old: number, n: number) => boolean;
  /** By old function: those that call it. */
  readonly #callers: readonly ReadonlySet<number>[];

  constructor(before: CodeListing, after: CodeListing, evidence: RootEvidence) {
    this.#evidence = evidence;
    this.#taken = new Int32Array(before.functionCount);
    this.#mayBeInlined = (old, n) => !isTooLarge(before, old, after, n);
    this.#callers = callersOf(before);
    const byPlace = new Map<number, number[]>();
    for (const [n, place] of evidence.oldPrologues.entries()) {
      const known = byPlace.get(place);
      if (known === undefined) byPlace.set(place, [n]);
      else known.push(n);
    }
    byPlace.delete(-1);
    const byName = uniqueNames(before);
    const nameOf = new Map([...uniqueNames(after)].map(([name, n]) => [n, name]));
    for (let n = 0; n < after.functionCount; n++) {
      const placed = byPlace.get(evidence.newPrologues[n]!) ?? [];
      const named = byName.get(nameOf.get(n) ?? '');
      // A name and a place that contradict each other prove nothing.
      if (named === undefined) this.#roots.push({ candidates: placed, proven: placed.length === 1 });
      else if (placed.length === 0 || placed.includes(named)) this.#roots.push({ candidates: [named], proven: true });
      else this.#roots.push({ candidates: [named, ...placed], proven: false });
    }
  }

  run(): RootFunction[] {
    for (let round = 0; round < MAXIMUM_ROUNDS; round++) {
      this.#take();
      let changed = false;
      for (const [n, root] of this.#roots.entries()) {
        if (!root.proven && this.#improve(n, root)) changed = true;
      }
      if (!changed) break;
    }
    this.#take();
    for (const [n, root] of this.#roots.entries()) {
      // Likely the one it has most code of.
      if (root.candidates.length === 0) root.candidates = this.#ownersByCode(n).slice(0, 1);
      // One of which there are two was taken apart.
      if (root.proven && this.#taken[root.candidates[0]!] === -2) root.proven = false;
    }
    return this.#roots;
  }

  #take(): void {
    this.#taken.fill(-1);
    for (const [n, { candidates, proven }] of this.#roots.entries()) {
      if (proven) this.#taken[candidates[0]!] = this.#taken[candidates[0]!] === -1 ? n : -2;
    }
  }

  #improve(n: number, root: MutableRoot): boolean {
    const before = root.candidates;
    if (before.length > 0) {
      const left = before.filter((candidate) => this.#taken[candidate] === -1);
      if (left.length === 0 || left.length === before.length) return false;
      root.candidates = left;
      root.proven = left.length === 1;
      return true;
    }
    const proven = this.#ownersByCode(n).find((owner) => this.#standsAlone(owner));
    if (proven === undefined) return false;
    root.candidates = [proven];
    root.proven = true;
    return true;
  }

  /** Functions that a new one has code of and that are no other yet, those it has most of first. */
  #ownersByCode(n: number): number[] {
    const owners = [...this.#evidence.ownersOf(n)].filter(([owner]) => this.#taken[owner] === -1);
    return owners.sort(([, a], [, b]) => b - a).map(([owner]) => owner);
  }

  /** Whether code of a function that stands nowhere yet can stand in no other function but its own. */
  #standsAlone(owner: number): boolean {
    const seen = new Set([owner]);
    for (const callee of seen) {
      if (seen.size > MAXIMUM_STEPS) return false;
      for (const caller of this.#callers[callee]!) {
        if (caller === owner || seen.has(caller)) continue;
        const stands = this.#taken[caller]!;
        // It may be the function itself, and have the other inlined.
        if (stands < 0) return false;
        if (this.#mayBeInlined(caller, stands)) seen.add(caller);
      }
    }
    return true;
  }
}

/** Instructions: several times what Binaryen inlines in more than one place, unless it is told otherwise. */
const MAXIMUM_INLINED_SIZE = 60;

/** Whether an old function that still stands, as a new one, is too large to have been inlined as well. */
export function isTooLarge(before: CodeListing, old: number, after: CodeListing, n: number): boolean {
  const size = before.first[old + 1]! - before.first[old]!;
  return Math.min(size, after.first[n + 1]! - after.first[n]!) > MAXIMUM_INLINED_SIZE;
}

function callersOf(listing: CodeListing): Set<number>[] {
  const callers = Array.from({ length: listing.functionCount }, () => new Set<number>());
  for (let n = 0; n < listing.functionCount; n++) {
    for (let entry = listing.first[n]!; entry < listing.first[n + 1]!; entry++) {
      const target = listing.targets[entry]!;
      if (target !== NO_TARGET) callers[target]!.add(n);
    }
  }
  return callers;
}

/** Functions with a body by their names; those of which there are several are none. */
function uniqueNames({ functionCount, importCount, module }: CodeListing): Map<string, number> {
  const names = WasmNames.read(module).functions;
  const unique = new Map<string, number>();
  const several = new Set<string>();
  for (let n = 0; n < functionCount; n++) {
    const name = names.name(importCount + n);
    if (name === undefined) continue;
    if (unique.has(name)) several.add(name);
    unique.set(name, n);
  }
  for (const name of several) unique.delete(name);
  return unique;
}
