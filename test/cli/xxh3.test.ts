import { expect, test } from 'vitest';
import { xxh3 } from '../../src/cli/debug-files/xxh3.ts';

// What llvm-symbolizer 19 named the files of its cache: `llvmcache-` and the hash of `buildid/ID/debuginfo`, for build
// ids of so many bytes. The hash is made in other ways of up to 128 and 240 bytes, and of several blocks of 1024.
test.each([
  { length: 1, hash: 531225629327240210n },
  { length: 20, hash: 7007444225179811575n },
  { length: 55, hash: 6855014667135438435n },
  { length: 56, hash: 17084366884778018511n },
  { length: 111, hash: 7347926864319773952n },
  { length: 112, hash: 13026313627953120774n },
  { length: 300, hash: 5089118890741143708n },
  { length: 600, hash: 16446139826529152156n },
  { length: 1000, hash: 16327539640275891060n },
  { length: 1500, hash: 18253354144624745075n },
])('of a build id of $length bytes', ({ length, hash }) => {
  const id = Buffer.from(Uint8Array.from({ length }, (_, at) => at * 37 + 11)).toString('hex');
  expect(xxh3(Buffer.from(`buildid/${id}/debuginfo`))).toBe(hash);
});

test('16 bytes and less are refused', () => {
  expect(() => xxh3(new Uint8Array(16))).toThrow(RangeError);
});
