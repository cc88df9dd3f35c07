import { expect, test } from 'vitest';
import { readExports } from '../../src/wasm/exports.ts';
import { WasmModule } from '../../src/wasm/module.ts';
import { collect } from '../support/reports.ts';
import { name, type Piece, section, uleb, vector, wasm } from '../support/wasm-builder.ts';

function read(...contents: readonly Piece[]) {
  const { report, rules } = collect();
  return { exports: readExports(WasmModule.read(wasm(section(7, contents))), { report }), rules };
}

test('every kind', () => {
  const { exports, rules } = read(
    vector([name('f'), 0, uleb(300)], [name('t'), 1, 0], [name('m'), 2, 1], [name('g'), 3, 2], [name('größe'), 4, 3]),
  );
  expect(exports).toEqual([
    { name: 'f', kind: 'function', index: 300 },
    { name: 't', kind: 'table', index: 0 },
    { name: 'm', kind: 'memory', index: 1 },
    { name: 'g', kind: 'global', index: 2 },
    { name: 'größe', kind: 'tag', index: 3 },
  ]);
  expect(rules).toEqual([]);
});

test.each([
  ['an unknown kind', [uleb(2), name('f'), 0, 1, name('g'), 5, 0]],
  ['no end', [uleb(2), name('f'), 0, 1, name('g')]],
])('%s', (_, contents) => {
  const { exports, rules } = read(contents);
  expect(exports).toHaveLength(1);
  expect(rules).toEqual(['exports/damaged']);
});

test('no section', () => {
  expect(readExports(WasmModule.read(wasm()))).toEqual([]);
});
