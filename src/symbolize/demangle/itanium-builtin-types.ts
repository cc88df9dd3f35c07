/** Built-in types (Itanium C++ ABI 5.1.5.2). */
import type { Text } from './itanium-nodes.ts';
import { isDigit, type Parser } from './itanium-parser.ts';
import { join, parentheses } from './itanium-text.ts';

/** `<builtin-type>` by its letter's code (5.1.5.2); the gaps are not types. */
export const BUILTIN_TYPES: readonly (string | undefined)[] = builtinTypes({
  a: 'signed char',
  b: 'bool',
  c: 'char',
  d: 'double',
  e: 'long double',
  f: 'float',
  g: '__float128',
  h: 'unsigned char',
  i: 'int',
  j: 'unsigned int',
  l: 'long',
  m: 'unsigned long',
  n: '__int128',
  o: 'unsigned __int128',
  s: 'short',
  t: 'unsigned short',
  v: 'void',
  w: 'wchar_t',
  x: 'long long',
  y: 'unsigned long long',
  z: '...',
});

function builtinTypes(types: Readonly<Record<string, string>>): (string | undefined)[] {
  const table = new Array<string | undefined>(0x80).fill(undefined);
  for (const letter in types) table[letter.charCodeAt(0)] = types[letter];
  return table;
}

/** `<builtin-type>` that begins with a `D`. */
export function builtinTypeD(code: number): string | undefined {
  switch (code) {
    case 0x61 /* a */:
      return 'auto';
    case 0x63 /* c */:
      return 'decltype(auto)';
    case 0x64 /* d */:
      return 'decimal64';
    case 0x65 /* e */:
      return 'decimal128';
    case 0x66 /* f */:
      return 'decimal32';
    case 0x68 /* h */:
      return 'half';
    case 0x69 /* i */:
      return 'char32_t';
    case 0x6e /* n */:
      return 'std::nullptr_t';
    case 0x73 /* s */:
      return 'char16_t';
    case 0x75 /* u */:
      return 'char8_t';
    default:
      return undefined;
  }
}

/** `DF`, `DB`, `DU`, `Dk`, `DK`: built-in types that say more than a letter; they are no substitutions either. */
export const isSizedBuiltinType = (code: number): boolean =>
  code === 0x46 || code === 0x42 || code === 0x55 || code === 0x6b || code === 0x4b;

export function parseSizedBuiltinType(parser: Parser): Text {
  const code = parser.peek(1);
  parser.at += 2;
  if (code === 0x6b || code === 0x4b /* Dk, DK */) {
    return join(parser.grammar.name(parser, undefined), code === 0x6b ? ' auto' : ' decltype(auto)');
  }
  if (code === 0x46 /* DF */) {
    const width = parser.number(false);
    parser.expect(0x5f /* _ */);
    return '_Float' + width;
  }
  const width = isDigit(parser.peek()) ? parser.number(false) : parser.grammar.expression(parser);
  parser.expect(0x5f /* _ */);
  return join(code === 0x42 ? '_BitInt' : 'unsigned _BitInt', parentheses(width));
}
