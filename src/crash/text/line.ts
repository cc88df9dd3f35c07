import { decodeUtf8, encodeUtf8 } from '../../bytes/text.ts';

/**
 * A line of a text, or a part of one that is a line inside of a JSON string.
 *
 * `text` has one character a byte (0 to 255), so that positions are positions in bytes and whatever is not UTF-8 stays
 * what it is; of a JSON string it is the string's contents.
 */
export class Line {
  readonly text: string;
  /** How many times the text is escaped as a JSON string in the bytes. */
  readonly escapes: number;
  /** What separates lines here: `\n`, `\r\n`, or an escape sequence. */
  readonly newline: string;
  readonly #start: number;
  readonly #offsets: readonly number[] | undefined;

  constructor(text: string, start: number, newline: string, escapes = 0, offsets?: readonly number[]) {
    this.text = text;
    this.escapes = escapes;
    this.newline = newline;
    this.#start = start;
    this.#offsets = offsets;
  }

  /** The offset in the bytes of a position in the text. */
  offsetOf(position: number): number {
    return this.#start + (this.#offsets === undefined ? position : (this.#offsets[position] ?? 0));
  }

  /** The part from `start` to `end` as Unicode. */
  unicode(start: number, end: number = this.text.length): string {
    return toUnicode(this.text.slice(start, end));
  }
}

/** Unicode of a text with one character a byte; what is not UTF-8 becomes U+FFFD. */
export function toUnicode(text: string): string {
  let plain = true;
  for (let at = 0; at < text.length && plain; at++) plain = text.charCodeAt(at) < 0x80;
  if (plain) return text;
  const bytes = new Uint8Array(text.length);
  for (let at = 0; at < text.length; at++) bytes[at] = text.charCodeAt(at);
  return decodeUtf8(bytes);
}

/** A text with one character a byte of UTF-8. */
export function toByteText(text: string): string {
  const bytes = encodeUtf8(text);
  return byteText(bytes, 0, bytes.length);
}

/** Arguments of one call: engines limit their number. */
const CHUNK = 8192;

/** The bytes from `start` to `end` as a text with one character a byte. */
export function byteText(bytes: Uint8Array, start: number, end: number): string {
  let text = '';
  for (let at = start; at < end; at += CHUNK) {
    text += String.fromCharCode.apply(null, bytes.subarray(at, Math.min(at + CHUNK, end)) as unknown as number[]);
  }
  return text;
}

/**
 * The lines of one line of bytes: itself, or the pieces between the escaped newlines of the strings in it.
 *
 * `end` excludes the line's own newline; a carriage return in front of it is not part of the line.
 */
export function linesOf(bytes: Uint8Array, start: number, end: number, offset: number): Line[] {
  const carriage = end > start && bytes[end - 1] === 0x0d;
  const text = byteText(bytes, start, carriage ? end - 1 : end);
  const newline = carriage ? '\r\n' : '\n';
  const separator = escapedNewline(text);
  return separator === undefined ? [new Line(text, offset, newline)] : escapedLines(text, offset, newline, separator);
}

/** An escaped newline and how often it is escaped: one, two or four backslashes. */
interface Separator {
  readonly text: string;
  readonly escapes: number;
}

/**
 * The newline that strings of this line use. Only where a quotation mark opens a string, or a frame follows: a
 * backslash and an `n` also stand in paths of Windows.
 */
function escapedNewline(text: string): Separator | undefined {
  const quote = text.search(/["']/);
  for (let at = text.indexOf('\\'); at >= 0; at = text.indexOf('\\', at)) {
    const run = at;
    while (text.charCodeAt(at) === 0x5c) at++;
    const size = at - run;
    const escapes = size === 1 ? 1 : size === 2 ? 2 : size === 4 ? 3 : 0;
    if (escapes === 0) continue;
    const slash = text.slice(run, at);
    const carriage = text.startsWith(`r${slash}n`, at);
    if (!carriage && text[at] !== 'n') continue;
    const separator = carriage ? `${slash}r${slash}n` : `${slash}n`;
    if (
      (quote >= 0 && quote < run) ||
      /^\s+at /.test(text.slice(run + separator.length, run + separator.length + 64))
    ) {
      return { text: separator, escapes };
    }
  }
  return undefined;
}

function escapedLines(text: string, offset: number, newline: string, { text: separator, escapes }: Separator): Line[] {
  const lines: Line[] = [];
  // A quotation mark that opens or closes a string has this many backslashes in front; others are in the string.
  const slashes = 2 ** (escapes - 1) - 1;
  let start = 0;
  let at = 0;
  const cut = (end: number, next: number): void => {
    if (end > start) lines.push(unescaped(text, start, end, offset, separator, escapes));
    start = next;
    at = next;
  };
  while (at < text.length) {
    const code = text.charCodeAt(at);
    if (code === 0x5c) {
      const run = at;
      while (text.charCodeAt(at) === 0x5c) at++;
      if (at - run === slashes && text[at] === '"') cut(run, at + 1);
      else if (text.startsWith(separator, run) && at - run === separator.indexOf(separator.includes('r') ? 'r' : 'n')) {
        cut(run, run + separator.length);
      } else if (text[at] === '"') at++;
    } else if (code === 0x22 && slashes === 0) cut(at, at + 1);
    else at++;
  }
  cut(text.length, text.length);
  return lines.length > 0 ? lines : [new Line(text, offset, newline)];
}

/** The piece from `start` to `end` with its escape sequences read, every character knowing its offset. */
function unescaped(text: string, start: number, end: number, offset: number, newline: string, escapes: number): Line {
  const piece = text.slice(start, end);
  if (!piece.includes('\\')) return new Line(piece, offset + start, newline, escapes);
  let current = piece;
  let offsets = Array.from({ length: piece.length + 1 }, (_, index) => index);
  for (let level = 0; level < escapes && current.includes('\\'); level++) {
    const next = readEscapes(current, offsets);
    current = next.text;
    offsets = next.offsets;
  }
  return new Line(current, offset + start, newline, escapes, offsets);
}

const SIMPLE: Readonly<Record<string, string>> = { b: '\b', f: '\f', n: '\n', r: '\r', t: '\t' };

function readEscapes(text: string, offsets: readonly number[]): { text: string; offsets: number[] } {
  let out = '';
  const places: number[] = [];
  for (let at = 0; at < text.length; ) {
    const place = offsets[at]!;
    let piece = text[at]!;
    let size = 1;
    if (piece === '\\' && at + 1 < text.length) {
      const hex = text[at + 1] === 'u' ? /^[0-9a-fA-F]{4}/.exec(text.slice(at + 2, at + 6)) : null;
      if (hex !== null) {
        piece = toByteText(String.fromCharCode(Number.parseInt(hex[0], 16)));
        size = 6;
      } else {
        piece = SIMPLE[text[at + 1]!] ?? text[at + 1]!;
        size = 2;
      }
    }
    for (let index = 0; index < piece.length; index++) places.push(place);
    out += piece;
    at += size;
  }
  places.push(offsets[text.length]!);
  return { text: out, offsets: places };
}

/** A text escaped as the contents of a JSON string, `times` over. */
export function escapeJson(text: string, times: number): string {
  let escaped = text;
  for (let level = 0; level < times; level++) escaped = JSON.stringify(escaped).slice(1, -1);
  return escaped;
}
