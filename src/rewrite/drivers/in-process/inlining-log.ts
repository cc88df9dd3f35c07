/** What to do at the moments of inlining. */
export interface InliningMoments {
  /** Calls that are about to be inlined still stand there. */
  before(): void;
  /** They were replaced, and nothing was optimized yet. */
  after(): void;
}

/** What to do around `merge-similar-functions`. */
export interface MergingMoments {
  /** It may be the next pass that runs. */
  before(): void;
  after(): void;
}

/** The list of passes begins, or the pass that stands before that one at every level that has it is done. */
const BEFORE_MERGING = /running passes$|running pass: duplicate-import-elimination\.\.\. +[\d.e+-]+ seconds/;
const MERGED = /running pass: merge-similar-functions\.\.\. +[\d.e+-]+ seconds/;
const STARTED = /running pass: inlining(-optimizing)?\.\.\./;
const NESTED = 'running nested passes';
const UNNAMED_DONE = /running pass: \.\.\. +[\d.e+-]+ seconds/;
const NESTED_DONE = /nested passes took/;
const DONE = /^[\d.e+-]+ seconds\.?$/;

/**
 * Follows the log of Binaryen's passes through the rounds of inlining, and to where similar functions are merged.
 *
 * A round is three runs of nested passes: one looks at all functions, one plans, and the third inlines with its first
 * pass, which has no name, and then optimizes where it inlined. A line is printed when it is full: `running nested
 * passes` before the pass that inlines runs, that pass's own line when it has run.
 */
export class InliningLog {
  readonly #moments: InliningMoments;
  readonly #merging: MergingMoments | undefined;
  #inlining = false;
  #nested = 0;
  #waiting = false;

  constructor(moments: InliningMoments, merging?: MergingMoments) {
    this.#moments = moments;
    this.#merging = merging;
  }

  line(line: string): void {
    if (BEFORE_MERGING.test(line)) this.#merging?.before();
    else if (MERGED.test(line)) this.#merging?.after();
    if (STARTED.test(line)) {
      this.#inlining = true;
      this.#nested = 0;
    }
    if (!this.#inlining) return;
    if (line.includes(NESTED)) {
      this.#nested++;
      this.#waiting = this.#nested % 3 === 0;
      if (this.#waiting) this.#moments.before();
    } else if (this.#waiting && UNNAMED_DONE.test(line)) {
      this.#waiting = false;
      this.#moments.after();
    } else if (!NESTED_DONE.test(line) && DONE.test(line)) {
      this.#inlining = false;
    }
  }
}
