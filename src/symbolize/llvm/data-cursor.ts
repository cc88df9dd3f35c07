import type { Window } from '../../bytes/window.ts';

/**
 * Reads as LLVM's `DataExtractor` with a `Cursor` does: the first failure is kept in its words, nothing moves after it,
 * and what is read is 0. `size` is where the data ends, from the start of the section.
 */
export class DataCursor {
  readonly #window: Window;
  at: number;
  size: number;
  failure: string | undefined;

  constructor(window: Window, at: number) {
    this.#window = window;
    this.at = at;
    this.size = window.end;
  }

  u8(): number {
    return this.unsigned(1);
  }

  u16(): number {
    return this.unsigned(2);
  }

  u32(): number {
    return this.unsigned(4);
  }

  unsigned(size: number): number {
    if (!this.#has(size)) return 0;
    let value = 0;
    for (let index = size - 1; index >= 0; index--) value = value * 256 + this.#byte(this.at + index);
    this.at += size;
    return value;
  }

  uleb(): number {
    return this.#leb('uleb128');
  }

  /** Only stepped over. */
  sleb(): void {
    this.#leb('sleb128');
  }

  skip(size: number): void {
    if (this.#has(size)) this.at += size;
  }

  /** Steps over a string that ends with a zero, and answers its length. */
  cstring(): number {
    if (this.failure !== undefined) return 0;
    for (let at = this.at; at < this.size; at++) {
      if (this.#byte(at) !== 0) continue;
      const length = at - this.at;
      this.at = at + 1;
      return length;
    }
    this.failure = `no null terminated string at offset ${hex(this.at)}`;
    return 0;
  }

  #leb(kind: string): number {
    if (this.failure !== undefined) return 0;
    let value = 0;
    let scale = 1;
    for (let at = this.at; ; at++) {
      if (at >= this.size) {
        this.failure = `unable to decode LEB128 at offset ${hex8(this.at)}: malformed ${kind}, extends past end`;
        return 0;
      }
      const byte = this.#byte(at);
      value += (byte & 0x7f) * scale;
      scale *= 128;
      if (byte >= 0x80) continue;
      this.at = at + 1;
      return value;
    }
  }

  #has(size: number): boolean {
    if (this.failure !== undefined) return false;
    if (this.at + size <= this.size && (size > 0 || this.at <= this.size)) return true;
    this.failure =
      this.at <= this.size
        ? `unexpected end of data at offset ${hex(this.size)} while reading [${hex(this.at)}, ${hex(this.at + size)})`
        : `offset ${hex(this.at)} is beyond the end of data at ${hex(this.size)}`;
    return false;
  }

  #byte(at: number): number {
    const window = this.#window;
    window.load(at, at + 1);
    return window.bytes[window.base + at]!;
  }
}

/** `0x1f`. */
export function hex(value: number): string {
  return `0x${value.toString(16)}`;
}

/** `0x0000001f`, as LLVM writes most offsets. */
export function hex8(value: number): string {
  return `0x${value.toString(16).padStart(8, '0')}`;
}

/** `0x1f`, at least two digits. */
export function hex2(value: number): string {
  return `0x${value.toString(16).padStart(2, '0')}`;
}
