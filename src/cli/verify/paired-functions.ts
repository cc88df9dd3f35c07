import type { StructuredFunction } from '../../verify/compare-structure.ts';
import { anchorsOf, type Side } from './code-anchors.ts';

/** A function before and after, and by what the two were taken for one: both are inferred. */
export interface PairedFunctions {
  readonly before: StructuredFunction;
  readonly after: StructuredFunction;
  readonly matchedBy: 'name' | 'constants';
}

/** A function is not known by fewer calls and large constants than this. */
const FEWEST = 3;

/**
 * Functions of both modules that are in no comparison yet: those of one name, then those without a name in common whose
 * calls and large constants are the same, as often, and no other function's.
 *
 * @param compared indexes of functions after, imports first.
 */
export function* pairedFunctions(before: Side, after: Side, compared: ReadonlySet<number>): Generator<PairedFunctions> {
  const byName = new Map<string, number>();
  for (let n = 0; n < before.listing.functionCount; n++) {
    const name = nameOf(before, n);
    if (name !== undefined) byName.set(name, n);
  }
  const leftBefore = new Set(Array.from({ length: before.listing.functionCount }, (_, n) => n));
  const leftAfter: number[] = [];
  for (let n = 0; n < after.listing.functionCount; n++) {
    const name = nameOf(after, n);
    const old = name === undefined ? undefined : byName.get(name);
    if (old !== undefined) leftBefore.delete(old);
    if (compared.has(n + after.listing.importCount)) continue;
    if (old === undefined) leftAfter.push(n);
    else yield { before: structured(before, old), after: structured(after, n), matchedBy: 'name' };
  }
  const [known, wanted] = [byConstants(before, leftBefore), byConstants(after, leftAfter)];
  for (const [key, [n, ...others]] of wanted) {
    const [old, ...more] = known.get(key) ?? [];
    if (old === undefined || n === undefined || others.length + more.length > 0) continue;
    yield { before: structured(before, old), after: structured(after, n), matchedBy: 'constants' };
  }
}

function byConstants(side: Side, functions: Iterable<number>): Map<string, number[]> {
  const found = new Map<string, number[]>();
  for (const n of functions) {
    const tokens = anchorsOf(side, n).flatMap(({ token, isRare }) => (isRare ? [token] : []));
    if (tokens.length < FEWEST) continue;
    const key = tokens.sort().join('\n');
    const known = found.get(key);
    if (known === undefined) found.set(key, [n]);
    else known.push(n);
  }
  return found;
}

function structured(side: Side, n: number): StructuredFunction {
  const { listing } = side;
  const index = n + listing.importCount;
  // The first entry stands for the declarations of locals, which no frame is at.
  const addresses = listing.offsets.subarray(listing.first[n]! + 1, listing.first[n + 1]);
  return { index, name: nameOf(side, n), addresses, anchors: anchorsOf(side, n) };
}

function nameOf({ module, listing }: Side, n: number): string | undefined {
  return module.names.functions.name(n + listing.importCount);
}
