import { FormatError } from '../errors.ts';
import { decodeUtf8 } from './text.ts';
import type { Window } from './window.ts';

/** How far ahead a reader makes bytes present. */
const AHEAD = 4096;

/** Values of 2^53 and more are not exact as numbers; these say how a 64-bit tombstone looks as one. */
const TWO_32 = 0x1_0000_0000;

/**
 * A position in a window, and a reading of what stands there, little-endian.
 *
 * Every method moves on past what it read, and throws a `FormatError` `unexpected-end` that names the section and the
 * offset where there are not enough bytes.
 */
export class ByteReader {
  readonly window: Window;
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  readonly #base: number;
  /** Absolute in the file image. */
  #position: number;
  /** Up to here the bytes are known to be present and inside the window; absolute. */
  #present: number;
  readonly #end: number;

  constructor(window: Window, offset: number = window.start) {
    this.window = window;
    this.#bytes = window.bytes;
    this.#view = window.view;
    this.#base = window.base;
    this.#end = window.base + window.end;
    this.#position = window.base + offset;
    this.#present = this.#position;
    if (!(offset >= window.start && offset <= window.end)) {
      throw new FormatError('bad-offset', window.section, offset, `offset outside of ${window.size} bytes`);
    }
  }

  /** The offset of the next byte, from the start of the section. */
  get offset(): number {
    return this.#position - this.#base;
  }

  /** Bytes left in the window. */
  get left(): number {
    return this.#end - this.#position;
  }

  /** Whether the window is used up. */
  get done(): boolean {
    return this.#position >= this.#end;
  }

  /** An error at the next byte, or at `offset`. */
  error(code: FormatError['code'], detail: string, offset: number = this.offset): FormatError {
    return new FormatError(code, this.window.section, offset, detail);
  }

  /** Goes on at `offset`, from the start of the section. */
  seek(offset: number): void {
    if (!(offset >= this.window.start && offset <= this.window.end)) {
      throw new FormatError('bad-offset', this.window.section, offset, `offset outside of ${this.window.size} bytes`);
    }
    this.#position = this.#base + offset;
    this.#present = this.#position;
  }

