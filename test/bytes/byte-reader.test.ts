import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ByteReader } from '../../src/bytes/byte-reader.ts';
import { FileImage } from '../../src/bytes/byte-source.ts';
import { ByteWriter } from '../../src/bytes/byte-writer.ts';
import { Window } from '../../src/bytes/window.ts';

const of = (...bytes: number[]) => new ByteReader(Window.of(Uint8Array.from(bytes), 'bytes'));

describe('values, little-endian', () => {
  test.each([
    { read: 'u8', bytes: [0xfe], value: 0xfe },
    { read: 'i8', bytes: [0xfe], value: -2 },
    { read: 'u16', bytes: [0x34, 0x12], value: 0x1234 },
    { read: 'u24', bytes: [0x56, 0x34, 0x92], value: 0x923456 },
    { read: 'u32', bytes: [0x78, 0x56, 0x34, 0xf2], value: 0xf2345678 },
    { read: 'i32', bytes: [0xfe, 0xff, 0xff, 0xff], value: -2 },
    { read: 'u64', bytes: [1, 0, 0, 0, 2, 0, 0, 0], value: 0x2_0000_0001 },
  ] as const)('$read', ({ read, bytes, value }) => {
    const reader = of(...bytes);
    expect(reader[read]()).toBe(value);
    expect(reader.done).toBe(true);
    expect(() => of(...bytes.slice(1))[read]()).toThrow(/needed, \d left at bytes\+0x0$/);
  });

  test('all 64 bits', () => {
    expect(of(0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff).u64Bits()).toBe(0xffff_ffff_ffff_ffffn);
  });

  test('sizes that there are none of', () => {
    expect(() => of(1, 2, 3, 4, 5).unsigned(5)).toThrow('integer of 5 bytes at bytes+0x0');
    expect(() => of(1, 2, 3).address(3)).toThrow('address size of 3 at bytes+0x0');
  });

  test.each([2, 4, 8])('addresses of %i bytes, the largest two being tombstones', (size) => {
    for (const value of [0, 1, 0x7ffe, 2 ** (8 * Math.min(size, 6)) - 3, -1, -2]) {
      const bytes = new ByteWriter().address(value, size).toBytes();
      expect(bytes.length).toBe(size);
      expect(of(...bytes).address(size)).toBe(value);
    }
  });
});

test('what is written is read, in any order', () => {
  const piece = fc.oneof(
    fc.record({ kind: fc.constant('u8' as const), value: fc.nat(0xff) }),
    fc.record({ kind: fc.constant('i8' as const), value: fc.integer({ min: -128, max: 127 }) }),
    fc.record({ kind: fc.constant('u16' as const), value: fc.nat(0xffff) }),
    fc.record({ kind: fc.constant('u24' as const), value: fc.nat(0xff_ffff) }),
    fc.record({ kind: fc.constant('u32' as const), value: fc.nat(0xffff_ffff) }),
    fc.record({ kind: fc.constant('u64' as const), value: fc.maxSafeNat() }),
    fc.record({ kind: fc.constant('uleb' as const), value: fc.maxSafeNat() }),
    fc.record({ kind: fc.constant('sleb' as const), value: fc.maxSafeInteger() }),
  );
  fc.assert(
    fc.property(fc.array(piece), fc.string({ unit: 'grapheme' }), (pieces, text) => {
      const writer = new ByteWriter(1);
      for (const { kind, value } of pieces) writer[kind](value);
      const plain = text.replaceAll('\0', '');
      writer.cstring(plain).name(text);
      const reader = of(...writer.toBytes());
      for (const { kind, value } of pieces) expect(reader[kind]()).toBe(value);
      expect(reader.cstring()).toBe(plain);
      expect(reader.text(reader.uleb())).toBe(text);
      expect(reader.done).toBe(true);
    }),
    { numRuns: 500 },
  );
});

test('numbers that do not fit are the writer’s caller’s mistake', () => {
  const writer = new ByteWriter();
  for (const write of [
    () => writer.u8(256),
    () => writer.u8(-1),
    () => writer.i8(128),
    () => writer.u16(1.5),
    () => writer.u32(2 ** 32),
    () => writer.u64(2 ** 53),
    () => writer.uleb(-1),
    () => writer.sleb(Number.NaN),
    () => writer.unsigned(1, 5),
    () => writer.patch(0, 1, 4),
  ]) {
    expect(write).toThrow(RangeError);
  }
});

test('room is left and filled in afterwards', () => {
  const writer = new ByteWriter();
  const at = writer.u8(1).reserve(4);
  writer.u8(2);
  writer.patch(at, 0x0403_0201, 4);
  expect([...writer.toBytes()]).toEqual([1, 1, 2, 3, 4, 2]);
});

