import { FormatError } from '../errors.ts';
import { QUALITY } from '../frames/quality.ts';
import { sameCode } from './code-identity.ts';
import { candidatesOf, findSpan, MADE, type Provenance, ProvenanceBuilder, UNKNOWN } from './provenance.ts';

/**
 * One provenance for two tool runs one after the other: `first` from A to B, `second` from B to C.
 *
 * Each step of a chain in B is itself a chain in A; they follow one another. The weakest quality on the way holds.
 *
 * @throws FormatError `bad-value` where `second` does not start from the code `first` ends with.
 */
export function chainProvenances(first: Provenance, second: Provenance): Provenance {
  if (!sameCode(first.after, second.before)) {
    throw new FormatError(
      'bad-value',
      'provenance',
      0,
      'provenance that starts from other code than the last one made',
    );
  }
  const out = new ProvenanceBuilder();
  const resolver = new Resolver(first, second, out);
  const { starts, chains, qualities } = second;
  for (let span = 0; span < starts.length; span++) {
    const chain = chains[span]!;
    if (chain < 0) {
      out.span(starts[span]!, chain);
      continue;
    }
    const resolved = resolver.resolve(chain);
    out.span(
      starts[span]!,
      resolved,
      resolved < 0 ? QUALITY.exact : Math.max(qualities[span]!, resolver.quality(chain)),
    );
    if (resolved < 0) continue;
    for (const other of candidatesOf(second, span)) {
      const candidate = resolver.resolve(other);
      if (candidate >= 0) out.candidate(candidate);
    }
    for (const candidate of resolver.candidates(chain)) out.candidate(candidate);
  }
  return out.finish(first.before, second.after);
}

/** Links of the second provenance as links of the result. */
class Resolver {
  readonly #first: Provenance;
  readonly #second: Provenance;
  readonly #out: ProvenanceBuilder;
  /** By link of the second: the link of the result, -1 or -2; and the weakest quality on the chain. */
  readonly #resolved: Int32Array;
  readonly #qualities: Uint8Array;
  /** Of calls: by link of the first and link of the result it hangs below, the link of the result. */
  readonly #calls = new Map<number, number>();

  constructor(first: Provenance, second: Provenance, out: ProvenanceBuilder) {
    this.#first = first;
    this.#second = second;
    this.#out = out;
    this.#resolved = new Int32Array(second.origins.length);
    this.#qualities = new Uint8Array(second.origins.length);
    // A parent stands before its children.
    for (let link = 0; link < second.origins.length; link++) this.#step(link);
  }

  resolve(link: number): number {
    return this.#resolved[link]!;
  }

  quality(link: number): number {
    return this.#qualities[link]!;
  }

  /** What the first provenance knows besides, of the innermost instruction. */
  candidates(link: number): number[] {
    const span = findSpan(this.#first, this.#second.origins[link]! as never);
    if (span < 0 || this.#first.qualities[span] !== QUALITY.merged) return [];
    const parent = this.#parentOf(link);
    return candidatesOf(this.#first, span).map((chain) => this.#copy(chain, parent));
  }

  #parentOf(link: number): number {
    const parent = this.#second.parents[link]!;
    return parent < 0 ? -1 : this.#resolved[parent]!;
  }

  #step(link: number): void {
    const parent = this.#second.parents[link]!;
    const above = parent < 0 ? -1 : this.#resolved[parent]!;
    const span = findSpan(this.#first, this.#second.origins[link]! as never);
    const chain = span < 0 ? UNKNOWN : this.#first.chains[span]!;
    if (chain < 0 || (parent >= 0 && above < 0)) {
      // A chain with a step missing would show frames that call each other nowhere.
      this.#resolved[link] = chain === MADE ? MADE : UNKNOWN;
      return;
    }
    this.#resolved[link] = this.#copy(chain, above);
    const own = this.#first.qualities[span]!;
    this.#qualities[link] = parent < 0 ? own : Math.max(own, this.#qualities[parent]!);
  }

  /**
   * The link `chain` of the first provenance below `above` of the result. Each link of the second asks once; what is
   * shared are the calls above.
   */
  #copy(chain: number, above: number): number {
    const { origins, parents } = this.#first;
    const parent = parents[chain]!;
    return this.#out.link(origins[chain]!, parent < 0 ? above : this.#shared(parent, above));
  }

  #shared(chain: number, above: number): number {
    const key = chain * 0x8000_0000 + (above + 1);
    let link = this.#calls.get(key);
    if (link === undefined) this.#calls.set(key, (link = this.#copy(chain, above)));
    return link;
  }
}
