import { GrowingColumns, resized } from '../../bytes/columns.ts';

/** What a subroutine's columns hold where its entry does not say. */
export const NONE = -1;

/**
 * The functions and inlined calls of a unit that have code, a column each, in the order of their entries: parents before
 * children. Declarations and abstract instances, by far the most, are not among them.
 */
export interface Subroutines {
  readonly count: number;
  /** Where the entry starts in its section, which a wasm file holds in 32 bits. */
  readonly offsets: Uint32Array;
  /** 1 for `DW_TAG_inlined_subroutine`, 0 for `DW_TAG_subprogram`. */
  readonly inlined: Uint8Array;
  /** The nearest function or inlined call around, -1 where there is none. */
  readonly parents: Int32Array;
  /** `DW_AT_low_pc`, -1 where there is none. */
  readonly lowPcs: Float64Array;
  /** `DW_AT_abstract_origin`, else `DW_AT_specification`: an offset in the section; -1 none, -2 elsewhere. */
  readonly origins: Float64Array;
  /** 1 where the entry has a name or a declaration of its own, which count before its origin's. */
  readonly named: Uint8Array;
  /** Numbers of files, lines, columns and discriminators of the call; -1 where the entry does not say. */
  readonly callFiles: Int32Array;
  readonly callLines: Int32Array;
  readonly callColumns: Int32Array;
  readonly discriminators: Float64Array;
  /** Start, end and index of the owner of each range of code, in the order of the entries. */
  readonly ranges: Float64Array;
}

/** Room for the columns of a unit, which grows while its entries are walked and is used again for the next unit. */
export class SubroutineColumns extends GrowingColumns {
  offsets: Uint32Array = new Uint32Array(this.capacity);
  inlined: Uint8Array = new Uint8Array(this.capacity);
  parents: Int32Array = new Int32Array(this.capacity);
  lowPcs: Float64Array = new Float64Array(this.capacity);
  origins: Float64Array = new Float64Array(this.capacity);
  named: Uint8Array = new Uint8Array(this.capacity);
  callFiles: Int32Array = new Int32Array(this.capacity);
  callLines: Int32Array = new Int32Array(this.capacity);
  callColumns: Int32Array = new Int32Array(this.capacity);
  discriminators: Float64Array = new Float64Array(this.capacity);
  /** Not one a row: start, end and owner of each range. */
  #ranges: Float64Array = new Float64Array(192);
  #rangeSize = 0;

  constructor() {
    super(64);
  }

  addRange(start: number, end: number, owner: number): void {
    if (this.#rangeSize === this.#ranges.length) this.#ranges = resized(this.#ranges, this.#rangeSize * 2);
    this.#ranges[this.#rangeSize++] = start;
    this.#ranges[this.#rangeSize++] = end;
    this.#ranges[this.#rangeSize++] = owner;
  }

  /** Empties it, the room stays. */
  clear(): void {
    this.count = 0;
    this.#rangeSize = 0;
  }

  /** Columns of their own, without the room that was not needed. */
  toSubroutines(): Subroutines {
    const { count } = this;
    return {
      count,
      offsets: this.offsets.slice(0, count),
      inlined: this.inlined.slice(0, count),
      parents: this.parents.slice(0, count),
      lowPcs: this.lowPcs.slice(0, count),
      origins: this.origins.slice(0, count),
      named: this.named.slice(0, count),
      callFiles: this.callFiles.slice(0, count),
      callLines: this.callLines.slice(0, count),
      callColumns: this.callColumns.slice(0, count),
      discriminators: this.discriminators.slice(0, count),
      ranges: this.#ranges.slice(0, this.#rangeSize),
    };
  }
}
