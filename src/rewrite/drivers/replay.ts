import { QUALITY } from '../../frames/quality.ts';
import { type CodeListing, NO_TARGET, OP, ownersOf } from '../code-listing.ts';
import { type EntryOrigins, LABEL } from '../identity-map.ts';
import { isMark } from '../moves.ts';
import { MADE, type Provenance, ProvenanceBuilder, UNKNOWN } from '../provenance.ts';

/** How a replay went. */
export interface ReplayCounts {
  /** Calls that were entered. */
  readonly inlinings: number;
  /** Instructions that stood where the substitution puts them. */
  readonly strict: number;
  /** Instructions found further on, after code that became unreachable. */
  readonly lenient: number;
  /** Instructions that fit nowhere: their origin is left unknown. */
  readonly failed: number;
}

/** Deeper than any inliner goes: Binaryen stops after a few rounds. */
const MAXIMUM_DEPTH = 200;
/** How far calls at the very beginning of a body are looked into for what may come first. */
const MAXIMUM_FIRST_DEPTH = 16;

/**
 * The provenance of a run that did nothing but inline.
 *
 * Inlining alone is a substitution: each call that was inlined is replaced by unlabelled `local.set`s and the
 * instructions of the function it called, in order, calls in it replaced likewise. So the new code and the old bodies
 * are walked together: a call that is missing from the new code must have been entered.
 *
 * Everything is in columns and the walk in one stack, because modules have millions of instructions.
 */
export function replayInlining(
  before: CodeListing,
  after: CodeListing,
  origins: EntryOrigins,
): { readonly provenance: Provenance; readonly counts: ReplayCounts } {
  const replay = new Replay(before, after, origins);
  return { provenance: replay.run(), counts: replay };
}

class Replay implements ReplayCounts {
  inlinings = 0;
  strict = 0;
  lenient = 0;
  failed = 0;
  readonly #before: CodeListing;
  readonly #after: CodeListing;
  readonly #origins: EntryOrigins;
  readonly #owners: Uint32Array;
  /** By function of the old code: 0 not known, 1 leaves nothing behind when inlined, 2 leaves something. */
  readonly #emptiness: Uint8Array;
  readonly #out: ProvenanceBuilder = new ProvenanceBuilder();
  // The stack: functions that stand in one another, how far each is read, and the link of the call that was entered.
  readonly #functions = new Uint32Array(MAXIMUM_DEPTH);
  readonly #cursors = new Uint32Array(MAXIMUM_DEPTH);
  readonly #calls = new Int32Array(MAXIMUM_DEPTH);
  #depth = 0;
  /** The first of the unlabelled entries that wait for what comes after them, -1 for none. */
  #waiting = -1;

  constructor(before: CodeListing, after: CodeListing, origins: EntryOrigins) {
    this.#before = before;
    this.#after = after;
    this.#origins = origins;
    this.#owners = ownersOf(before);
    this.#emptiness = new Uint8Array(before.functionCount);
  }

  run(): Provenance {
    const after = this.#after;
    for (let n = 0; n < after.functionCount; n++) {
      this.#function(after.first[n]!, after.first[n + 1]!);
      if (after.ends[n]! < after.identity.size) this.#out.span(after.ends[n]!, UNKNOWN);
    }
    return this.#out.finish(this.#before.identity, after.identity);
  }

