import { crc32 as zlib } from 'node:zlib';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { crc32 } from '../../src/bytes/crc32.ts';

test("the checksum is zlib's, of bytes in any pieces", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), fc.uint8Array({ maxLength: 300 }), (first, second) => {
      expect(crc32(first)).toBe(zlib(first));
      expect(crc32(second, crc32(first))).toBe(zlib(Buffer.concat([first, second])));
    }),
  );
});
