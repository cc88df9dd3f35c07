import { QUALITY } from '../frames/quality.ts';
import { type CodeListing, entryAt, ownersOf, PROLOGUE } from './code-listing.ts';
import { rootOf, spansOfEntries } from './merged-functions.ts';
import type { Provenance } from './provenance.ts';

/**
 * Counts pieces of code that are called exact and whose outermost function is another one than that of the body they
 * stand in: no way of inlining puts them there.
 */
export function countStrays(before: CodeListing, after: CodeListing, provenance: Provenance): number {
  const { chains, origins, qualities } = provenance;
  const owners = ownersOf(before);
  const spans = spansOfEntries(after, provenance);
  const ownerOf = (chain: number): number => {
    const entry = entryAt(before, origins[rootOf(provenance, chain)]!);
    return entry < 0 ? -1 : owners[entry]!;
  };
  let strays = 0;
  for (let n = 0; n < after.functionCount; n++) {
    const start = spans[after.first[n]!]!;
    const prologue = start < 0 ? -1 : chains[start]!;
    if (prologue < 0 || before.opcodes[entryAt(before, origins[prologue]!)] !== PROLOGUE) continue;
    const owner = ownerOf(prologue);
    const end = n + 1 < after.functionCount ? spans[after.first[n + 1]!]! : chains.length;
    for (let span = start + 1; span < end; span++) {
      const chain = chains[span]!;
      if (chain >= 0 && qualities[span] === QUALITY.exact && ownerOf(chain) !== owner) strays++;
    }
  }
  return strays;
}
