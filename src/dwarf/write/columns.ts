import { resized } from '../../bytes/columns.ts';

/** Integers of 32 bits, as many as are added. */
export class IntColumn {
  data: Int32Array;
  count = 0;

  constructor(capacity = 1024) {
    this.data = new Int32Array(capacity);
  }

  /** Adds a number and answers its index. */
  push(value: number): number {
    if (this.count === this.data.length) this.data = resized(this.data, this.count * 2);
    this.data[this.count] = value;
    return this.count++;
  }
}

/** Numbers, as many as are added. */
export class NumberColumn {
  data: Float64Array;
  count = 0;

  constructor(capacity = 1024) {
    this.data = new Float64Array(capacity);
  }

  /** Adds a number and answers its index. */
  push(value: number): number {
    if (this.count === this.data.length) this.data = resized(this.data, this.count * 2);
    this.data[this.count] = value;
    return this.count++;
  }
}
