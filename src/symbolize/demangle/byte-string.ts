/** Text as a string of its UTF-8 bytes, one UTF-16 unit each: mangled names count bytes. */
import { decodeUtf8, encodeUtf8 } from '../../bytes/text.ts';

const NOT_ASCII = /[^\0-\x7f]/;

/** The bytes of a text; ASCII is itself. */
export function toByteString(text: string): string {
  if (!NOT_ASCII.test(text)) return text;
  let bytes = '';
  for (const byte of encodeUtf8(text)) bytes += String.fromCharCode(byte);
  return bytes;
}

/** The text of its bytes. */
export function fromByteString(bytes: string): string {
  return decodeUtf8(Uint8Array.from(bytes, (unit) => unit.charCodeAt(0)));
}
