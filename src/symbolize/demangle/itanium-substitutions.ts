/** Substitutions (Itanium C++ ABI 5.1.10). */
import type { Node } from './itanium-nodes.ts';
import { isDigit, type ModuleName, type Parser } from './itanium-parser.ts';
import { NOT_MANGLED } from './not-mangled.ts';

/** `Sa` and the others but `St`, by letter: the name, and the full one that constructors and destructors are named by. */
const STANDARD: Readonly<Record<string, readonly [string, string]>> = {
  a: ['std::allocator', 'std::allocator'],
  b: ['std::basic_string', 'std::basic_string'],
  d: ['std::iostream', 'std::basic_iostream<char, std::char_traits<char>>'],
  i: ['std::istream', 'std::basic_istream<char, std::char_traits<char>>'],
  o: ['std::ostream', 'std::basic_ostream<char, std::char_traits<char>>'],
  s: ['std::string', 'std::basic_string<char, std::char_traits<char>, std::allocator<char>>'],
};

/** `<substitution>` but `St`. */
export function parseSubstitution(parser: Parser): Node | ModuleName {
  const { bytes, substitutions } = parser;
  let at = parser.at + 1;
  let code = bytes[at]!;
  if (code >= 0x61 /* a */) return parseStandardSubstitution(parser, code);
  // <seq-id>: base 36; S_ is the first, S0_ the second.
  let index = 0;
  if (code !== 0x5f /* _ */) {
    do {
      if (code >= 0x30 && code <= 0x39) index = index * 36 + code - 0x30;
      else if (code >= 0x41 && code <= 0x5a) index = index * 36 + code - 0x37;
      else throw NOT_MANGLED;
      code = bytes[++at]!;
    } while (code !== 0x5f);
    index++;
  }
  if (index >= substitutions.length) throw NOT_MANGLED;
  parser.at = at + 1;
  return substitutions[index]!;
}

/** `Sa` and the others but `St`, by the letter's code. */
export const standardName = (code: number): string | undefined => STANDARD[String.fromCharCode(code)]?.[0];

/** `Sa` and the others; with ABI tags they are substitutions of their own. */
function parseStandardSubstitution(parser: Parser, code: number): Node {
  const name = standardName(code);
  if (name === undefined) throw NOT_MANGLED;
  parser.at += 2;
  if (parser.peek() !== 0x42 /* B */) return name;
  const tagged = name + parseAbiTags(parser);
  parser.addSubstitution(tagged);
  return tagged;
}

/** `B <source-name>`, any number of times. */
export function parseAbiTags(parser: Parser): string {
  let tags = '';
  while (parser.skip(0x42 /* B */)) tags += `[abi:${parser.bareSourceName()}]`;
  return tags;
}

/**
 * The full name of a standard class where a constructor or destructor follows its short one, as in `SsC1`;
 * `undefined` for everything else.
 */
export function expandedName(parser: Parser): string | undefined {
  const next = parser.peek(2);
  if (next !== 0x43 /* C */ && !(next === 0x44 /* D */ && isDigit(parser.peek(3)))) return undefined;
  const name = STANDARD[parser.text.charAt(parser.at + 1)]?.[1];
  if (name !== undefined) parser.at += 2;
  return name;
}
