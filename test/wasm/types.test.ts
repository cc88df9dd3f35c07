import { expect, test } from 'vitest';
import { WasmModule } from '../../src/wasm/module.ts';
import { NO_TYPE, readFunctionTypes, readTypes } from '../../src/wasm/types.ts';
import { collect } from '../support/reports.ts';
import { name, type Piece, section, uleb, vector, wasm } from '../support/wasm-builder.ts';

function read(...contents: readonly Piece[]) {
  const { report, rules } = collect();
  return { types: readTypes(WasmModule.read(wasm(section(1, contents))), { report }), rules };
}

test('functions', () => {
  const { types } = read(
    vector(
      [0x60, vector(0x7f, 0x7e, 0x7d, 0x7c, 0x7b), vector()],
      [0x60, vector(0x70, 0x6f, 0x69, [0x63, 0x6e], [0x64, uleb(200)]), vector(0x7f, [0x63, 0x62, 3])],
    ),
  );
  expect(types).toEqual([
    { kind: 'function', parameters: ['i32', 'i64', 'f32', 'f64', 'v128'], results: [] },
    {
      kind: 'function',
      parameters: ['funcref', 'externref', 'exnref', '(ref null any)', '(ref 200)'],
      results: ['i32', '(ref null (exact 3))'],
    },
  ]);
});

test('groups take an index for each member; structures and the like are left out', () => {
  const f = [0x60, 0, 0];
  const { types, rules } = read(
    vector(
      [
        0x4e,
        vector([0x50, vector(uleb(1)), 0x5f, vector([0x78, 1], [0x63, 0x6b, 0])], [0x4f, vector(), 0x5e, 0x77, 1]),
      ],
      [0x65, 0x5f, vector()],
      [0x5d, 4],
      [0x4d, 7, 0x5f, vector()],
      [0x4c, 6, 0x4d, 8, 0x5f, vector()],
      f,
    ),
  );
  expect(types.map(({ kind }) => kind)).toEqual([
    'struct',
    'array',
    'struct',
    'continuation',
    'struct',
    'struct',
    'function',
  ]);
  expect(rules).toEqual([]);
});

test.each([
  ['an unknown type', [uleb(2), 0x60, 0, 0, 0x40]],
  ['an unknown value type', [uleb(2), 0x60, 0, 0, 0x60, 1, 0x50, 0]],
  ['no end', [uleb(2), 0x60, 0, 0]],
])('%s ends the list', (_, contents) => {
  const { types, rules } = read(contents);
  expect(types).toHaveLength(1);
  expect(rules).toEqual(['types/damaged']);
});

test('types of functions, imports first', () => {
  const module = WasmModule.read(
    wasm(section(2, vector([name('m'), name('f'), 0, 7])), section(3, vector(uleb(300), 2))),
  );
  expect([...readFunctionTypes(module)]).toEqual([7, 300, 2]);
});

test('types of functions that are not there', () => {
  const { report, rules } = collect();
  const module = WasmModule.read(wasm(section(3, uleb(2), 0x80, 0x80)));
  expect([...readFunctionTypes(module, { report })]).toEqual([NO_TYPE, NO_TYPE]);
  expect(rules).toEqual(['types/declarations']);
  expect(readFunctionTypes(WasmModule.read(wasm()))).toHaveLength(0);
  expect(readTypes(WasmModule.read(wasm()))).toEqual([]);
});
