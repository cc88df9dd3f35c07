import type { FormValue } from '../dwarf/read/forms.ts';

/** How values of a type are written: what stands before and behind the number. */
const INTEGERS: ReadonlyMap<string, readonly [before: string, behind: string, isSigned: boolean]> = new Map([
  ['short', ['(short)', '', true]],
  ['unsigned short', ['(unsigned short)', '', false]],
  ['int', ['', '', true]],
  ['unsigned int', ['', 'U', false]],
  ['long', ['', 'L', true]],
  ['unsigned long', ['', 'UL', false]],
  ['long long', ['', 'LL', true]],
  ['unsigned long long', ['', 'ULL', false]],
]);

/** What stands before a character's quotes. */
const CHARACTERS: ReadonlyMap<string, string> = new Map([
  ['char', ''],
  ['signed char', '(signed char)'],
  ['unsigned char', '(unsigned char)'],
  ['wchar_t', 'L'],
  ['char8_t', 'u8'],
  ['char16_t', 'u'],
  ['char32_t', 'U'],
]);

const ESCAPES: ReadonlyMap<number, string> = new Map([
  [0x07, '\\a'],
  [0x08, '\\b'],
  [0x09, '\\t'],
  [0x0a, '\\n'],
  [0x0b, '\\v'],
  [0x0c, '\\f'],
  [0x0d, '\\r'],
  [0x27, "\\'"],
  [0x5c, '\\\\'],
]);

/**
 * A template argument that is a value, as clang writes it: `7U`, `'\n'`, `(ns::Color)5`; `undefined` for types that it
 * does not write as one word, and for numbers that are not known to the last digit.
 *
 * @param size bytes that the type takes.
 */
export function nameOfTemplateValue(
  type: string,
  value: FormValue & { readonly class: 'constant' },
  size: number,
  isEnumeration: boolean,
): string | undefined {
  if (!Number.isSafeInteger(value.value)) return undefined;
  if (isEnumeration) return `(${type})${value.value}`;
  if (type === 'bool') return value.value === 0 ? 'false' : 'true';
  const integer = INTEGERS.get(type);
  if (integer !== undefined) {
    const [before, behind, isSigned] = integer;
    return `${before}${isSigned ? signed(value.value, size) : value.value}${behind}`;
  }
  const before = CHARACTERS.get(type);
  return before === undefined ? undefined : `${before}'${characterOf(value.value, size)}'`;
}

/** What a form without a sign holds of a negative number is the number's bits. */
function signed(value: number, size: number): number {
  return size > 0 && size < 8 && value >= 2 ** (8 * size - 1) ? value - 2 ** (8 * size) : value;
}

function characterOf(value: number, size: number): string {
  const code = value < 0 && size > 0 ? value + 2 ** (8 * size) : value;
  const written = ESCAPES.get(code);
  if (written !== undefined) return written;
  if (code >= 0x20 && code < 0x7f) return String.fromCharCode(code);
  const digits = (count: number): string => code.toString(16).padStart(count, '0');
  return code < 0x100 ? `\\x${digits(2)}` : code <= 0xffff ? `\\u${digits(4)}` : `\\U${digits(8)}`;
}
