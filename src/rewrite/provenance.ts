import type { CodeOffset } from '../addresses.ts';
import { resized } from '../bytes/columns.ts';
import { QUALITY } from '../frames/quality.ts';
import type { CodeIdentity } from './code-identity.ts';

/** A span nobody knows the origin of. */
export const UNKNOWN = -1;
/** A span the optimizer made itself: it stands for no instruction of the old code. */
export const MADE = -2;

/**
 * Where the code of a module comes from: for each span of new code the old instruction, and the old call instructions
 * the optimizer inlined it through.
 *
 * Columns of numbers. A *link* is one step of such a chain: an old instruction, and the link of the call instruction
 * whose inlining brought it here (-1 where it was not inlined). A parent stands before its children, so that a loop
 * over the links meets each parent first and no chain can be endless.
 */
export interface Provenance {
  readonly before: CodeIdentity;
  readonly after: CodeIdentity;
  /** Where each span of new code begins (`CodeOffset`), ascending; it ends where the next one begins. */
  readonly starts: Uint32Array;
  /** The innermost link of each span, {@link UNKNOWN} or {@link MADE}. */
  readonly chains: Int32Array;
  /** How each span is known: an index into `QUALITIES` (`frames/quality`). */
  readonly qualities: Uint8Array;
  /** The old instruction of each link (`CodeOffset`). */
  readonly origins: Uint32Array;
  /** The link of the call instruction each link was inlined through, -1 for none; smaller than the link itself. */
  readonly parents: Int32Array;
  /** Further origins of merged spans: `candidateChains[n]` belongs to span `candidateSpans[n]`, ascending. */
  readonly candidateSpans: Uint32Array;
  readonly candidateChains: Int32Array;
}

/** The span an address falls into, -1 before the first one. */
export function findSpan(provenance: Provenance, address: CodeOffset): number {
  const { starts } = provenance;
  let low = -1;
  let high = starts.length;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (starts[middle]! <= address) low = middle;
    else high = middle;
  }
  return low;
}

/** The old addresses of a chain: the instruction, then the calls it was inlined through, innermost first. */
export function chainOf(provenance: Provenance, link: number): CodeOffset[] {
  const addresses: CodeOffset[] = [];
  for (let at = link; at >= 0; at = provenance.parents[at]!) addresses.push(provenance.origins[at]! as CodeOffset);
  return addresses;
}

/** The further chains of a merged span. */
export function candidatesOf(provenance: Provenance, span: number): number[] {
  const { candidateSpans, candidateChains } = provenance;
  let low = 0;
  let high = candidateSpans.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (candidateSpans[middle]! < span) low = middle + 1;
    else high = middle;
  }
  const chains: number[] = [];
  while (low < candidateSpans.length && candidateSpans[low] === span) chains.push(candidateChains[low++]!);
  return chains;
}

/** How many spans that have an origin are known so well: an index into `QUALITIES`. */
export function countSpans({ chains, qualities }: Provenance, quality: number): number {
  let count = 0;
  for (let span = 0; span < qualities.length; span++) if (chains[span]! >= 0 && qualities[span] === quality) count++;
  return count;
}

/** Puts a provenance together, in the order of the new code. */
export class ProvenanceBuilder {
  #starts = new Uint32Array(1024);
  #chains = new Int32Array(1024);
  #qualities = new Uint8Array(1024);
  #spans = 0;
  #origins = new Uint32Array(1024);
  #parents = new Int32Array(1024);
  #links = 0;
  readonly #candidateSpans: number[] = [];
  readonly #candidateChains: number[] = [];

  /** Spans added so far. */
  get spanCount(): number {
    return this.#spans;
  }

  /** Adds a link and answers its number; `parent` is -1 or a link that is there. */
  link(origin: number, parent: number): number {
    if (parent >= this.#links) throw new RangeError(`link ${parent} is not there yet`);
    if (this.#links === this.#origins.length) {
      this.#origins = resized(this.#origins, this.#links * 2);
      this.#parents = resized(this.#parents, this.#links * 2);
    }
    this.#origins[this.#links] = origin;
    this.#parents[this.#links] = parent;
    return this.#links++;
  }

  /** Adds a span; one that says the same as the span before it is swallowed by that, unless it has a chain. */
  span(start: number, chain: number, quality: number = QUALITY.exact): void {
    const last = this.#spans - 1;
    if (last >= 0 && this.#starts[last]! >= start) throw new RangeError(`span at ${start} is not behind the last one`);
    if (last >= 0 && this.#chains[last] === chain && this.#qualities[last] === quality) return;
    if (this.#spans === this.#starts.length) {
      this.#starts = resized(this.#starts, this.#spans * 2);
      this.#chains = resized(this.#chains, this.#spans * 2);
      this.#qualities = resized(this.#qualities, this.#spans * 2);
    }
    this.#starts[this.#spans] = start;
    this.#chains[this.#spans] = chain;
    this.#qualities[this.#spans++] = quality;
  }

  /** Adds a further origin of the last span. */
  candidate(chain: number): void {
    this.#candidateSpans.push(this.#spans - 1);
    this.#candidateChains.push(chain);
  }

  finish(before: CodeIdentity, after: CodeIdentity): Provenance {
    return {
      before,
      after,
      starts: this.#starts.slice(0, this.#spans),
      chains: this.#chains.slice(0, this.#spans),
      qualities: this.#qualities.slice(0, this.#spans),
      origins: this.#origins.slice(0, this.#links),
      parents: this.#parents.slice(0, this.#links),
      candidateSpans: Uint32Array.from(this.#candidateSpans),
      candidateChains: Int32Array.from(this.#candidateChains),
    };
  }
}
