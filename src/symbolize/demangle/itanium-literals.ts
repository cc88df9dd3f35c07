/** Literals (`<expr-primary>`, Itanium C++ ABI 5.1.6.1). */
import { formatHexFloat } from './hex-float.ts';
import type { Node } from './itanium-nodes.ts';
import type { Parser } from './itanium-parser.ts';
import { join, parentheses, toText } from './itanium-text.ts';
import { parseClosure } from './itanium-unqualified-names.ts';
import { NOT_MANGLED } from './not-mangled.ts';

/** How integers of a built-in type are written: behind the type in parentheses, or in front of a suffix. */
const INTEGERS: Readonly<Record<string, string>> = {
  w: '(wchar_t)',
  c: '(char)',
  a: '(signed char)',
  h: '(unsigned char)',
  s: '(short)',
  t: '(unsigned short)',
  i: '',
  j: 'u',
  l: 'l',
  m: 'ul',
  x: 'll',
  y: 'ull',
  n: '(__int128)',
  o: '(unsigned __int128)',
};

/** How integers of the built-in type with that letter are written. */
export const integerFormat = (letter: string): string | undefined => INTEGERS[letter];

/** Hexadecimal digits of floating-point literals; long doubles are the 80-bit ones of x86. */
const FLOAT_DIGITS: Readonly<Record<string, 8 | 16 | 20>> = { f: 8, d: 16, e: 20 };

/** `L … E`: a number, a string, a null pointer, a function or variable, a lambda. */
export function parseLiteral(parser: Parser): Node {
  parser.expect(0x4c /* L */);
  const letter = parser.text.charAt(parser.at);
  const integer = INTEGERS[letter];
  if (integer !== undefined) {
    parser.at++;
    const value = parseSigned(parser);
    return integer.startsWith('(') ? integer + value : value + integer;
  }
  const digits = FLOAT_DIGITS[letter];
  if (digits !== undefined) {
    parser.at++;
    const hexadecimal = parser.text.slice(parser.at, parser.at + digits);
    if (!(hexadecimal.length === digits && /^[0-9a-fA-F]+$/.test(hexadecimal))) throw NOT_MANGLED;
    parser.at += digits;
    parser.expect(0x45 /* E */);
    return formatHexFloat(hexadecimal, digits);
  }
  switch (letter) {
    case 'b':
      if (parser.skipText('b0E')) return 'false';
      if (parser.skipText('b1E')) return 'true';
      throw NOT_MANGLED;
    case '_': {
      if (!parser.skipText('_Z')) throw NOT_MANGLED;
      const encoding = parser.grammar.encoding(parser);
      parser.expect(0x45 /* E */);
      return encoding;
    }
    case 'A': {
      const type = toText(parser.grammar.type(parser));
      parser.expect(0x45 /* E */);
      return join('"<', type, '>"');
    }
    case 'D':
      if (!parser.skipText('Dn')) throw NOT_MANGLED;
      parser.skip(0x30 /* 0 */);
      parser.expect(0x45 /* E */);
      return 'nullptr';
    case 'T':
      throw NOT_MANGLED;
    case 'U': {
      if (parser.peek(1) !== 0x6c /* l */) throw NOT_MANGLED;
      const { signature } = parseClosure(parser);
      parser.expect(0x45 /* E */);
      return join('[]', signature, '{...}');
    }
    default: {
      const type = toText(parser.grammar.type(parser));
      return join(parentheses(type), parseSigned(parser));
    }
  }
}

/** `[n] <digits> E`. */
function parseSigned(parser: Parser): string {
  const digits = parser.number(true);
  if (digits.length === 0) throw NOT_MANGLED;
  parser.expect(0x45 /* E */);
  return digits.startsWith('n') ? '-' + digits.slice(1) : digits;
}
