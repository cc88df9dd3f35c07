import { FormatError } from '../errors.ts';

/** Six bits a character, in the order of base64 (RFC 4648, table 1). */
const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
const DIGITS: Int8Array = new Int8Array(256).fill(-1);
const CHARACTERS: Uint8Array = new Uint8Array(64);
for (let value = 0; value < 64; value++) {
  CHARACTERS[value] = ALPHABET.charCodeAt(value);
  DIGITS[CHARACTERS[value]!] = value;
}

const COMMA = 0x2c;
const SEMICOLON = 0x3b;

/** Writes a number as source maps do: base 32, low digits first, the sign in the lowest bit. Answers where it ends. */
export function writeVlq(bytes: Uint8Array, start: number, value: number): number {
  let at = start;
  let rest = value < 0 ? ((-value << 1) | 1) >>> 0 : value << 1;
  do {
    const digit = rest & 31;
    rest >>>= 5;
    bytes[at++] = CHARACTERS[rest > 0 ? digit | 32 : digit]!;
  } while (rest > 0);
  return at;
}

/**
 * The segments of a source map's mappings, one after the other (ECMA-426, "Mappings structure"): a cursor whose fields
 * {@link MappingCursor.next} overwrites. WebAssembly has one generated line only.
 */
export class MappingCursor {
  /** Generated column: a `ModuleOffset`. */
  column = 0;
  /** Fields of the segment: 1 (nothing is known from here), 4 or 5. */
  fields = 0;
  source = 0;
  /** From 0. */
  line = 0;
  /** From 0. */
  originalColumn = 0;
  name = 0;
  readonly #bytes: Uint8Array;
  readonly #end: number;
  #at: number;

  /** Reads from `start` to the quote that ends the text, or to the end of the bytes. */
  constructor(bytes: Uint8Array, start = 0) {
    this.#bytes = bytes;
    this.#at = start;
    const quote = bytes.indexOf(0x22, start);
    this.#end = quote < 0 ? bytes.length : quote;
  }

  /** Moves to the next segment; false at the end. */
  next(): boolean {
    while (this.#at < this.#end && this.#bytes[this.#at] === COMMA) this.#at++;
    if (this.#at >= this.#end || this.#bytes[this.#at] === SEMICOLON) return false;
    this.column += this.#vlq();
    this.fields = 1;
    if (!this.#more()) return true;
    this.source += this.#vlq();
    this.line += this.#vlq();
    this.originalColumn += this.#vlq();
    this.fields = 4;
    if (!this.#more()) return true;
    this.name += this.#vlq();
    this.fields = 5;
    if (this.#more()) throw this.#error('segment of more than five fields');
    return true;
  }

  #more(): boolean {
    const byte = this.#bytes[this.#at];
    return this.#at < this.#end && byte !== COMMA && byte !== SEMICOLON;
  }

  #vlq(): number {
    let value = 0;
    let scale = 1;
    for (;;) {
      const digit = this.#at < this.#end ? DIGITS[this.#bytes[this.#at]!]! : -1;
      if (digit < 0) throw this.#error('VLQ that does not end, or a character that is none of its digits');
      this.#at++;
      value += (digit & 31) * scale;
      if (digit < 32) break;
      scale *= 32;
      if (scale > 2 ** 35) throw this.#error('VLQ of more than 32 bits');
    }
    return value % 2 === 0 ? value / 2 : -(value - 1) / 2;
  }

  #error(detail: string): FormatError {
    return new FormatError('bad-value', 'mappings', this.#at, detail);
  }
}

/** Where the mappings of a source map's JSON text begin; searched in the bytes, which may be too long for a string. */
export function findMappings(json: Uint8Array): number {
  const key = [0x22, 0x6d, 0x61, 0x70, 0x70, 0x69, 0x6e, 0x67, 0x73, 0x22];
  for (let at = json.indexOf(0x22); at >= 0; at = json.indexOf(0x22, at + 1)) {
    if (!key.every((byte, n) => json[at + n] === byte)) continue;
    let value = at + key.length;
    while (isSpace(json[value])) value++;
    if (json[value++] !== 0x3a) continue;
    while (isSpace(json[value])) value++;
    if (json[value] === 0x22) return value + 1;
  }
  throw new FormatError('missing', 'source map', 0, 'no mappings in it');
}

function isSpace(byte: number | undefined): boolean {
  return byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09;
}
