/** Whole mangled names of C++, and of Rust's older scheme, which is a subset of it. */
import { decodeUtf8, encodeUtf8Into } from '../../bytes/text.ts';
import { demangleCommon } from './itanium-common.ts';
import { resetSurroundings, resolve } from './itanium-deferred.ts';
import { parseEncoding } from './itanium-encoding.ts';
import { parseExpression } from './itanium-expressions.ts';
import { parseName } from './itanium-names.ts';
import { textOf } from './itanium-nodes.ts';
import { type Grammar, Parser } from './itanium-parser.ts';
import { parseType } from './itanium-types.ts';
import { NOT_MANGLED } from './not-mangled.ts';

const GRAMMAR: Grammar = { encoding: parseEncoding, name: parseName, type: parseType, expression: parseExpression };

/** How far behind the end of a name the parser looks. */
const LOOK_AHEAD = 4;

/** The bytes of the name at hand: one buffer for all of usual length, as only one is read at a time. */
const buffer = new Uint8Array(4096);

/**
 * The text of a name that stands from `start` on; throws `NOT_MANGLED`.
 *
 * Reads bytes rather than characters: lengths in names count them, and nothing is faster in JavaScript.
 */
export function demangleItanium(name: string, start: number): string {
  if (start === 0 && name.charCodeAt(1) === 0x5a /* Z */) {
    const text = demangleCommon(name);
    if (text !== undefined) return text;
  }
  const room = 3 * name.length + LOOK_AHEAD;
  const bytes = room <= buffer.length ? buffer : new Uint8Array(room);
  const size = encodeUtf8Into(name, bytes);
  for (let ahead = 0; ahead < LOOK_AHEAD; ahead++) bytes[size + ahead] = 0;
  if (size === name.length) return demangleBytes(bytes, name, start);
  let text = '';
  for (let at = 0; at < size; at++) text += String.fromCharCode(bytes[at]!);
  const demangled = demangleBytes(bytes, text, start);
  return decodeUtf8(Uint8Array.from(demangled, (unit) => unit.charCodeAt(0)));
}

function demangleBytes(bytes: Uint8Array, name: string, start: number): string {
  resetSurroundings();
  const isBlock = bytes[start + 1] === 0x5f; /* ___Z */
  const parser = new Parser(bytes, name, start + (isBlock ? 4 : 2), GRAMMAR);
  const encoding = parseEncoding(parser);
  // What follows is not part of the C++ name: a clone's number, the suffix of a block's function.
  let suffix = '';
  if (isBlock) {
    if (!parser.skipText('_block_invoke')) throw NOT_MANGLED;
    const numberRequired = parser.skip(0x5f /* _ */);
    if (parser.number(false).length === 0 && numberRequired) throw NOT_MANGLED;
    if (parser.peek() === 0x2e /* . */) parser.at = parser.end;
  } else if (parser.peek() === 0x2e /* . */) {
    suffix = ` (${name.slice(parser.at)})`;
    parser.at = parser.end;
  }
  if (parser.at !== parser.end) throw NOT_MANGLED;
  const text = typeof encoding === 'string' ? encoding : textOf(resolve(encoding));
  const whole = isBlock ? 'invocation function for block in ' + text : text + suffix;
  // Looking at one character makes V8 put the pieces together; kept apart they take ten times the memory.
  whole.charCodeAt(0);
  return whole;
}
