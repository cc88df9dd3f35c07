import { QUALITY } from '../../frames/quality.ts';
import { type CodeListing, NO_TARGET, OP } from '../code-listing.ts';
import { type Provenance, ProvenanceBuilder, UNKNOWN } from '../provenance.ts';
import { sharedReferences } from '../shared-references.ts';
import { bodyHashes, isFiller } from './body-hashes.ts';

/** How a walk went. */
export interface WalkCounts {
  /** Functions whose body was found in the old code. */
  readonly matched: number;
  /** Functions whose body is nowhere in the old code, or in several places that nothing tells apart. */
  readonly unmatched: number;
}

/**
 * The provenance between two modules of which nobody knows what happened: sections moved, functions reordered, removed
 * or renumbered (wasm-metadce, wasm-split, wasm-merge, strip, Wizer, wasm-bindgen).
 *
 * Functions are matched by their bodies, instruction by instruction; indexes that a tool may renumber do not count,
 * but the functions that two matched ones call must match too. What is not proven equal is left unknown.
 */
export function walkCode(
  before: CodeListing,
  after: CodeListing,
): { readonly provenance: Provenance; readonly counts: WalkCounts } {
  const matches = new Matches(before, after);
  matches.find();
  const out = new ProvenanceBuilder();
  let matched = 0;
  for (let n = 0; n < after.functionCount; n++) {
    const then = matches.found[n]!;
    const start = after.first[n]!;
    if (then < 0) {
      out.span(after.offsets[start]!, UNKNOWN);
    } else {
      matched++;
      for (const [now, old] of pairs(before, after, then, n)) {
        if (old < 0) out.span(after.offsets[now]!, UNKNOWN);
        else out.span(after.offsets[now]!, out.link(before.offsets[old]!, -1), matches.qualities[n]);
      }
    }
    if (after.ends[n]! < after.identity.size) out.span(after.ends[n]!, UNKNOWN);
  }
  const counts = { matched, unmatched: after.functionCount - matched };
  return { provenance: out.finish(before.identity, after.identity), counts };
}

/**
 * The entries of two functions with one hash: what is no filler stands there in one order. Of the fillers `unreachable`
 * stops: those between the same two others are the same where they are as many, and unknown (-1) elsewhere.
 */
function* pairs(
  before: CodeListing,
  after: CodeListing,
  then: number,
  n: number,
): IterableIterator<readonly [now: number, old: number]> {
  let old = before.first[then]!;
  const oldEnd = before.first[then + 1]!;
  let stops: number[] = [];
  for (let now = after.first[n]!; now < after.first[n + 1]!; now++) {
    const opcode = after.opcodes[now]!;
    if (opcode === OP.unreachable) stops.push(now);
    const isLast = now + 1 === after.first[n + 1]!;
    if (isFiller(opcode) && !isLast) continue;
    const oldStops: number[] = [];
    for (; old < oldEnd && isFiller(before.opcodes[old]!); old++) {
      if (before.opcodes[old] === OP.unreachable) oldStops.push(old);
    }
    for (const [k, stop] of stops.entries()) yield [stop, stops.length === oldStops.length ? oldStops[k]! : -1];
    stops = [];
    if (!isFiller(opcode)) yield [now, old++];
  }
}

/** Pairs of functions, found from what is certain outwards. */
class Matches {
  readonly #before: CodeListing;
  readonly #after: CodeListing;
  readonly #beforeHashes: readonly string[];
  readonly #afterHashes: readonly string[];
  /** By new function: the old one, -1 for none. */
  readonly found: Int32Array;
  /** By new function: `exact`, or `inferred` where the order alone says it. */
  readonly qualities: Uint8Array;
  #quality: number = QUALITY.exact;
  readonly #taken = new Set<number>();
  readonly #waiting: number[] = [];

  constructor(before: CodeListing, after: CodeListing) {
    this.#before = before;
    this.#after = after;
    this.#beforeHashes = bodyHashes(before);
    this.#afterHashes = bodyHashes(after);
    this.found = new Int32Array(after.functionCount).fill(-1);
    this.qualities = new Uint8Array(after.functionCount);
  }

  find(): void {
    for (const [then, now] of sharedReferences(this.#before, this.#after)) this.#match(now, then);
    this.#follow();
    // A body that is there once before and once after is the same one.
    const old = only(this.#beforeHashes);
    for (const [hash, n] of only(this.#afterHashes)) {
      const then = old.get(hash);
      if (then !== undefined && n >= 0 && then >= 0) this.#match(n, then);
    }
    this.#follow();
    this.#quality = QUALITY.inferred;
    this.#matchRuns();
    this.#follow();
  }

  /** Functions between two matched neighbours that kept their order, as many before as after. */
  #matchRuns(): void {
    for (let n = 0; n < this.found.length; n++) {
      if (this.found[n]! >= 0) continue;
      const last = n === 0 ? -1 : this.found[n - 1]!;
      if (n > 0 && last < 0) continue;
      let end = n;
      while (end < this.found.length && this.found[end]! < 0) end++;
      const next = end < this.found.length ? this.found[end]! : this.#before.functionCount;
      if (next - last !== end - n + 1) continue;
      for (let step = 0; n + step < end; step++) this.#match(n + step, last + 1 + step);
    }
  }

  #match(n: number, then: number): void {
    if (!(n >= 0 && n < this.found.length && then >= 0 && then < this.#before.functionCount)) return;
    if (this.found[n] === then) return;
    if (this.#afterHashes[n] !== this.#beforeHashes[then]) return;
    // Two old functions of one body may have been folded into one.
    if (this.found[n]! >= 0 || this.#taken.has(then)) return;
    this.qualities[n] = this.#quality;
    this.found[n] = then;
    this.#taken.add(then);
    this.#waiting.push(n);
  }

  /** What two matched functions call matches too. */
  #follow(): void {
    for (let n = this.#waiting.pop(); n !== undefined; n = this.#waiting.pop()) {
      for (const [now, old] of pairs(this.#before, this.#after, this.found[n]!, n)) {
        if (old < 0) continue;
        const target = this.#after.targets[now]!;
        const then = this.#before.targets[old]!;
        if (target !== NO_TARGET && then !== NO_TARGET) this.#match(target, then);
      }
    }
  }
}

/** By hash the only function that has it, -1 where there are several. */
function only(hashes: readonly string[]): Map<string, number> {
  const found = new Map<string, number>();
  for (const [n, hash] of hashes.entries()) found.set(hash, found.has(hash) ? -1 : n);
  return found;
}
