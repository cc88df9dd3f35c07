/** Floating-point literals as C's `%a` writes them (C11 7.21.6.1), from the hexadecimal digits of their bytes. */

/** Digits of the bytes, highest first, and the suffix of the type. */
export function formatHexFloat(digits: string, count: 8 | 16 | 20): string {
  const bytes: number[] = [];
  for (let at = 0; at < count; at += 2) {
    bytes.push((nibble(digits.charCodeAt(at)) * 16 + nibble(digits.charCodeAt(at + 1))) & 0xff);
  }
  const view = new DataView(Uint8Array.from(bytes).buffer);
  if (count === 20) return formatExtended(view) + 'L';
  if (count === 16) return formatDouble(view);
  const single = view.getFloat32(0);
  const wide = new DataView(new ArrayBuffer(8));
  wide.setFloat64(0, single);
  // A NaN's sign is lost on the way.
  if (Number.isNaN(single)) wide.setUint8(0, (view.getUint8(0) & 0x80) | 0x7f);
  return formatDouble(wide) + 'f';
}

/** Capital letters are taken for digits below 10, as LLVM's arithmetic has it. */
const nibble = (code: number): number => (code <= 0x39 ? code - 0x30 : code - 0x61 + 10);

function formatDouble(view: DataView): string {
  const high = view.getUint32(0);
  const sign = high >>> 31 === 1 ? '-' : '';
  const exponent = (high >>> 20) & 0x7ff;
  const fraction = (high & 0xfffff).toString(16).padStart(5, '0') + view.getUint32(4).toString(16).padStart(8, '0');
  const shortened = fraction.replace(/0+$/, '');
  if (exponent === 0x7ff) return sign + (shortened.length === 0 ? 'inf' : 'nan');
  if (exponent === 0 && shortened.length === 0) return sign + '0x0p+0';
  const point = shortened.length === 0 ? '' : '.' + shortened;
  return exponent === 0 ? `${sign}0x0${point}p-1022` : `${sign}0x1${point}p${signed(exponent - 1023)}`;
}

/** x86's 80-bit format, whose leading bit is written out: the first digit is 8 to f. */
function formatExtended(view: DataView): string {
  const top = view.getUint16(0);
  const sign = top >>> 15 === 1 ? '-' : '';
  const exponent = top & 0x7fff;
  const mantissa = hex32(view.getUint32(2)) + hex32(view.getUint32(6));
  const isZero = /^0+$/.test(mantissa);
  if (exponent === 0x7fff) return sign + (/^[08]0+$/.test(mantissa) ? 'inf' : 'nan');
  if (exponent === 0 && isZero) return sign + '0x0p+0';
  const fraction = mantissa.slice(1).replace(/0+$/, '');
  const point = fraction.length === 0 ? '' : '.' + fraction;
  return `${sign}0x${mantissa[0]}${point}p${signed(exponent === 0 ? -16385 : exponent - 16383 - 3)}`;
}

const hex32 = (value: number): string => value.toString(16).padStart(8, '0');
const signed = (value: number): string => (value < 0 ? String(value) : `+${value}`);
