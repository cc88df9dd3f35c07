import { decodeUtf8 } from '../../bytes/text.ts';
import type { Window } from '../../bytes/window.ts';
import { LlvmDeath } from './llvm-death.ts';

/** How far ahead bytes are made present. */
const AHEAD = 4096;

/** Why LLVM refuses a module, in its words. */
export class Refusal extends Error {}

/**
 * Reads a module as LLVM does (`WasmObjectFile::ReadContext`): what ends too early or is too large ends LLVM as well,
 * and `end` may be set behind the section's, where LLVM does not look.
 */
export class LlvmReader {
  readonly #window: Window;
  at: number;
  end: number;
  /** Up to here bytes are present. */
  #present = -1;

  constructor(window: Window, at: number, end: number) {
    this.#window = window;
    this.at = at;
    this.end = end;
  }

  /** What follows `at`, as a reader of its own. */
  part(size: number): LlvmReader {
    return new LlvmReader(this.#window, this.at, this.at + size);
  }

  get left(): number {
    return this.end - this.at;
  }

  u8(): number {
    if (this.at === this.end) throw new LlvmDeath('EOF while reading uint8');
    return this.#byte();
  }

  /** A `uleb128` of up to 32 bits. */
  u32(): number {
    if (this.at < this.end) {
      const byte = this.#byte();
      if (byte < 0x80) return byte;
      this.at--;
    }
    const value = this.#leb('uleb128', false);
    if (value > 0xffff_ffffn) throw new LlvmDeath('LEB is outside Varuint32 range');
    return Number(value);
  }

  u64(): bigint {
    return this.#leb('uleb128', false);
  }

  s64(): bigint {
    return this.#leb('sleb128', true);
  }

  s32(): number {
    const value = this.s64();
    if (BigInt.asIntN(32, value) !== value) throw new LlvmDeath('LEB is outside Varint32 range');
    return Number(value);
  }

  /** 0 or 1. */
  u1(): number {
    const value = this.s64();
    if (value !== 0n && value !== 1n) throw new LlvmDeath('LEB is outside Varuint1 range');
    return Number(value);
  }

  skip(size: number): void {
    if (size > this.left) throw new LlvmDeath('EOF while reading bytes');
    this.at += size;
  }

  text(): string {
    const length = Number(BigInt.asUintN(32, this.u64()));
    const { base, bytes, end } = this.#window;
    if (length > this.left || this.at + length > end) throw new LlvmDeath('EOF while reading string');
    this.#window.load(this.at, this.at + length);
    this.at += length;
    return decodeUtf8(bytes, base + this.at - length, base + this.at);
  }

  /** @throws Refusal where something is left, or too much was read. */
  expectEnd(what: string): void {
    if (this.at !== this.end) throw new Refusal(`${what} ended prematurely`);
  }

  #byte(): number {
    const window = this.#window;
    if (this.at >= this.#present) {
      if (this.at >= window.end) throw new LlvmDeath('end of the file');
      this.#present = Math.min(this.at + AHEAD, window.end);
      window.load(this.at, this.#present);
    }
    return window.bytes[window.base + this.at++]!;
  }

  #leb(kind: string, signed: boolean): bigint {
    let value = 0n;
    let shift = 0n;
    for (;;) {
      if (this.at >= this.end) throw new LlvmDeath(`malformed ${kind}, extends past end`);
      const byte = this.#byte();
      const low = BigInt(byte & 0x7f);
      if (!fits(low, shift, value, signed)) throw new LlvmDeath(`${kind} too big for ${signed ? '' : 'u'}int64`);
      if (shift < 64n) value |= low << shift;
      shift += 7n;
      if (byte >= 0x80) continue;
      return signed && (byte & 0x40) !== 0 && shift < 64n
        ? BigInt.asIntN(64, value | (-1n << shift))
        : int(value, signed);
    }
  }
}

function int(value: bigint, signed: boolean): bigint {
  return signed ? BigInt.asIntN(64, value) : value;
}

/** Whether seven more bits leave a number within 64 bits. */
function fits(low: bigint, shift: bigint, value: bigint, signed: boolean): boolean {
  if (shift < 63n) return true;
  if (!signed) return shift === 63n ? low <= 1n : low === 0n;
  if (shift === 63n) return low === 0n || low === 0x7fn;
  return low === (BigInt.asIntN(64, value) < 0n ? 0x7fn : 0n);
}