  /** Leaves out `size` bytes. */
  skip(size: number): void {
    if (!(size >= 0 && size <= this.left)) throw this.#short(size);
    this.#position += size;
    if (this.#present < this.#position) this.#present = this.#position;
  }

  u8(): number {
    if (this.#position >= this.#present) this.#need(1);
    return this.#bytes[this.#position++]!;
  }

  i8(): number {
    return (this.u8() << 24) >> 24;
  }

  u16(): number {
    const at = this.#take(2);
    return this.#view.getUint16(at, true);
  }

  u24(): number {
    const at = this.#take(3);
    return this.#view.getUint16(at, true) | (this.#bytes[at + 2]! << 16);
  }

  u32(): number {
    const at = this.#take(4);
    return this.#view.getUint32(at, true);
  }

  i32(): number {
    const at = this.#take(4);
    return this.#view.getInt32(at, true);
  }

  /** 64 bits as a number: exact below 2^53. */
  u64(): number {
    const at = this.#take(8);
    return this.#view.getUint32(at, true) + this.#view.getUint32(at + 4, true) * TWO_32;
  }

  /** All 64 bits, for hashes and signatures. */
  u64Bits(): bigint {
    const at = this.#take(8);
    return this.#view.getBigUint64(at, true);
  }

  /** An unsigned integer of 1, 2, 3, 4 or 8 bytes. */
  unsigned(size: number): number {
    switch (size) {
      case 1:
        return this.u8();
      case 2:
        return this.u16();
      case 3:
        return this.u24();
      case 4:
        return this.u32();
      case 8:
        return this.u64();
      default:
        throw this.error('bad-value', `integer of ${size} bytes`);
    }
  }

  /**
   * A target address of `size` bytes. The largest two values come back as -1 and -2 whatever the size: linkers write
   * them where the code is gone (see `dwarf/model/tombstones`).
   */
  address(size: number): number {
    switch (size) {
      case 4: {
        const value = this.u32();
        return value >= 0xffff_fffe ? value - TWO_32 : value;
      }
      case 8: {
        const at = this.#take(8);
        const low = this.#view.getUint32(at, true);
        const high = this.#view.getUint32(at + 4, true);
        return high === 0xffff_ffff && low >= 0xffff_fffe ? low - TWO_32 : low + high * TWO_32;
      }
      case 2: {
        const value = this.u16();
        return value >= 0xfffe ? value - 0x1_0000 : value;
      }
      default:
        throw this.error('bad-value', `address size of ${size}`);
    }
  }

  /**
   * An unsigned LEB128 of up to 64 bits as a number: exact below 2^53.
   *
   * @throws FormatError `bad-value` where bits beyond the 64th are set.
   */
  uleb(): number {
    if (this.#position >= this.#present) this.#need(1);
    let byte = this.#bytes[this.#position++]!;
    if (byte < 0x80) return byte;
    const start = this.#position - 1;
    let value = byte & 0x7f;
    let shift = 7;
    do {
      if (this.#position >= this.#present) this.#need(1);
      byte = this.#bytes[this.#position++]!;
      const bits = byte & 0x7f;
      if (shift < 28) value |= bits << shift;
      else if (shift < 63 || (shift === 63 && bits <= 1)) value += bits * 2 ** shift;
      else if (bits !== 0) throw this.error('bad-value', 'LEB128 of more than 64 bits', start - this.#base);
      shift += 7;
    } while (byte >= 0x80);
    return value;
  }

  /**
   * A signed LEB128 of up to 64 bits as a number: exact between -2^53 and 2^53.
   *
   * @throws FormatError `bad-value` where it does not fit 64 bits.
   */
  sleb(): number {
    const start = this.#position;
    // Two halves: each stays exact, and so does a small negative number written with all ten bytes.
    let low = 0;
    let high = 0;
    let shift = 0;
    let byte: number;
    do {
      if (this.#position >= this.#present) this.#need(1);
      byte = this.#bytes[this.#position++]!;
      const bits = byte & 0x7f;
      if (shift < 28) low |= bits << shift;
      else if (shift < 63) high += bits * 2 ** (shift - 28);
      else if (shift === 63 ? bits !== 0 && bits !== 0x7f : bits !== (high >= 2 ** 35 ? 0x7f : 0)) {
        throw this.error('bad-value', 'LEB128 of more than 64 bits', start - this.#base);
      } else if (shift === 63) {
        high += (bits & 1) * 2 ** 35;
      }
      shift += 7;
    } while (byte >= 0x80);
    if ((byte & 0x40) !== 0) {
      if (shift <= 28) return low - 2 ** shift;
      // The sign goes on from the last bit that was read; from the 64th on it is there already.
      high -= 2 ** (Math.min(shift, 64) - 28);
    }
    return high * 2 ** 28 + low;
  }

  /** `length` bytes, without copying them. */
  take(length: number): Uint8Array {
    if (!(length >= 0 && length <= this.left)) throw this.#short(length);
    const at = this.#take(length);
    return this.#bytes.subarray(at, at + length);
  }

  /** A UTF-8 text of `length` bytes. */
  text(length: number): string {
    if (!(length >= 0 && length <= this.left)) throw this.#short(length);
    const at = this.#take(length);
    return decodeUtf8(this.#bytes, at, at + length);
  }

  /** A UTF-8 text that ends with a zero byte. */
  cstring(): string {
    if (this.done) throw this.#short(1);
    const end = this.window.stringEnd(this.offset);
    const text = decodeUtf8(this.#bytes, this.#position, this.#base + end);
    this.seek(end + 1);
    return text;
  }

  /** Leaves out a text that ends with a zero byte. */
  skipCstring(): void {
    if (this.done) throw this.#short(1);
    this.seek(this.window.stringEnd(this.offset) + 1);
  }

  /** The next `length` bytes as a window of their own; this reader goes on after them. */
  part(length: number): Window {
    if (!(length >= 0 && length <= this.left)) throw this.#short(length);
    const start = this.offset;
    this.skip(length);
    return this.window.part(start, start + length);
  }

  #take(size: number): number {
    const at = this.#position;
    if (at + size > this.#present) this.#need(size);
    this.#position = at + size;
    return at;
  }

  /** Makes `size` bytes and some more present, or throws. */
  #need(size: number): void {
    const to = this.#position + size;
    if (to > this.#end) throw this.#short(size);
    const present = Math.min(Math.max(to, this.#position + AHEAD), this.#end);
    this.window.load(this.#position - this.#base, present - this.#base);
    this.#present = present;
  }

  #short(size: number): FormatError {
    const needed = size === 1 ? '1 byte' : `${size} bytes`;
    return this.error('unexpected-end', `${needed} needed, ${Math.max(0, this.left)} left`);
  }
}
