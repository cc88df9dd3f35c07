// Neither Node's nor the browser's types are in the core; both run-times have these two.
declare const TextDecoder: new (
  label: 'utf-8',
  options?: { fatal?: boolean; ignoreBOM?: boolean },
) => { decode(bytes: Uint8Array): string };
declare const TextEncoder: new () => {
  encode(text: string): Uint8Array<ArrayBuffer>;
  encodeInto(text: string, bytes: Uint8Array): { written: number };
};

const utf8 = new TextDecoder('utf-8', { ignoreBOM: true });
const strictUtf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const encoder = new TextEncoder();

/** Makes a text of ASCII bytes. */
type DecodeAscii = (this: Uint8Array, start: number, end: number) => string;

/** Puts a text's UTF-8 at a place; the number of bytes. */
type EncodeInto = (this: Uint8Array, text: string, at: number, room: number) => number;

/** Node's own ways, several times as fast as its `TextDecoder` and `TextEncoder`; nothing depends on them being there. */
const node = (globalThis as { Buffer?: { prototype?: { latin1Slice?: DecodeAscii; utf8Write?: EncodeInto } } }).Buffer
  ?.prototype;
const latin1Slice = node?.latin1Slice;
const utf8Write = node?.utf8Write;

/** The text of ASCII bytes from `start` to `end`. */
export function decodeAscii(bytes: Uint8Array, start: number, end: number): string {
  return latin1Slice === undefined ? utf8.decode(bytes.subarray(start, end)) : latin1Slice.call(bytes, start, end);
}

/** The text of UTF-8 bytes from `start` to `end`; what is not UTF-8 becomes U+FFFD. */
export function decodeUtf8(bytes: Uint8Array, start = 0, end: number = bytes.length): string {
  if (latin1Slice !== undefined) {
    let at = start;
    while (at < end && bytes[at]! < 0x80) at++;
    if (at === end) return latin1Slice.call(bytes, start, end);
  }
  return utf8.decode(bytes.subarray(start, end));
}

/** Whether the bytes are well-formed UTF-8, as wasm demands of names. */
export function isUtf8(bytes: Uint8Array): boolean {
  try {
    strictUtf8.decode(bytes);
    return true;
  } catch {
    return false;
  }
}

/** The UTF-8 bytes of a text. */
export function encodeUtf8(text: string): Uint8Array<ArrayBuffer> {
  return encoder.encode(text);
}

/** Writes the UTF-8 bytes of a text to the start of `bytes`, as far as they fit; how many there are. */
export function encodeUtf8Into(text: string, bytes: Uint8Array): number {
  return utf8Write === undefined
    ? encoder.encodeInto(text, bytes).written
    : utf8Write.call(bytes, text, 0, bytes.length);
}
