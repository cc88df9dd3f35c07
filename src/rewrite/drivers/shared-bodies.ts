import { type CodeListing, NO_TARGET, OP } from '../code-listing.ts';
import { type EntryOrigins, LABEL } from '../identity-map.ts';
import { MAXIMUM_CANDIDATES } from '../merged-functions.ts';
import { isMark } from '../moves.ts';

const LOCAL_GET = 0x20;
const LOCAL_TEE = 0x22;
const FIRST_CONST = 0x41;
const LAST_CONST = 0x44;
const VECTOR_CONST = 0xfd0c;
const CALL_REF = 0x14;

/** Code and which entry of other code each of its entries was. */
export interface LabelledCode {
  readonly listing: CodeListing;
  readonly origins: EntryOrigins;
}

/**
 * Functions that `merge-similar-functions` made: each is the body of several that differ in constants and in what they
 * call, which became parameters; of these only a call of it is left. It has no labels.
 *
 * By number of such a function: the numbers of those that call it, in order; the body is that of the first.
 */
export function findSharedBodies({ listing, origins }: LabelledCode): Map<number, number[]> {
  const shared = new Map<number, number[]>();
  for (let n = 0; n < listing.functionCount; n++) {
    const target = thunkTarget({ listing, origins }, n);
    if (target === NO_TARGET || !isUnlabelled(origins, listing.first[target]!, listing.first[target + 1]!)) continue;
    const callers = shared.get(target);
    if (callers === undefined) shared.set(target, [n]);
    else callers.push(n);
  }
  for (const [target, callers] of shared) if (callers.length < 2) shared.delete(target);
  return shared;
}

/** What a function calls of which nothing but the beginning is left. */
function thunkTarget({ listing, origins }: LabelledCode, n: number): number {
  const start = listing.first[n]!;
  const end = listing.first[n + 1]!;
  if (origins.labels[start] === LABEL.none || !isUnlabelled(origins, start + 1, end)) return NO_TARGET;
  let target = NO_TARGET;
  for (let entry = start + 1; entry < end; entry++) {
    if (listing.targets[entry] === NO_TARGET) continue;
    if (target !== NO_TARGET) return NO_TARGET;
    target = listing.targets[entry]!;
  }
  return target;
}

/** Marks are never labelled: what is said of them belongs to what is before. */
function isUnlabelled({ labels }: EntryOrigins, start: number, end: number): boolean {
  for (let entry = start; entry < end; entry++) if (labels[entry] === LABEL.own) return false;
  return true;
}

/**
 * Labels shared bodies as the first function's, with the help of `apart`: the same run with that one pass left out, where
 * each function still has its body and its labels.
 *
 * Answers, by labelled entry of `made`, the entries that it was in the other functions.
 */
export function labelSharedBodies(
  made: LabelledCode,
  apart: LabelledCode,
  shared: ReadonlyMap<number, readonly number[]>,
): Map<number, number[]> {
  const functions = new Map<number, number>();
  const { first } = apart.listing;
  for (let n = 0; n < apart.listing.functionCount; n++) functions.set(apart.origins.origins[first[n]!]!, n);
  const others = new Map<number, number[]>();
  for (const [target, callers] of shared) {
    const start = made.listing.first[target]!;
    const prologues = callers.map((n) => made.origins.origins[made.listing.first[n]!]!);
    const members = prologues.map((prologue) => alignedOrigins(made, apart, target, functions.get(prologue)));
    const [primary, ...rest] = members;
    if (primary === undefined) continue;
    for (let n = 0; n < primary.length; n++) {
      const origin = primary[n]!;
      if (origin < 0) continue;
      made.origins.origins[start + n] = origin;
      made.origins.labels[start + n] = LABEL.own;
      const found = rest.flatMap((member) => (member !== undefined && member[n]! >= 0 ? [member[n]!] : []));
      if (found.length > 0) others.set(start + n, found.slice(0, MAXIMUM_CANDIDATES));
    }
  }
  return others;
}

/** The origins of a shared body's entries were it that of `member`; `undefined` where the two are not alike. */
function alignedOrigins(
  { listing }: LabelledCode,
  apart: LabelledCode,
  target: number,
  member: number | undefined,
): Int32Array | undefined {
  if (member === undefined) return undefined;
  const { opcodes } = listing;
  const { opcodes: theirs, first } = apart.listing;
  const { labels, origins } = apart.origins;
  const start = listing.first[target]!;
  const end = listing.first[target + 1]!;
  const found = new Int32Array(end - start).fill(-1);
  const pair = (entry: number, other: number): void => {
    const label = labels[other]!;
    if (label === LABEL.none || (label === LABEL.carried && isMark(theirs[other]!))) return;
    found[entry - start] = origins[other]!;
  };
  pair(start, first[member]!);
  let other = first[member]! + 1;
  const otherEnd = first[member + 1]!;
  for (let entry = start + 1; entry < end; ) {
    const opcode = opcodes[entry]!;
    const their = other < otherEnd ? theirs[other]! : -1;
    if (opcode === their || (opcode === LOCAL_GET && isConst(their))) {
      pair(entry++, other++);
    } else if (opcode === LOCAL_GET && opcodes[entry + 1] === CALL_REF && their === OP.call) {
      // What is called is a parameter now.
      pair(entry++, other);
      pair(entry++, other++);
    } else if (isLocal(their)) {
      other++;
    } else if (isLocal(opcode)) {
      entry++;
    } else {
      return undefined;
    }
  }
  for (; other < otherEnd; other++) if (!isLocal(theirs[other]!)) return undefined;
  return found;
}

function isConst(opcode: number): boolean {
  return (opcode >= FIRST_CONST && opcode <= LAST_CONST) || opcode === VECTOR_CONST;
}

/** `local.get`, `local.set`, `local.tee`: what else is on the stack decides whether they are written. */
function isLocal(opcode: number): boolean {
  return opcode >= LOCAL_GET && opcode <= LOCAL_TEE;
}
