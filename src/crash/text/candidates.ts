/**
 * The first place from `from` on, before `end`, where a line may be about a frame or announce some; -1 where there is
 * none. This is what makes a log cheap: all that is not near such a place is passed on unread.
 */
export type FindCandidate = (bytes: Uint8Array, from: number, end: number) => number;

/** 1 where a byte can be the one by which {@link findCandidate} knows a word. */
const KEY: Uint8Array = Uint8Array.from({ length: 256 }, (_, byte) =>
  'xw$:'.includes(String.fromCharCode(byte)) ? 1 : 0,
);

/** {@link FindCandidate} in plain JavaScript: `0x`, `wasm`, ` $f1`, `Trap:`, `calling stack:`. */
export const findCandidate: FindCandidate = (bytes, from, end) => {
  for (let at = from; at < end; at++) {
    if (KEY[bytes[at]!] !== 0 && isCandidate(bytes, at, from)) return at;
  }
  return -1;
};

/** Whether the byte at `at` is the key of a word that is there, the word not beginning before `from`. */
export function isCandidate(bytes: Uint8Array, at: number, from: number): boolean {
  switch (bytes[at]) {
    case 0x78:
      return at > from && bytes[at - 1] === 0x30;
    case 0x77:
      return bytes[at + 1] === 0x61 && bytes[at + 2] === 0x73 && bytes[at + 3] === 0x6d;
    case 0x24:
      return bytes[at + 1] === 0x66 && bytes[at + 2]! >= 0x30 && bytes[at + 2]! <= 0x39;
    case 0x3a:
      // `p:` and `k:`.
      return (
        at > from &&
        (bytes[at - 1] === 0x70 || bytes[at - 1] === 0x6b) &&
        (endsWith(bytes, at, TRAP) || endsWith(bytes, at, STACK))
      );
    default:
      return false;
  }
}

const TRAP = [0x54, 0x72, 0x61, 0x70];
const STACK = [0x67, 0x20, 0x73, 0x74, 0x61, 0x63, 0x6b];

function endsWith(bytes: Uint8Array, end: number, word: readonly number[]): boolean {
  for (let at = 0; at < word.length; at++) if (bytes[end - word.length + at] !== word[at]) return false;
  return true;
}
