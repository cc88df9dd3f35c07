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

/**
 * Room for the columns of a unit, which grows while its entries are walked and is used again for the next unit: typed
 * arrays, which no garbage collector has to look through.
 */
export class SubroutineColumns {
  count = 0;
  offsets: Uint32Array = new Uint32Array(64);
  inlined: Uint8Array = new Uint8Array(64);
  parents: Int32Array = new Int32Array(64);
  lowPcs: Float64Array = new Float64Array(64);
  origins: Float64Array = new Float64Array(64);
  named: Uint8Array = new Uint8Array(64);
  callFiles: Int32Array = new Int32Array(64);
  callLines: Int32Array = new Int32Array(64);
  callColumns: Int32Array = new Int32Array(64);
  discriminators: Float64Array = new Float64Array(64);
  ranges: Float64Array = new Float64Array(192);
  #rangeSize = 0;

  /** The index of a new row, for which there is room. */
  add(): number {
    if (this.count === this.offsets.length) this.#grow();
    return this.count++;
  }

  addRange(start: number, end: number, owner: number): void {
    if (this.#rangeSize === this.ranges.length) this.ranges = grown(this.ranges);
    this.ranges[this.#rangeSize++] = start;
    this.ranges[this.#rangeSize++] = end;
    this.ranges[this.#rangeSize++] = owner;
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
      ranges: this.ranges.slice(0, this.#rangeSize),
    };
  }

  #grow(): void {
    this.offsets = grown(this.offsets);
    this.inlined = grown(this.inlined);
    this.parents = grown(this.parents);
    this.lowPcs = grown(this.lowPcs);
    this.origins = grown(this.origins);
    this.named = grown(this.named);
    this.callFiles = grown(this.callFiles);
    this.callLines = grown(this.callLines);
    this.callColumns = grown(this.callColumns);
    this.discriminators = grown(this.discriminators);
  }
}

function grown<Column extends Float64Array | Int32Array | Uint32Array | Uint8Array>(column: Column): Column {
  const larger = new (column.constructor as new (length: number) => Column)(column.length * 2);
  larger.set(column);
  return larger;
}
