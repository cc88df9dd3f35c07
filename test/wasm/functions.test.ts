import { describe, expect, test } from 'vitest';
import { codeOffset } from '../../src/addresses.ts';
import { WasmFunctions } from '../../src/wasm/functions.ts';
import { WasmModule } from '../../src/wasm/module.ts';
import { collect } from '../support/reports.ts';
import { counted, name, type Piece, section, uleb, vector, wasm } from '../support/wasm-builder.ts';

function read(...sections: readonly Piece[]) {
  const { report, rules, diagnostics } = collect();
  return { functions: WasmFunctions.read(WasmModule.read(wasm(...sections)), { report }), rules, diagnostics };
}

const twoImports = section(
  2,
  vector([name('m'), name('a'), 0, 0], [name('m'), name('g'), 3, 0x7f, 0], [name('m'), name('b'), 0, 0]),
);

describe('bodies', () => {
  const { functions, rules } = read(
    twoImports,
    section(3, vector(0, 0, 0)),
    section(10, uleb(3), uleb(2, 5), 0, 0x0b, counted(0, 1, 1, 0x0b), counted(0, 0x0b)),
  );

  test('stand behind their sizes, indexes behind the imports', () => {
    expect([...functions.bodies()]).toEqual([
      { index: 2, sizeOffset: 1, start: 6, end: 8 },
      { index: 3, sizeOffset: 8, start: 9, end: 13 },
      { index: 4, sizeOffset: 13, start: 14, end: 16 },
    ]);
    expect(functions).toMatchObject({ importCount: 2, bodyCount: 3, count: 5 });
    expect(rules).toEqual([]);
  });

  test('are found by any of their addresses, the size included', () => {
    const found = Array.from({ length: 18 }, (_, address) => functions.findIndex(codeOffset(address)));
    expect(found).toEqual([undefined, 2, 2, 2, 2, 2, 2, 2, 3, 3, 3, 3, 3, 4, 4, 4, undefined, undefined]);
  });

  test('imports have none', () => {
    expect([functions.body(0), functions.body(1), functions.body(5), functions.body(-1)]).toEqual(
      new Array(4).fill(undefined),
    );
    expect(functions.body(4)).toEqual({ index: 4, sizeOffset: 13, start: 14, end: 16 });
  });
});

test('a module without code has no bodies', () => {
  const { functions, rules } = read(twoImports, section(3, vector(0)));
  expect(functions).toMatchObject({ importCount: 2, bodyCount: 0, count: 3 });
  expect(functions.findIndex(codeOffset(0))).toBeUndefined();
  expect(rules).toEqual([]);
});

test('sizes of every length', () => {
  const sizes = [0, 1, 127, 128, 300, 16_383, 16_384, 70_000, 3];
  const bodies = sizes.map((size) => [uleb(size), new Uint8Array(size)]);
  const padded = sizes.map((size) => [uleb(size, 5), new Uint8Array(size)]);
  const declarations = section(3, vector(...sizes.map(() => 0), ...sizes.map(() => 0)));
  const { functions, rules } = read(declarations, section(10, vector(...bodies, ...padded)));
  expect([...functions.bodies()].map(({ start, end }) => end - start)).toEqual([...sizes, ...sizes]);
  expect([...functions.bodies()].slice(9).every(({ sizeOffset, start }) => start - sizeOffset === 5)).toBe(true);
  expect(rules).toEqual([]);
});

describe('damage', () => {
  const declared = section(3, vector(0, 0));

  test('a body past the end is cut there', () => {
    const { functions, rules } = read(declared, section(10, uleb(2), counted(0, 0x0b), 100, 1, 2));
    expect([...functions.bodies()].map(({ start, end }) => [start, end])).toEqual([
      [2, 4],
      [5, 7],
    ]);
    expect(rules).toEqual(['functions/body-past-end']);
  });

  test('bodies that are missing', () => {
    const { functions, rules, diagnostics } = read(declared, section(10, uleb(2), counted(0, 0x0b)));
    expect(functions).toMatchObject({ bodyCount: 1, count: 2 });
    expect(rules).toEqual(['functions/missing-bodies']);
    expect(diagnostics[0]!.message).toBe('1 byte needed, 0 left; 1 of 2 bodies are read');
  });

  test('a count without bounds', () => {
    const { functions, rules } = read(declared, section(10, uleb(2 ** 32 - 1), counted(0, 0x0b)));
    expect(functions.bodyCount).toBe(1);
    expect(functions.sizeOffsets).toHaveLength(2);
    expect(rules).toEqual(['functions/missing-bodies', 'functions/count-mismatch']);
  });

  test('bytes behind the last body', () => {
    const { functions, rules } = read(declared, section(10, uleb(2), counted(0), counted(0), 9));
    expect(functions.findIndex(codeOffset(5))).toBeUndefined();
    expect(rules).toEqual(['functions/bytes-after-last']);
  });

  test('an empty code section', () => {
    expect(read(declared, section(10)).rules).toEqual(['functions/missing-bodies', 'functions/count-mismatch']);
  });

  test('more bodies than declarations count as functions too', () => {
    const { functions, rules } = read(section(3, vector(0)), section(10, vector(counted(0), counted(0))));
    expect(functions.count).toBe(2);
    expect(rules).toEqual(['functions/count-mismatch']);
  });

  test.each([
    ['none', [], 'functions/declarations'],
    ['more than there is room for', [uleb(100), 0], 'functions/declarations'],
  ])('declarations: %s', (_, contents, rule) => {
    const { functions, rules } = read(section(3, contents), section(10, vector()));
    expect(functions.count).toBe(0);
    expect(rules).toEqual([rule]);
  });
});
