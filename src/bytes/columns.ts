/** Numbers of one kind, an element each. */
export type Column = Uint8Array | Uint16Array | Int32Array | Uint32Array | Float64Array;

/** A copy with another length: as much as both hold, and zeros behind it. */
export function resized<Kind extends Column>(column: Kind, length: number): Kind {
  const result = new (column.constructor as new (length: number) => Kind)(length);
  result.set(column.length > length ? (column.subarray(0, length) as Kind) : column);
  return result;
}

/**
 * Columns that grow together, a row at a time: typed arrays, which no garbage collector has to look through.
 *
 * A subclass has them as fields, each as long as `capacity` at first; there are no other typed arrays among its fields.
 */
export abstract class GrowingColumns {
  /** Rows in use. */
  count = 0;
  /** Rows there is room for. */
  capacity: number;

  constructor(capacity: number) {
    this.capacity = capacity;
  }

  /** The index of a new row, whose columns may hold anything. */
  add(): number {
    if (this.count === this.capacity) this.#resize(this.count * 2);
    return this.count++;
  }

  /** Gives back the room that is not in use. */
  trim(): void {
    this.#resize(this.count);
  }

  #resize(capacity: number): void {
    this.capacity = capacity;
    const columns = this as unknown as Record<string, unknown>;
    for (const [name, column] of Object.entries(columns)) {
      if (ArrayBuffer.isView(column)) columns[name] = resized(column as Column, capacity);
    }
  }
}
