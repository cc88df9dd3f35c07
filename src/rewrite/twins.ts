import { type CodeListing, functionOfEntry, NO_TARGET } from './code-listing.ts';

/** Calls of calls are compared this deep; functions that differ further down count as different. */
const MAXIMUM_DEPTH = 100;

/**
 * Which functions of one module do the same: equal instruction by instruction, but for calls of functions that are
 * twins themselves.
 */
export class Twins {
  readonly #listing: CodeListing;
  readonly #bytes: Uint8Array;
  /** By pair: whether they are twins; a pair that is being compared counts as twins (that is, bisimilar). */
  readonly #known = new Map<number, boolean>();

  constructor(listing: CodeListing) {
    this.#listing = listing;
    this.#bytes = listing.module.code!.toBytes();
  }

  /**
   * The place in function `other` of an entry of another function: the entry with the same number, `proven` if the two
   * are twins; the beginning of `other` where they are not alike.
   */
  entryIn(other: number, entry: number): { readonly offset: number; readonly proven: boolean } {
    const { first, offsets } = this.#listing;
    const owner = functionOfEntry(this.#listing, entry);
    const start = first[other]!;
    if (!this.#sameOpcodes(owner, other)) return { offset: offsets[start]!, proven: false };
    return { offset: offsets[start + entry - first[owner]!]!, proven: this.areTwins(owner, other) };
  }

  areTwins(one: number, other: number, depth = 0): boolean {
    if (one === other) return true;
    if (depth > MAXIMUM_DEPTH) return false;
    const key = Math.min(one, other) * 0x20_0000 + Math.max(one, other);
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    this.#known.set(key, true);
    const result = this.#sameOpcodes(one, other) && this.#sameCode(one, other, depth);
    this.#known.set(key, result);
    return result;
  }

  #sameOpcodes(one: number, other: number): boolean {
    const { first, opcodes } = this.#listing;
    const count = first[one + 1]! - first[one]!;
    if (count !== first[other + 1]! - first[other]!) return false;
    for (let n = 0; n < count; n++) if (opcodes[first[one]! + n] !== opcodes[first[other]! + n]) return false;
    return true;
  }

  /** Compares immediates; both functions have the same opcodes. */
  #sameCode(one: number, other: number, depth: number): boolean {
    const { first, targets } = this.#listing;
    const count = first[one + 1]! - first[one]!;
    for (let n = 0; n < count; n++) {
      const a = first[one]! + n;
      const b = first[other]! + n;
      const called = targets[a]!;
      if (called !== NO_TARGET && targets[b] !== NO_TARGET) {
        if (!this.areTwins(called, targets[b]!, depth + 1)) return false;
      } else if (!this.#sameBytes(a, b, n + 1 === count)) {
        return false;
      }
    }
    return true;
  }

  #sameBytes(a: number, b: number, last: boolean): boolean {
    // The last instruction is the body's `end`, which has no immediates.
    if (last) return true;
    const { offsets } = this.#listing;
    const size = offsets[a + 1]! - offsets[a]!;
    if (size !== offsets[b + 1]! - offsets[b]!) return false;
    for (let n = 0; n < size; n++) if (this.#bytes[offsets[a]! + n] !== this.#bytes[offsets[b]! + n]) return false;
    return true;
  }
}
