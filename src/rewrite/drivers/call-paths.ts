import { type CodeListing, NO_TARGET, ownersOf } from '../code-listing.ts';

/** A way from one function down to another: the call instructions (entries), outermost first. */
export type CallPath = readonly number[];

/** More ways than these are not told apart. */
const MAXIMUM_PATHS = 8;
/** How deep inlined calls are looked for. */
const MAXIMUM_DEPTH = 12;
/** How many calls are looked at for one pair of functions; what is not found by then counts as ambiguous. */
const MAXIMUM_STEPS = 20_000;

/** The ways between two functions through direct calls. */
export interface CallPaths {
  readonly paths: readonly CallPath[];
  /** Whether these are all ways there are. */
  readonly complete: boolean;
}

/** The static call graph of a module, asked for the ways between two functions. */
export class CallGraph {
  readonly #targets: Int32Array;
  readonly #owners: Uint32Array;
  /** By function: where its callers begin in `#calls`. */
  readonly #first: Uint32Array;
  readonly #calls: Uint32Array;
  readonly #known = new Map<number, CallPaths>();
  readonly #mayBeInlined: Uint8Array | undefined;

  /** @param mayBeInlined by function, whether ways may lead into it. */
  constructor(listing: CodeListing, mayBeInlined?: Uint8Array) {
    this.#mayBeInlined = mayBeInlined;
    const { targets, functionCount } = listing;
    this.#targets = targets;
    this.#owners = ownersOf(listing);
    this.#first = new Uint32Array(functionCount + 1);
    for (const target of targets) if (target !== NO_TARGET) this.#first[target + 1]!++;
    for (let n = 0; n < functionCount; n++) this.#first[n + 1]! += this.#first[n]!;
    this.#calls = new Uint32Array(this.#first[functionCount]!);
    const next = this.#first.slice();
    for (let entry = 0; entry < targets.length; entry++) {
      const target = targets[entry]!;
      if (target !== NO_TARGET) this.#calls[next[target]!++] = entry;
    }
  }

  /** The function an entry calls. */
  targetOf(call: number): number {
    return this.#targets[call]!;
  }

  /** The function an entry belongs to. */
  ownerOf(entry: number): number {
    return this.#owners[entry]!;
  }

  /** The ways from a call in `outer` down to the body of `inner`, in the order of the first call. */
  paths(outer: number, inner: number): CallPaths {
    const key = outer * 0x20_0000 + inner;
    let found = this.#known.get(key);
    if (found === undefined) this.#known.set(key, (found = this.#search(outer, inner)));
    return found;
  }

  #search(outer: number, inner: number): CallPaths {
    const paths: CallPath[] = [];
    let steps = 0;
    let complete = true;
    // From the inner function upwards: most functions are called from few places.
    const climb = (callee: number, below: readonly number[]): void => {
      if (this.#mayBeInlined?.[callee] === 0) return;
      if (below.length === MAXIMUM_DEPTH) {
        complete = false;
        return;
      }
      for (let n = this.#first[callee]!; n < this.#first[callee + 1]!; n++) {
        if (++steps > MAXIMUM_STEPS || paths.length > MAXIMUM_PATHS) {
          complete = false;
          return;
        }
        const call = this.#calls[n]!;
        const caller = this.#owners[call]!;
        const path = [call, ...below];
        if (caller === outer) paths.push(path);
        // A function that stands in itself: there are as many ways as somebody cares to unroll.
        else if (caller === inner || below.some((entry) => this.#owners[entry] === caller)) complete = false;
        else climb(caller, path);
      }
    };
    climb(inner, []);
    paths.sort((a, b) => a[0]! - b[0]!);
    return { paths, complete };
  }
}