describe('places', () => {
  test('moving, leaving out, and parts that keep their offsets', () => {
    const reader = of(1, 2, 3, 4, 5, 6);
    reader.skip(1);
    const part = reader.part(3);
    expect([reader.offset, reader.left, part.start, part.end]).toEqual([4, 2, 1, 4]);
    const inner = new ByteReader(part);
    expect(inner.u8()).toBe(2);
    inner.skip(2);
    expect(() => inner.u8()).toThrow('1 byte needed, 0 left at bytes+0x4');
    expect(() => inner.seek(0)).toThrow('offset outside of 3 bytes at bytes+0x0');
    inner.seek(1);
    expect(inner.take(2)).toEqual(Uint8Array.of(2, 3));
  });

  test.each(['skip', 'take', 'text', 'part'] as const)('%s past the end', (read) => {
    expect(() => of(1, 2)[read](3)).toThrow('3 bytes needed, 2 left at bytes+0x0');
    expect(() => of(1, 2)[read](-1)).toThrow('bytes needed, 2 left at bytes+0x0');
    expect(() => of(1, 2)[read](Number.NaN)).toThrow();
  });

  test('strings without an end', () => {
    expect(() => of(65, 66).cstring()).toThrow('string without an end at bytes+0x0');
    expect(() => of(65, 66).skipCstring()).toThrow('string without an end at bytes+0x0');
    expect(() => of().cstring()).toThrow('1 byte needed, 0 left at bytes+0x0');
    expect(() => new ByteReader(Window.of(Uint8Array.of(1), 'bytes'), 2)).toThrow('offset outside of 1 bytes');
  });
});

describe('bytes that are read where they are touched', () => {
  const size = 100_000;
  const whole = Uint8Array.from({ length: size }, (_, index) => (index * 7 + (index >> 8)) & 0xff);

  function image() {
    const reads: [offset: number, length: number][] = [];
    const source = {
      size,
      read(offset: number, length: number) {
        reads.push([offset, length]);
        return whole.slice(offset, offset + length);
      },
    };
    return { reads, image: new FileImage(source) };
  }

  test('nothing before somebody asks, then blocks, each once', () => {
    const { reads, image: file } = image();
    const window = Window.of(file, 'file');
    expect(reads).toEqual([]);
    const reader = new ByteReader(window, 50_000);
    expect(reader.u8()).toBe(whole[50_000]);
    expect(reads.length).toBe(1);
    for (let offset = 50_001; offset < 51_000; offset++) expect(reader.u8()).toBe(whole[offset]);
    expect(reads.reduce((sum, [, length]) => sum + length, 0)).toBeLessThanOrEqual(16_384);
    expect(window.toBytes()).toEqual(whole);
    // A run of missing blocks is one read, and what is there is not read again.
    expect(reads.length).toBe(3);
    expect(reads.reduce((sum, [, length]) => sum + length, 0)).toBe(size);
  });

  test('a source that fills a buffer itself is asked to', () => {
    const source = {
      size,
      read: () => {
        throw new Error('not asked');
      },
      readInto: (offset: number, into: Uint8Array) => into.set(whole.subarray(offset, offset + into.length)),
    };
    expect(Window.of(new FileImage(source), 'file').toBytes()).toEqual(whole);
  });

  test('any reads at all see the bytes', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(size - 1), fc.nat(20_000))), (ranges) => {
        const window = Window.of(image().image, 'file');
        for (const [start, length] of ranges) {
          const end = Math.min(size, start + length);
          expect(window.part(start, end).toBytes()).toEqual(whole.subarray(start, end));
        }
      }),
      { numRuns: 50 },
    );
  });

  test('strings are found however far their end is', () => {
    const text = new Uint8Array(70_000).fill(65);
    text[69_999] = 0;
    const source = { size: text.length, read: (offset: number, length: number) => text.slice(offset, offset + length) };
    const window = Window.of(new FileImage(source), 'file');
    expect(window.stringAt(0).length).toBe(69_999);
    expect(window.stringAt(69_998)).toBe('A');
    expect(window.stringAt(69_999)).toBe('');
    expect(() => window.stringAt(70_000)).toThrow('string offset outside the section of 70000 bytes at file+0x11170');
    expect(() => window.part(0, 69_999).stringAt(5)).toThrow('string without an end at file+0x5');
  });

  test('windows do not reach outside their own', () => {
    const window = Window.of(Uint8Array.of(1, 2, 3, 4), 'file').part(1, 3);
    expect(window.size).toBe(2);
    expect(() => window.part(0, 2)).toThrow('offset outside of 2 bytes at file+0x0');
    expect(() => window.part(2, 4)).toThrow('2 bytes needed, 1 left at file+0x2');
    expect(() => window.part(3, 2)).toThrow('offset outside of 2 bytes at file+0x3');
    expect(() => window.slice('x', 1, 9)).toThrow('8 bytes needed, 2 left at file+0x1');
    const slice = window.slice('inner', 2, 3);
    expect([slice.section, slice.start, slice.end, slice.toBytes()[0]]).toEqual(['inner', 0, 1, 3]);
  });
});

test('texts that are not UTF-8 keep their place', () => {
  const reader = of(0x41, 0xff, 0x42, 0);
  expect(reader.cstring()).toBe('A\ufffdB');
  const long = new Uint8Array(100).fill(0xc3);
  expect(Window.of(long, 'x').part(0, 100).toBytes().length).toBe(100);
});
