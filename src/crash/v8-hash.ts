/** From this size on V8 takes the size itself. */
const LARGE = 16384;

/**
 * The eight hexadecimal digits of `wasm://wasm/<hash>`, V8's name for a module without a URL.
 *
 * Of modules from 16384 bytes on it is their size, and the bytes are not asked for. Of smaller ones it is the
 * one-at-a-time hash of Bob Jenkins over all bytes in V8 11; newer versions hash in another way, which is not known.
 */
export function v8Hash(size: number, bytes: () => Uint8Array): string {
  return (((size >= LARGE ? size : oneAtATime(bytes())) << 2) | 2).toString(16).padStart(8, '0').slice(-8);
}

function oneAtATime(bytes: Uint8Array): number {
  let hash = 0;
  for (let at = 0; at < bytes.length; at++) {
    hash = (hash + bytes[at]!) | 0;
    hash = (hash + (hash << 10)) | 0;
    hash ^= hash >>> 6;
  }
  hash = (hash + (hash << 3)) | 0;
  hash ^= hash >>> 11;
  hash = (hash + (hash << 15)) | 0;
  return hash & 0x3fff_ffff;
}
