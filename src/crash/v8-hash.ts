/** From this size on V8 takes the size itself. */
const LARGE = 16384;

/**
 * Whether a module has a hash: the eight hexadecimal digits of `wasm://wasm/<hash>`, V8's name for a module without a
 * URL.
 *
 * Of modules from 16384 bytes on it is their size, and the bytes are not asked for. Of smaller ones it is V8's hash of
 * strings over all bytes, which is another one in newer versions; an engine does not say which it has, so both count.
 */
export function hasV8Hash(hash: string, size: number, bytes: () => Uint8Array): boolean {
  if (size >= LARGE) return hash === digits(size);
  const all = bytes();
  return hash === digits(oneAtATime(all)) || hash === digits(rapidHash(all));
}

/** As a string's hash field: thirty bits, and behind them that it is one. */
function digits(hash: number): string {
  return (((hash << 2) | 2) >>> 0).toString(16).padStart(8, '0');
}

/** Bob Jenkins' hash: V8 11, which is in Node 20, and those after it for a while. */
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

/** rapidhash's published constants. */
const SECRET = [0x2d358dccaa6c78a5n, 0x8bb84b93962eacc9n, 0x4b33a62ed433d4a3n] as const;
/** Bytes that a round takes. */
const ROUND = 48;

/**
 * The first version of rapidhash, from a seed of zero, of which V8 keeps the lower thirty bits: V8 15, which is in
 * Chromium 156. No module is as short as the 16 bytes up to which it works otherwise and has code.
 */
function rapidHash(bytes: Uint8Array): number {
  const size = bytes.length;
  if (size <= 16) return 0;
  const view = new DataView(bytes.buffer, bytes.byteOffset, size);
  const word = (at: number): bigint => view.getBigUint64(at, true);
  let seed = mixed(SECRET[0], SECRET[1]) ^ BigInt(size);
  let at = 0;
  if (size > ROUND) {
    let second = seed;
    let third = seed;
    for (; size - at >= ROUND; at += ROUND) {
      seed = mixed(word(at) ^ SECRET[0], word(at + 8) ^ seed);
      second = mixed(word(at + 16) ^ SECRET[1], word(at + 24) ^ second);
      third = mixed(word(at + 32) ^ SECRET[2], word(at + 40) ^ third);
    }
    seed ^= second ^ third;
  }
  const rest = size - at;
  if (rest > 16) seed = mixed(word(at) ^ SECRET[2], word(at + 8) ^ seed ^ SECRET[1]);
  if (rest > 32) seed = mixed(word(at + 16) ^ SECRET[2], word(at + 24) ^ seed);
  const product = (word(size - 16) ^ SECRET[1]) * (word(size - 8) ^ seed);
  const low = BigInt.asUintN(64, product) ^ SECRET[0] ^ BigInt(size);
  return Number(BigInt.asUintN(30, mixed(low, (product >> 64n) ^ SECRET[1])));
}

/** Both halves of a product of 64 bits each, one upon the other. */
function mixed(a: bigint, b: bigint): bigint {
  const product = a * b;
  return BigInt.asUintN(64, product) ^ (product >> 64n);
}
