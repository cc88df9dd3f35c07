import { type CodeListing, entryAt, NO_TARGET, OP } from './code-listing.ts';
import { isMark } from './moves.ts';
import type { Provenance } from './provenance.ts';

const CALL_INDIRECT = 0x11;
const FIRST_STORE = 0x36;
const LAST_STORE = 0x3e;

/**
 * Instructions that stand for others of the same function too: an optimizer folded code that ends alike
 * (`code-folding`) and kept the labels of one end.
 *
 * A call or a store does not vanish otherwise from a function that is still there, unless it could never be reached; so
 * one that did is taken to be one with the next like it that is left, along with what stands around both alike.
 *
 * By entry of the old code that is left: the entries it may stand for.
 */
export function findFoldedCode(before: CodeListing, { origins }: Provenance): Map<number, number[]> {
  const present = new Uint8Array(before.offsets.length);
  for (const origin of origins) {
    const entry = entryAt(before, origin);
    if (entry >= 0) present[entry] = 1;
  }
  const folded = new Map<number, number[]>();
  for (let n = 0; n < before.functionCount; n++) foldFunction(before, present, n, folded);
  return folded;
}

function foldFunction(listing: CodeListing, present: Uint8Array, n: number, folded: Map<number, number[]>): void {
  const start = listing.first[n]! + 1;
  const end = listing.first[n + 1]!;
  let gone: number[] | undefined;
  let left = false;
  for (let entry = start; entry < end; entry++) {
    if (present[entry] === 1) left = true;
    else if (isAnchor(listing, entry)) (gone ??= []).push(entry);
  }
  if (gone === undefined || !left) return;
  for (const lost of gone) {
    const kept = nearestLike(listing, present, { lost, start, end });
    if (kept < 0) continue;
    pair(folded, kept, lost);
    // What stands around both alike was folded with them.
    for (const step of [-1, 1]) {
      for (let a = kept + step, b = lost + step; a >= start && b >= start && a < end && b < end; a += step, b += step) {
        if (listing.opcodes[a] !== listing.opcodes[b]) break;
        if (isMark(listing.opcodes[a]!)) continue;
        if (present[b] === 1) break;
        if (present[a] === 1) pair(folded, a, b);
      }
    }
  }
}

function pair(folded: Map<number, number[]>, kept: number, lost: number): void {
  const known = folded.get(kept);
  if (known === undefined) folded.set(kept, [lost]);
  else if (!known.includes(lost)) known.push(lost);
}

/** The nearest instruction that is left and does the same: both end alike. */
function nearestLike(
  listing: CodeListing,
  present: Uint8Array,
  { lost, start, end }: { readonly lost: number; readonly start: number; readonly end: number },
): number {
  for (let distance = 1; lost - distance >= start || lost + distance < end; distance++) {
    for (const entry of [lost - distance, lost + distance]) {
      if (entry < start || entry >= end || present[entry] !== 1) continue;
      if (!sameInstruction(listing, entry, lost)) continue;
      if (listing.targets[lost] !== NO_TARGET || endAlike(listing, entry, lost)) return entry;
    }
  }
  return -1;
}

function isAnchor({ opcodes }: CodeListing, entry: number): boolean {
  const opcode = opcodes[entry]!;
  return opcode === OP.call || opcode === CALL_INDIRECT || (opcode >= FIRST_STORE && opcode <= LAST_STORE);
}

function sameInstruction(listing: CodeListing, one: number, other: number): boolean {
  if (listing.opcodes[one] !== listing.opcodes[other] || listing.targets[one] !== listing.targets[other]) return false;
  const bytes = listing.module.code!.toBytes();
  const [a, b] = [listing.offsets[one]!, listing.offsets[other]!];
  const size = listing.offsets[one + 1]! - a;
  if (size !== listing.offsets[other + 1]! - b) return false;
  for (let n = 1; n < size; n++) if (bytes[a + n] !== bytes[b + n]) return false;
  return true;
}

/** Whether the same opcodes follow both up to where their blocks end. */
function endAlike({ opcodes }: CodeListing, one: number, other: number): boolean {
  for (let a = one + 1, b = other + 1; ; a++, b++) {
    const [left, right] = [opcodes[a], opcodes[b]];
    const leftEnds = endsBlock(left);
    if (leftEnds || endsBlock(right)) return leftEnds && endsBlock(right);
    if (left !== right) return false;
  }
}

function endsBlock(opcode: number | undefined): boolean {
  return opcode === undefined || isMark(opcode) || opcode === 0x0c || opcode === OP.return || opcode === OP.unreachable;
}
