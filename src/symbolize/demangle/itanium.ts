/** Whole mangled names of C++, and of Rust's older scheme, which is a subset of it. */
import { parseEncoding } from './itanium-encoding.ts';
import { parseExpression } from './itanium-expressions.ts';
import { parseName } from './itanium-names.ts';
import { resetSurroundings, resolve, textOf } from './itanium-nodes.ts';
import { type Grammar, Parser } from './itanium-parser.ts';
import { parseType } from './itanium-types.ts';
import { NOT_MANGLED } from './not-mangled.ts';

const GRAMMAR: Grammar = { encoding: parseEncoding, name: parseName, type: parseType, expression: parseExpression };

/** The name's text; throws `NOT_MANGLED`. */
export function demangleItanium(name: string): string {
  resetSurroundings();
  const isBlock = name.startsWith('___Z');
  const parser = new Parser(name, isBlock ? 4 : 2, GRAMMAR);
  const encoding = parseEncoding(parser);
  // What follows is not part of the C++ name: a clone's number, the suffix of a block's function.
  let suffix = '';
  if (parser.at === parser.end) {
    if (isBlock) throw NOT_MANGLED;
  } else if (isBlock) {
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
