/** The letters, numbers and identifiers that Rust's v0 names consist of (Rust RFC 2603). */
import { NOT_MANGLED } from './not-mangled.ts';

const MAX_UINT64 = 2n ** 64n - 1n;

/** A place in a name; positions count from behind the `_R`. */
export class RustReader {
  readonly input: string;
  at = 0;

  constructor(input: string) {
    this.input = input;
  }

  /** Takes a letter. */
  next(): string {
    if (this.at >= this.input.length) throw NOT_MANGLED;
    return this.input.charAt(this.at++);
  }

  /** Takes that letter if it comes next. */
  skip(letter: string): boolean {
    if (this.input.charAt(this.at) !== letter) return false;
    this.at++;
    return true;
  }

  /** `[u] <number> [_] <bytes>`, Punycode left as it is. */
  rawIdentifier(): string {
    this.skip('u');
    const length = this.decimal();
    // Stands in front of names that begin with a digit or an underscore.
    this.skip('_');
    const start = this.at;
    if (length > this.input.length - start) throw NOT_MANGLED;
    this.at = start + length;
    const raw = this.input.slice(start, this.at);
    if (!/^\w*$/.test(raw)) throw NOT_MANGLED;
    return raw;
  }

  /** `<decimal-number>`: without leading zeros. */
  decimal(): number {
    if (this.skip('0')) return 0;
    const start = this.at;
    while (/[0-9]/.test(this.input.charAt(this.at))) this.at++;
    if (this.at === start) throw NOT_MANGLED;
    return Number(this.input.slice(start, this.at));
  }

  /** Hexadecimal digits up to a `_`, without leading zeros. */
  hexadecimal(): string {
    const end = this.input.indexOf('_', this.at);
    const digits = this.input.slice(this.at, Math.max(end, this.at));
    if (!/^(?:0|[1-9a-f][0-9a-f]*)$/.test(digits)) throw NOT_MANGLED;
    this.at = end + 1;
    return digits;
  }

  /** `<base-62-number>`: `_` is 0, `0_` is 1, …; a `bigint` where it must be. */
  base62(): number | bigint {
    if (this.skip('_')) return 0;
    const end = this.input.indexOf('_', this.at);
    if (end < 0) throw NOT_MANGLED;
    let value = 0;
    let exact = 0n;
    for (; this.at < end; this.at++) {
      const digit = base62Digit(this.input.charCodeAt(this.at));
      value = value * 62 + digit;
      if (value <= Number.MAX_SAFE_INTEGER) exact = BigInt(value);
      else exact = exact * 62n + BigInt(digit);
      if (exact > MAX_UINT64) throw NOT_MANGLED;
    }
    this.at++;
    if (value < Number.MAX_SAFE_INTEGER) return value + 1;
    if (exact >= MAX_UINT64) throw NOT_MANGLED;
    return exact + 1n;
  }

  /** A base-62 number behind its tag, plus 1; 0 without the tag. */
  optionalBase62(tag: string): number | bigint {
    if (!this.skip(tag)) return 0;
    const value = this.base62();
    if (typeof value === 'number') return value + 1;
    if (value >= MAX_UINT64) throw NOT_MANGLED;
    return value + 1n;
  }
}

function base62Digit(code: number): number {
  if (code >= 0x30 && code <= 0x39) return code - 0x30;
  if (code >= 0x61 && code <= 0x7a) return code - 0x61 + 10;
  if (code >= 0x41 && code <= 0x5a) return code - 0x41 + 36;
  throw NOT_MANGLED;
}
