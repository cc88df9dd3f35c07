import { type CodeListing, entryAt, functionOfEntry, NO_TARGET, PROLOGUE } from './code-listing.ts';
import type { Provenance } from './provenance.ts';
import { sharedReferences } from './shared-references.ts';

/** No span keeps more further origins than this; whoever merges more functions into one leaves nothing to tell apart. */
export const MAXIMUM_CANDIDATES = 32;

/** Which functions an optimizer made one, numbers being those of functions with a body. */
export interface MergedFunctions {
  /** By new function: the old one its body is from, -1 where it was made. */
  readonly owners: Int32Array;
  /** By new function that has several: the further old ones that it now stands for. */
  readonly others: ReadonlyMap<number, ReadonlySet<number>>;
}

/**
 * Finds functions that were folded into one (`duplicate-function-elimination`, `merge-similar-functions`): a call, an
 * export or an item of a table that referred to one function now refers to the body of another.
 */
export function findMergedFunctions(before: CodeListing, after: CodeListing, provenance: Provenance): MergedFunctions {
  const spans = spansOfEntries(after, provenance);
  const owners = ownersOfFunctions(before, after, { provenance, spans });
  const others = new Map<number, Set<number>>();
  const add = (now: number, then: number): void => {
    if (now < 0 || then < 0 || owners[now]! < 0 || owners[now] === then) return;
    let known = others.get(now);
    if (known === undefined) others.set(now, (known = new Set()));
    if (known.size < MAXIMUM_CANDIDATES) known.add(then);
  };
  for (let n = 0; n < after.functionCount; n++) {
    for (let entry = after.first[n]!; entry < after.first[n + 1]!; entry++) {
      const target = after.targets[entry]!;
      if (target === NO_TARGET) continue;
      const chain = provenance.chains[spans[entry]!]!;
      if (chain >= 0) {
        // What was called before; an indirect call that became direct says nothing.
        const origin = entryAt(before, provenance.origins[chain]!);
        if (origin >= 0) add(target, before.targets[origin]!);
      } else if (isThunk(after, { provenance, spans }, n)) {
        // A function reduced to calling what it was merged into, with the difference as an argument.
        add(target, owners[n]!);
      }
    }
  }
  for (const [then, now] of sharedReferences(before, after)) add(now, then);
  return { owners, others };
}

interface Spans {
  readonly provenance: Provenance;
  readonly spans: Int32Array;
}

/** The span of every entry of the new code, -1 for none. */
export function spansOfEntries(after: CodeListing, { starts }: Provenance): Int32Array {
  const { offsets } = after;
  const spans = new Int32Array(offsets.length);
  let span = -1;
  for (let entry = 0; entry < offsets.length; entry++) {
    while (span + 1 < starts.length && starts[span + 1]! <= offsets[entry]!) span++;
    spans[entry] = span;
  }
  return spans;
}

/** The outermost link of a chain: the instruction of the function that stands in the code. */
export function rootOf({ parents }: Provenance, chain: number): number {
  let root = chain;
  while (parents[root]! >= 0) root = parents[root]!;
  return root;
}

function prologueOwner(before: CodeListing, after: CodeListing, { provenance, spans }: Spans, n: number): number {
  const chain = provenance.chains[spans[after.first[n]!]!] ?? -1;
  const entry = chain < 0 ? -1 : entryAt(before, provenance.origins[chain]!);
  return entry >= 0 && before.opcodes[entry] === PROLOGUE ? functionOfEntry(before, entry) : -1;
}

/** Whether a function's beginning is known, and nothing behind it. */
function isThunk(after: CodeListing, { provenance: { chains }, spans }: Spans, n: number): boolean {
  const start = after.first[n]!;
  if ((chains[spans[start]!] ?? -1) < 0) return false;
  const last = after.first[n + 1]! - 1;
  for (let span = spans[start]! + 1; span <= spans[last]!; span++) if (chains[span]! >= 0) return false;
  return spans[last]! > spans[start]!;
}

/** The old function of each new one: its prologue's, or that of its first instruction that is known. */
function ownersOfFunctions(before: CodeListing, after: CodeListing, known: Spans): Int32Array {
  const owners = new Int32Array(after.functionCount);
  for (let n = 0; n < owners.length; n++) {
    owners[n] = prologueOwner(before, after, known, n);
    for (let entry = after.first[n]!; owners[n]! < 0 && entry < after.first[n + 1]!; entry++) {
      const chain = known.provenance.chains[known.spans[entry]!] ?? -1;
      if (chain < 0) continue;
      const origin = entryAt(before, known.provenance.origins[rootOf(known.provenance, chain)]!);
      if (origin >= 0) owners[n] = functionOfEntry(before, origin);
    }
  }
  return owners;
}
