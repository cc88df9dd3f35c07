/** Punycode (RFC 3492) as Rust's v0 names use it: `_` is the delimiter, digits are `a`–`z` and `0`–`9`. */

const BASE = 36;
const T_MIN = 1;
const T_MAX = 26;
const SKEW = 38;
const DAMP = 700;
const INITIAL_BIAS = 72;
const INITIAL_CODE_POINT = 0x80;

/** The decoded identifier; `undefined` if it is none. */
export function decodePunycode(text: string): string | undefined {
  const delimiter = text.lastIndexOf('_');
  const points: number[] = [];
  for (let at = 0; at < delimiter; at++) points.push(text.charCodeAt(at));
  let at = delimiter + 1;
  let codePoint = INITIAL_CODE_POINT;
  let bias = INITIAL_BIAS;
  let position = 0;
  let damp = DAMP;
  while (at < text.length) {
    const before = position;
    let weight = 1;
    for (let k = BASE; ; k += BASE) {
      const digit = digitOf(text.charCodeAt(at++));
      if (digit < 0) return undefined;
      position += digit * weight;
      // Far beyond any code point, and still exact.
      if (position > Number.MAX_SAFE_INTEGER) return undefined;
      const threshold = k <= bias ? T_MIN : k >= bias + T_MAX ? T_MAX : k - bias;
      if (digit < threshold) break;
      weight *= BASE - threshold;
    }
    const count = points.length + 1;
    bias = adapt(position - before, count, damp);
    damp = 2;
    codePoint += Math.floor(position / count);
    position %= count;
    if (codePoint > 0x10ffff || (codePoint >= 0xd800 && codePoint <= 0xdfff)) return undefined;
    points.splice(position, 0, codePoint);
    position++;
  }
  let decoded = '';
  for (const point of points) decoded += String.fromCodePoint(point);
  return decoded;
}

/** The value of a digit; −1 if it is none, or the text has ended. */
function digitOf(code: number): number {
  if (code >= 0x61 && code <= 0x7a) return code - 0x61;
  return code >= 0x30 && code <= 0x39 ? code - 0x30 + 26 : -1;
}

/** Bias adaptation (RFC 3492, 6.1). */
function adapt(delta: number, count: number, damp: number): number {
  let rest = Math.floor(delta / damp);
  rest += Math.floor(rest / count);
  let k = 0;
  while (rest > ((BASE - T_MIN) * T_MAX) / 2) {
    rest = Math.floor(rest / (BASE - T_MIN));
    k += BASE;
  }
  return k + Math.floor(((BASE - T_MIN + 1) * rest) / (rest + SKEW));
}
