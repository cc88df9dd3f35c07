import { resized } from '../../bytes/columns.ts';
import type { LineRows } from '../model/line-row.ts';

/**
 * Room for the rows that a line program makes, a column each: `LineMachine` writes the columns up to `capacity` and
 * says in `count` how many rows it filled.
 */
export class LineRowBuffer {
  capacity: number;
  count = 0;
  /** `Float64Array` from the first address on that needs more than 32 bits. */
  addresses: Uint32Array | Float64Array;
  files: Uint32Array;
  lines: Uint32Array;
  columns: Uint32Array;
  discriminators: Uint32Array;
  /** `LINE_FLAG` in the low byte, then the instruction set and the operation's index in a byte each. */
  flags: Uint32Array;
  /** Of each sequence its first row, the row after its last, its first address and its end. */
  readonly sequences: number[] = [];

  constructor(capacity: number) {
    this.capacity = capacity;
    this.addresses = new Uint32Array(capacity);
    this.files = new Uint32Array(capacity);
    this.lines = new Uint32Array(capacity);
    this.columns = new Uint32Array(capacity);
    this.discriminators = new Uint32Array(capacity);
    this.flags = new Uint32Array(capacity);
  }

  /** Empties it; the room stays. */
  clear(): void {
    this.count = 0;
    this.sequences.length = 0;
    if (this.addresses instanceof Float64Array) this.addresses = new Uint32Array(this.capacity);
  }

  /** Doubles the room. */
  grow(): void {
    const capacity = this.capacity * 2;
    this.capacity = capacity;
    this.addresses = resized(this.addresses, capacity);
    this.files = resized(this.files, capacity);
    this.lines = resized(this.lines, capacity);
    this.columns = resized(this.columns, capacity);
    this.discriminators = resized(this.discriminators, capacity);
    this.flags = resized(this.flags, capacity);
  }

  /** Makes room for addresses of more than 32 bits; `count` rows are filled. */
  widen(count: number): Float64Array {
    const addresses = new Float64Array(this.capacity);
    addresses.set(this.addresses.subarray(0, count));
    this.addresses = addresses;
    return addresses;
  }

  /** The rows, in columns of their own. */
  toRows(): LineRows {
    const { count, sequences } = this;
    const sequenceCount = sequences.length / 4;
    const firstRows = new Uint32Array(sequenceCount);
    const endRows = new Uint32Array(sequenceCount);
    const starts = new Float64Array(sequenceCount);
    const ends = new Float64Array(sequenceCount);
    for (let index = 0, at = 0; index < sequenceCount; index++) {
      firstRows[index] = sequences[at++]!;
      endRows[index] = sequences[at++]!;
      starts[index] = sequences[at++]!;
      ends[index] = sequences[at++]!;
    }
    // One allocation for all columns: they are made, and go, together.
    const buffer = new ArrayBuffer(count * (this.addresses.BYTES_PER_ELEMENT + 17));
    let used = 0;
    const place = (column: Uint32Array): Uint32Array => {
      const result = new Uint32Array(buffer, used, count);
      result.set(column.subarray(0, count));
      used += result.byteLength;
      return result;
    };
    let addresses: Uint32Array | Float64Array;
    if (this.addresses instanceof Float64Array) {
      addresses = new Float64Array(buffer, 0, count);
      addresses.set(this.addresses.subarray(0, count));
      used = addresses.byteLength;
    } else {
      addresses = place(this.addresses);
    }
    const files = place(this.files);
    const lines = place(this.lines);
    const columns = place(this.columns);
    const discriminators = place(this.discriminators);
    const flags = new Uint8Array(buffer, used, count);
    // The low byte alone.
    flags.set(this.flags.subarray(0, count));
    return {
      count,
      addresses,
      files,
      lines,
      columns,
      discriminators,
      flags,
      sequences: { count: sequenceCount, firstRows, endRows, starts, ends },
    };
  }
}
