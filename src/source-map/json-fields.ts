import { decodeUtf8 } from '../bytes/text.ts';
import { FormatError } from '../errors.ts';

/** Where a value stands in a JSON text: its first byte, and the first behind it. */
export interface JsonSpan {
  readonly start: number;
  readonly end: number;
}

const QUOTE = 0x22;
const COMMA = 0x2c;
const COLON = 0x3a;
const BACKSLASH = 0x5c;
const OPEN_ARRAY = 0x5b;
const CLOSE_ARRAY = 0x5d;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;

/**
 * The fields of an object in a JSON text, none of which is read: source maps may hold more bytes than a string can
 * have. Of two fields with one name the later holds.
 *
 * @throws FormatError where there is no object.
 */
export function jsonFields(json: Uint8Array, span: JsonSpan): Map<string, JsonSpan> {
  const fields = new Map<string, JsonSpan>();
  if (json[span.start] !== OPEN_OBJECT) throw damage(span.start, 'no object');
  let at = firstItem(json, span.start, CLOSE_OBJECT);
  while (at >= 0) {
    const key = { start: at, end: endOfString(json, at) };
    const colon = skipSpace(json, key.end);
    if (json[colon] !== COLON) throw damage(colon, 'no colon behind the name of a field');
    const start = skipSpace(json, colon + 1);
    const end = endOfValue(json, start);
    fields.set(String(parseJson(json, key)), { start, end });
    at = nextItem(json, end, CLOSE_OBJECT);
  }
  return fields;
}

/** The items of an array in a JSON text, none of which is read. @throws FormatError where there is no array. */
export function jsonItems(json: Uint8Array, span: JsonSpan): JsonSpan[] {
  const items: JsonSpan[] = [];
  if (json[span.start] !== OPEN_ARRAY) throw damage(span.start, 'no array');
  let at = firstItem(json, span.start, CLOSE_ARRAY);
  while (at >= 0) {
    const end = endOfValue(json, at);
    items.push({ start: at, end });
    at = nextItem(json, end, CLOSE_ARRAY);
  }
  return items;
}

/** A value in a JSON text. @throws FormatError where it is none. */
export function parseJson(json: Uint8Array, { start, end }: JsonSpan): unknown {
  try {
    return JSON.parse(decodeUtf8(json, start, end));
  } catch (cause) {
    // A text may be no JSON, or too long for a string.
    const detail = cause instanceof Error ? cause.message : 'no JSON';
    throw new FormatError('bad-value', 'source map', start, detail, { cause });
  }
}

/** Where the first byte that is no space stands. */
export function skipSpace(json: Uint8Array, start: number): number {
  let at = start;
  while (json[at] === 0x20 || json[at] === 0x0a || json[at] === 0x0d || json[at] === 0x09) at++;
  return at;
}

/** Where the first item of a list stands; -1 where it is empty. */
function firstItem(json: Uint8Array, open: number, close: number): number {
  const at = skipSpace(json, open + 1);
  return json[at] === close ? -1 : at;
}

/** Where the item behind the one that ends at `end` stands; -1 behind the last one. */
function nextItem(json: Uint8Array, end: number, close: number): number {
  const at = skipSpace(json, end);
  if (json[at] === close) return -1;
  if (json[at] !== COMMA) throw damage(at, 'no comma behind an item');
  return skipSpace(json, at + 1);
}

function endOfString(json: Uint8Array, start: number): number {
  if (json[start] !== QUOTE) throw damage(start, 'no string');
  for (let at = json.indexOf(QUOTE, start + 1); at >= 0; at = json.indexOf(QUOTE, at + 1)) {
    let escapes = at;
    while (json[escapes - 1] === BACKSLASH) escapes--;
    if ((at - escapes) % 2 === 0) return at + 1;
  }
  throw new FormatError('unexpected-end', 'source map', start, 'string without an end');
}

/** Brackets are counted, not paired: whoever reads the value finds out. */
function endOfValue(json: Uint8Array, start: number): number {
  let depth = 0;
  for (let at = start; at < json.length; ) {
    const byte = json[at]!;
    if (byte === QUOTE) {
      at = endOfString(json, at);
      if (depth === 0) return at;
      continue;
    }
    if (byte === OPEN_ARRAY || byte === OPEN_OBJECT) depth++;
    else if (byte === CLOSE_ARRAY || byte === CLOSE_OBJECT) {
      if (depth === 0) return endOfWord(start, at);
      if (--depth === 0) return at + 1;
    } else if (depth === 0 && (byte === COMMA || byte <= 0x20)) return endOfWord(start, at);
    at++;
  }
  throw new FormatError('unexpected-end', 'source map', start, 'value without an end');
}

/** A number, `true`, `false` or `null`. */
function endOfWord(start: number, end: number): number {
  if (start === end) throw damage(start, 'no value');
  return end;
}

function damage(offset: number, detail: string): FormatError {
  return new FormatError('bad-value', 'source map', offset, detail);
}
