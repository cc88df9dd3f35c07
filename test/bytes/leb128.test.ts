// The leb128 package (decimal strings through big integers) is the second opinion.
import fc from 'fast-check';
import * as leb128 from 'leb128';
import { expect, test } from 'vitest';
import { ByteReader } from '../../src/bytes/byte-reader.ts';
import { ByteWriter } from '../../src/bytes/byte-writer.ts';
import { Window } from '../../src/bytes/window.ts';

const reader = (bytes: Uint8Array) => new ByteReader(Window.of(bytes, 'leb'));
const exact = fc.maxSafeInteger();
const natural = fc.maxSafeNat();

test('unsigned values read as the other package writes them', () => {
  fc.assert(
    fc.property(natural, (value) => {
      const bytes = leb128.unsigned.encode(String(value));
      const at = reader(bytes);
      expect(at.uleb()).toBe(value);
      expect(at.done).toBe(true);
    }),
    { numRuns: 3000 },
  );
});

test('signed values read as the other package writes them', () => {
  fc.assert(
    fc.property(exact, (value) => {
      const bytes = leb128.signed.encode(String(value));
      expect(reader(bytes).sleb()).toBe(value);
    }),
    { numRuns: 3000 },
  );
});

test('what we write the other package reads', () => {
  fc.assert(
    fc.property(natural, exact, (unsigned, signed) => {
      expect(leb128.unsigned.decode(Buffer.from(new ByteWriter().uleb(unsigned).toBytes()))).toBe(String(unsigned));
      expect(leb128.signed.decode(Buffer.from(new ByteWriter().sleb(signed).toBytes()))).toBe(String(signed));
    }),
    { numRuns: 3000 },
  );
});

test('all 64 bits, to the last exact bit', () => {
  fc.assert(
    fc.property(fc.bigInt({ min: 0n, max: (1n << 64n) - 1n }), (value) => {
      const read = reader(leb128.unsigned.encode(String(value))).uleb();
      expect(Math.abs(read - Number(value))).toBeLessThanOrEqual(Number(value) * 2 ** -52);
    }),
    { numRuns: 3000 },
  );
  for (const value of [-(1n << 63n), (1n << 63n) - 1n, -(1n << 53n), -1n]) {
    expect(reader(leb128.signed.encode(String(value))).sleb()).toBe(Number(value));
  }
});

test.each([
  { bytes: [0x80, 0x80, 0x00], unsigned: 0, signed: 0 },
  { bytes: [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f], unsigned: undefined, signed: -1 },
  { bytes: [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01], unsigned: 2 ** 64, signed: undefined },
  { bytes: [0x83, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x00], unsigned: 3, signed: 3 },
  { bytes: [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f], unsigned: undefined, signed: -1 },
  { bytes: [0x80, 0x7f], unsigned: 0x3f80, signed: -128 },
])('padded to the full length: $bytes', ({ bytes, unsigned, signed }) => {
  const of = (read: (at: ByteReader) => number) => {
    try {
      return read(reader(Uint8Array.from(bytes)));
    } catch (error) {
      expect(error).toMatchObject({ code: 'bad-value', section: 'leb', offset: 0 });
      return undefined;
    }
  };
  expect(of((at) => at.uleb())).toBe(unsigned);
  expect(of((at) => at.sleb())).toBe(signed);
});

test('padding keeps the value and takes the bytes', () => {
  const bytes = new ByteWriter().uleb(5, 4).toBytes();
  expect([...bytes]).toEqual([0x85, 0x80, 0x80, 0x00]);
  expect(reader(bytes).uleb()).toBe(5);
});

test('an end in the middle is an error with its place', () => {
  expect(() => reader(Uint8Array.of(0x80, 0x80)).uleb()).toThrow('1 byte needed, 0 left at leb+0x2');
  expect(() => reader(Uint8Array.of(0x80)).sleb()).toThrow('1 byte needed, 0 left at leb+0x1');
});
