import { describe, expect, test } from 'vitest';
import { readData } from '../../src/wasm/data.ts';
import { readGlobals } from '../../src/wasm/globals.ts';
import { WasmModule } from '../../src/wasm/module.ts';
import { collect } from '../support/reports.ts';
import { bytes, name, type Piece, section, sleb, uleb, vector, wasm } from '../support/wasm-builder.ts';

const END = 0x0b;

/** The start value of a global of type i64 behind one import and one defined global of 1000. */
function startValue(...expression: readonly Piece[]): number | undefined {
  const module = WasmModule.read(
    wasm(
      section(2, vector([name('m'), name('g'), 3, 0x7f, 0])),
      section(6, vector([0x7f, 0, 0x41, sleb(1000), END], [0x7e, 1, expression, END])),
    ),
  );
  const [, global] = readGlobals(module);
  expect(global).toMatchObject({ index: 2, type: 'i64', mutable: true });
  return global!.value;
}

describe('constant expressions', () => {
  test.each([
    ['i32.const', [0x41, sleb(-5)], -5],
    ['i64.const', [0x42, sleb(2 ** 40)], 2 ** 40],
    ['global.get', [0x23, 1], 1000],
    ['global.get of an import', [0x23, 0], undefined],
    ['global.get of what is not there', [0x23, 9], undefined],
    ['i32.add', [0x41, sleb(2 ** 31 - 1), 0x41, 1, 0x6a], -(2 ** 31)],
    ['i32.sub', [0x23, 1, 0x41, 1, 0x6b], 999],
    ['i32.mul', [0x41, 3, 0x41, 4, 0x6c], 12],
    ['i64.add', [0x42, sleb(2 ** 40), 0x42, 1, 0x7c], 2 ** 40 + 1],
    ['i64.sub', [0x42, 1, 0x42, 3, 0x7d], -2],
    ['i64.mul', [0x42, 3, 0x42, 4, 0x7e], 12],
    ['i64.mul beyond what a number holds', [0x42, sleb(2 ** 40), 0x42, sleb(2 ** 40), 0x7e], undefined],
    ['an import in a sum', [0x23, 0, 0x41, 4, 0x6a], undefined],
    ['ref.null', [0xd0, 0x70], undefined],
    ['v128.const with what looks like an end', [0xfd, 12, new Array(16).fill(END)], undefined],
    [
      'one with an instruction across the first look',
      [new Array(30).fill([0x41, 1]), 0x41, sleb(1000), 0x41, sleb(2 ** 30), 0x6a, new Array(30).fill(0x6a)],
      2 ** 30 + 1030,
    ],
    ['a long one', [new Array(100).fill([0x41, 1]), new Array(99).fill(0x6a)], 100],
  ])('%s', (_, expression, value) => {
    expect(startValue(expression)).toBe(value);
  });
});

describe('globals', () => {
  test.each([
    ['no end', [uleb(2), 0x7f, 0, 0x41, 0, END, 0x7f, 0, 0x41, 0]],
    ['an unknown instruction', [uleb(2), 0x7f, 0, 0x41, 0, END, 0x7f, 0, 0x27, END]],
    ['an unknown type', [uleb(2), 0x7f, 0, 0x41, 0, END, 0x20, 0, 0x41, 0, END]],
  ])('before damage: %s', (_, contents) => {
    const { report, rules } = collect();
    expect(readGlobals(WasmModule.read(wasm(section(6, contents))), { report })).toHaveLength(1);
    expect(rules).toEqual(['globals/damaged']);
  });

  test('no section', () => {
    expect(readGlobals(WasmModule.read(wasm()))).toEqual([]);
  });
});

describe('data segments', () => {
  test('of every kind', () => {
    const module = WasmModule.read(
      wasm(
        section(2, vector([name('m'), name('g'), 3, 0x7f, 0])),
        section(6, vector([0x7f, 0, 0x41, sleb(1000), END])),
        section(
          11,
          vector(
            [0, 0x41, sleb(1024), END, 3, 'abc'],
            [1, 1, 'd'],
            [2, 1, 0x42, sleb(2 ** 33), END, 0],
            [0, 0x23, 1, 0x41, 8, 0x6a, END, 1, 'e'],
            [0, 0x23, 0, END, 1, 'f'],
            [0, 0x41, sleb(-16), END, 0],
          ),
        ),
      ),
    );
    const segments = readData(module);
    expect(segments.map(({ index, memory, address, size }) => [index, memory, address, size])).toEqual([
      [0, 0, 1024, 3],
      [1, undefined, undefined, 1],
      [2, 1, 2 ** 33, 0],
      [3, 0, 1008, 1],
      [4, 0, undefined, 1],
      [5, 0, 2 ** 32 - 16, 0],
    ]);
    expect(segments[0]!.window.toBytes()).toEqual(bytes('abc'));
    expect(module.window.bytes[segments[3]!.offset]).toBe('e'.charCodeAt(0));
  });

  test.each([
    ['an unknown kind', [uleb(2), 1, 1, 0x61, 3, 0]],
    ['bytes past the end', [uleb(2), 1, 1, 0x61, 1, 9, 0]],
    ['an expression without an end', [uleb(2), 1, 1, 0x61, 0, 0x41, 0]],
    ['an expression cut in two', [uleb(2), 1, 1, 0x61, 0, 0x44, 0]],
  ])('before damage: %s', (_, contents) => {
    const { report, rules } = collect();
    expect(readData(WasmModule.read(wasm(section(11, contents))), { report })).toHaveLength(1);
    expect(rules).toEqual(['data/damaged']);
  });

  test('no section', () => {
    expect(readData(WasmModule.read(wasm()))).toEqual([]);
  });
});
