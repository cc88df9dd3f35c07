import { expect, test } from 'vitest';
import { ByteWriter } from '../../src/bytes/byte-writer.ts';

test.each([
  { name: 'u8', size: 1, write: (out: ByteWriter) => out.u8(7) },
  { name: 'u16', size: 2, write: (out: ByteWriter) => out.u16(7) },
  { name: 'u32', size: 4, write: (out: ByteWriter) => out.u32(7) },
  { name: 'u64', size: 8, write: (out: ByteWriter) => out.u64(7) },
  { name: 'u64Bits', size: 8, write: (out: ByteWriter) => out.u64Bits(7n) },
])('$name writes past the first capacity', ({ size, write }) => {
  const out = new ByteWriter(size);
  for (let n = 0; n < 5; n++) write(out);
  const once = [7, ...new Array(size - 1).fill(0)];
  expect([...out.toBytes()]).toEqual([...once, ...once, ...once, ...once, ...once]);
});
