/** A number without sign of up to 64 bits: exact as `number` below 2^53, else a `bigint`. */
export type Unsigned = number | bigint;

/**
 * A number as LLVM reads it: of base 16, or of base 0, where `0x` and `0X` mean 16, `0b` and `0B` 2, `0o` and a leading
 * `0` 8, and else 10. `undefined` for anything else and for more than 64 bits; `+` is no part of a number.
 */
export function parseUnsigned(text: string, base: 0 | 16): Unsigned | undefined {
  if (base === 16) return parseDigits(text, 16);
  if (text.length > 1 && text.charCodeAt(0) === 0x30) {
    switch (text[1]) {
      case 'x':
      case 'X':
        return parseDigits(text.slice(2), 16);
      case 'b':
      case 'B':
        return parseDigits(text.slice(2), 2);
      case 'o':
        return parseDigits(text.slice(2), 8);
      default:
        if (/^[0-9]$/.test(text[1]!)) return parseDigits(text.slice(1), 8);
    }
  }
  return parseDigits(text, 10);
}

function parseDigits(digits: string, base: 2 | 8 | 10 | 16): Unsigned | undefined {
  if (digits === '') return undefined;
  let value = 0;
  for (let at = 0; at < digits.length; at++) {
    const digit = digitOf(digits.charCodeAt(at));
    if (digit >= base) return undefined;
    value = value * base + digit;
  }
  return value <= Number.MAX_SAFE_INTEGER ? value : parseLarge(digits, base);
}

function parseLarge(digits: string, base: number): bigint | undefined {
  let value = 0n;
  for (let at = 0; at < digits.length; at++) {
    value = value * BigInt(base) + BigInt(digitOf(digits.charCodeAt(at)));
    if (value > 0xffff_ffff_ffff_ffffn) return undefined;
  }
  return value;
}

function digitOf(character: number): number {
  if (character >= 0x30 && character <= 0x39) return character - 0x30;
  const lower = character | 0x20;
  return lower >= 0x61 && lower <= 0x7a ? lower - 0x61 + 10 : 36;
}