  #function(start: number, end: number): void {
    const { origins, labels } = this.#origins;
    const { offsets, opcodes } = this.#after;
    const prologue = labels[start] === LABEL.none ? -1 : origins[start]!;
    const owner = prologue < 0 ? -1 : this.#owners[prologue]!;
    if (owner < 0 || this.#before.first[owner] !== prologue) {
      // A function the optimizer made: not from inlining alone.
      this.#out.span(offsets[start]!, UNKNOWN);
      this.failed += end - start;
      return;
    }
    this.#out.span(offsets[start]!, this.#out.link(this.#before.offsets[prologue]!, -1));
    this.#functions[0] = owner;
    this.#cursors[0] = prologue + 1;
    this.#calls[0] = -1;
    this.#depth = 1;
    this.#waiting = -1;
    for (let entry = start + 1; entry < end; entry++) {
      const label = labels[entry]!;
      const opcode = opcodes[entry]!;
      if (label !== LABEL.own && isMark(opcode)) continue;
      if (label === LABEL.none) {
        if (this.#waiting < 0) this.#waiting = entry;
        continue;
      }
      const origin = origins[entry]!;
      // Without a segment of its own: the same one-instruction function inlined twice, or nothing at all.
      const repeated = label === LABEL.carried;
      if (repeated && opcode !== this.#before.opcodes[origin]) continue;
      this.#instruction(entry, origin, repeated);
    }
    this.#release(MADE);
  }

  #instruction(entry: number, origin: number, repeated: boolean): void {
    const offset = this.#after.offsets[entry]!;
    if (this.#walk(origin)) this.strict++;
    else if (repeated) return;
    else if (this.#search(origin)) this.lenient++;
    else {
      this.failed++;
      this.#release(MADE);
      this.#out.span(offset, UNKNOWN);
      return;
    }
    this.#release(MADE);
    this.#out.span(offset, this.#out.link(this.#before.offsets[origin]!, this.#calls[this.#depth - 1]!));
  }

  /** Goes on from where the walk stands, over what may be missing, to `origin`; false if something else comes first. */
  #walk(origin: number): boolean {
    const { first, targets } = this.#before;
    // What is tried here is undone if it leads nowhere: the search needs the stack as it was.
    const depth = this.#depth;
    let popped = depth;
    for (;;) {
      const top = popped - 1;
      const end = first[this.#functions[top]! + 1]!;
      let at = this.#cursors[top]!;
      for (; at < end; at++) {
        if (at === origin) {
          this.#depth = popped;
          this.#cursors[top] = at + 1;
          return true;
        }
        const target = targets[at]!;
        if (target !== NO_TARGET) {
          if (this.#canBegin(target, origin, 0)) {
            this.#depth = popped;
            this.#enter(at, target);
            return this.#walk(origin);
          }
          if (!this.#isEmpty(target)) return false;
        } else if (!this.#mayBeMissing(at)) {
          return false;
        }
      }
      if (popped === 1) return false;
      popped--;
    }
  }

  /** Finds `origin` anywhere further on: code that became unreachable is not written. */
  #search(origin: number): boolean {
    const { first, targets } = this.#before;
    const owner = this.#owners[origin]!;
    for (let depth = this.#depth; depth > 0; depth--) {
      const top = depth - 1;
      const cursor = this.#cursors[top]!;
      if (owner === this.#functions[top] && origin >= cursor) {
        this.#depth = depth;
        this.#cursors[top] = origin + 1;
        return true;
      }
      const end = first[this.#functions[top]! + 1]!;
      for (let at = cursor; at < end; at++) {
        const target = targets[at]!;
        if (target === NO_TARGET || !this.#canBegin(target, origin, 0)) continue;
        this.#depth = depth;
        this.#enter(at, target);
        return this.#walk(origin);
      }
    }
    return false;
  }

  #enter(call: number, target: number): void {
    const top = this.#depth - 1;
    this.#cursors[top] = call + 1;
    const link = this.#out.link(this.#before.offsets[call]!, this.#calls[top]!);
    // Parameters set and locals cleared: they belong to the call.
    this.#release(link);
    this.#functions[this.#depth] = target;
    this.#cursors[this.#depth] = this.#before.first[target]! + 1;
    this.#calls[this.#depth] = link;
    this.#depth++;
    this.inlinings++;
  }

  #release(chain: number): void {
    if (this.#waiting < 0) return;
    this.#out.span(this.#after.offsets[this.#waiting]!, chain, chain < 0 ? QUALITY.exact : QUALITY.neighbour);
    this.#waiting = -1;
  }

  /** Whether `origin` can be the first instruction that inlining `target` leaves. */
  #canBegin(target: number, origin: number, depth: number): boolean {
    const { first, targets } = this.#before;
    if (depth === MAXIMUM_FIRST_DEPTH || this.#depth + depth >= MAXIMUM_DEPTH) return false;
    const end = first[target + 1]!;
    for (let at = first[target]! + 1; at < end; at++) {
      if (at === origin) return true;
      const inner = targets[at]!;
      if (inner !== NO_TARGET) {
        if (this.#canBegin(inner, origin, depth + 1)) return true;
        if (!this.#isEmpty(inner)) return false;
      } else if (!this.#mayBeMissing(at)) {
        return false;
      }
    }
    return false;
  }

  /** Whether inlining a function may leave no instruction at all. */
  #isEmpty(target: number): boolean {
    if (this.#emptiness[target] === 0) {
      // A function that calls itself first leaves that call at the least.
      this.#emptiness[target] = 2;
      const { first, targets } = this.#before;
      let empty = true;
      for (let at = first[target]! + 1; empty && at < first[target + 1]!; at++) {
        empty = targets[at] === NO_TARGET ? this.#mayBeMissing(at) : this.#isEmpty(targets[at]!);
      }
      if (empty) this.#emptiness[target] = 1;
    }
    return this.#emptiness[target] === 1;
  }

  /** Blocks that nothing branches to, and the `unreachable`s the writer itself puts after code that never ends. */
  #mayBeMissing(entry: number): boolean {
    const opcode = this.#before.opcodes[entry]!;
    return opcode <= OP.loop || opcode === OP.try || opcode === OP.return || isMark(opcode);
  }
}
