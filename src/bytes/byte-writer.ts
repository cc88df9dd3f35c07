import { encodeUtf8 } from './text.ts';

const TWO_32 = 0x1_0000_0000;

/**
 * Bytes put together, little-endian: the mirror of `ByteReader`.
 *
 * Values that do not fit their field throw a `RangeError`: they are the caller's mistake, not the input's.
 */
export class ByteWriter {
  #bytes: Uint8Array<ArrayBuffer>;
  #view: DataView;
  #size = 0;

  constructor(capacity = 256) {
    this.#bytes = new Uint8Array(capacity);
    this.#view = new DataView(this.#bytes.buffer);
  }

  /** Bytes written so far: the offset of the next one. */
  get size(): number {
    return this.#size;
  }

  u8(value: number): this {
    checked(value, 0xff);
    // First the room: making it may replace the view.
    const at = this.#reserve(1);
    this.#view.setUint8(at, value);
    return this;
  }

  i8(value: number): this {
    if (!(value >= -0x80 && value < 0x80)) throw new RangeError(`${value} does not fit a signed byte`);
    return this.u8(value & 0xff);
  }

  u16(value: number): this {
    checked(value, 0xffff);
    const at = this.#reserve(2);
    this.#view.setUint16(at, value, true);
    return this;
  }

  u24(value: number): this {
    checked(value, 0xff_ffff);
    return this.u16(value & 0xffff).u8(value >>> 16);
  }

  u32(value: number): this {
    checked(value, 0xffff_ffff);
    const at = this.#reserve(4);
    this.#view.setUint32(at, value, true);
    return this;
  }

  /** 64 bits from a number below 2^53. */
  u64(value: number): this {
    checked(value, Number.MAX_SAFE_INTEGER);
    const at = this.#reserve(8);
    this.#view.setUint32(at, value % TWO_32, true);
    this.#view.setUint32(at + 4, Math.floor(value / TWO_32), true);
    return this;
  }

  u64Bits(value: bigint): this {
    const at = this.#reserve(8);
    this.#view.setBigUint64(at, value, true);
    return this;
  }

  /** An unsigned integer of 1, 2, 3, 4 or 8 bytes. */
  unsigned(value: number, size: number): this {
    switch (size) {
      case 1:
        return this.u8(value);
      case 2:
        return this.u16(value);
      case 3:
        return this.u24(value);
      case 4:
        return this.u32(value);
      case 8:
        return this.u64(value);
      default:
        throw new RangeError(`integer of ${size} bytes`);
    }
  }

  /** A target address of `size` bytes; -1 and -2 are the tombstones of that size. */
  address(value: number, size: number): this {
    if (value !== -1 && value !== -2) return this.unsigned(value, size);
    const low = value + TWO_32;
    if (size === 2) return this.u16(low & 0xffff);
    this.u32(low);
    return size === 8 ? this.u32(0xffff_ffff) : this;
  }

  /** An unsigned LEB128; `padding` is the least number of bytes it takes. */
  uleb(value: number, padding = 1): this {
    checked(value, Number.MAX_SAFE_INTEGER);
    let rest = value;
    for (let count = 1; ; count++) {
      const bits = rest % 128;
      rest = Math.floor(rest / 128);
      if (rest === 0 && count >= padding) return this.u8(bits);
      this.u8(bits | 0x80);
    }
  }

  /** A signed LEB128. */
  sleb(value: number): this {
    if (!Number.isSafeInteger(value)) throw new RangeError(`${value} is not an exact integer`);
    let rest = value;
    for (;;) {
      const bits = ((rest % 128) + 128) % 128;
      rest = Math.floor(rest / 128);
      const sign = (bits & 0x40) !== 0;
      if ((rest === 0 && !sign) || (rest === -1 && sign)) return this.u8(bits);
      this.u8(bits | 0x80);
    }
  }

  take(bytes: Uint8Array): this {
    const at = this.#reserve(bytes.length);
    this.#bytes.set(bytes, at);
    return this;
  }

  /** The UTF-8 bytes of a text, without an end. */
  text(text: string): this {
    return this.take(encodeUtf8(text));
  }

  /** The UTF-8 bytes of a text and a zero byte. */
  cstring(text: string): this {
    return this.text(text).u8(0);
  }

  /** A name as wasm writes it: its length in bytes, then the bytes. */
  name(text: string): this {
    const bytes = encodeUtf8(text);
    return this.uleb(bytes.length).take(bytes);
  }

  /** Leaves `size` zero bytes to be filled in by {@link ByteWriter.patch}, and answers their offset. */
  reserve(size: number): number {
    return this.#reserve(size);
  }

  /** Overwrites `size` bytes at `offset` with an unsigned integer. */
  patch(offset: number, value: number, size: number): void {
    if (!(offset >= 0 && offset + size <= this.#size)) throw new RangeError(`nothing written at ${offset}`);
    const end = this.#size;
    this.#size = offset;
    this.unsigned(value, size);
    this.#size = end;
  }

  /** What was written; the writer may go on, this view then keeps the old bytes or shows patched ones. */
  toBytes(): Uint8Array<ArrayBuffer> {
    return this.#bytes.subarray(0, this.#size);
  }

  #reserve(size: number): number {
    const at = this.#size;
    const needed = at + size;
    if (needed > this.#bytes.length) {
      const larger = new Uint8Array(Math.max(needed, this.#bytes.length * 2));
      larger.set(this.#bytes.subarray(0, at));
      this.#bytes = larger;
      this.#view = new DataView(larger.buffer);
    }
    this.#size = needed;
    return at;
  }
}

function checked(value: number, maximum: number): void {
  if (!(value >= 0 && value <= maximum && Number.isInteger(value))) {
    throw new RangeError(`${value} is not in 0..${maximum}`);
  }
}
