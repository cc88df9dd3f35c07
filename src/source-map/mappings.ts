import { encodeUtf8 } from '../bytes/text.ts';
import { FormatError } from '../errors.ts';
import { type JsonSpan, jsonFields, parseJson, skipSpace } from './json-fields.ts';

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
const QUOTE = 0x22;
const BACKSLASH = 0x5c;

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
  #at = 0;

  constructor(mappings: Uint8Array) {
    this.#bytes = mappings;
    this.#end = mappings.length;
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

/** The fields of a source map, of which none is read. @throws FormatError where it is none. */
export function sourceMapFields(json: Uint8Array): Map<string, JsonSpan> {
  // A byte order mark; and what servers put in front so that the text is no script.
  let start = json[0] === 0xef && json[1] === 0xbb && json[2] === 0xbf ? 3 : 0;
  if (json[start] === 0x29 && json[start + 1] === 0x5d && json[start + 2] === 0x7d) {
    const newline = json.indexOf(0x0a, start);
    if (newline >= 0) start = newline + 1;
  }
  return jsonFields(json, { start: skipSpace(json, start), end: json.length });
}

/**
 * The mappings of a source map, as the bytes of its own text: there may be more than a string can have.
 *
 * @throws FormatError where there are none.
 */
export function mappingsOf(
  json: Uint8Array,
  fields: ReadonlyMap<string, JsonSpan> = sourceMapFields(json),
): Uint8Array {
  const span = fields.get('mappings');
  if (span === undefined || json[span.start] !== QUOTE) {
    throw new FormatError('missing', 'source map', span?.start ?? 0, 'no mappings in it');
  }
  const text = json.subarray(span.start + 1, span.end - 1);
  // Nobody has to write a slash with a backslash, but everybody may.
  return text.includes(BACKSLASH) ? encodeUtf8(String(parseJson(json, span))) : text;
}
