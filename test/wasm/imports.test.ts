import { describe, expect, test } from 'vitest';
import { readImports } from '../../src/wasm/imports.ts';
import { readMemories } from '../../src/wasm/memories.ts';
import { WasmModule } from '../../src/wasm/module.ts';
import { collect } from '../support/reports.ts';
import { name, type Piece, section, uleb, vector, wasm } from '../support/wasm-builder.ts';

function read(...contents: readonly Piece[]) {
  const { report, rules, diagnostics } = collect();
  const { imports, counts } = readImports(WasmModule.read(wasm(section(2, contents))), { report });
  const lines = imports.map((each) => `${each.module}.${each.name} ${each.kind} ${each.index} ${each.type ?? '-'}`);
  return { imports, lines, counts, rules, diagnostics };
}

test('every kind, each counted by itself', () => {
  const { lines, counts, rules } = read(
    vector(
      [name('env'), name('f'), 0, 5],
      [name('env'), name('t'), 1, 0x70, 0, 1],
      [name('env'), name('m'), 2, 1, 1, 2],
      [name('env'), name('g'), 3, 0x7f, 1],
      [name('env'), name('e'), 4, 0, 7],
      [name('env'), name('f2'), 0, 6],
      [name('env'), name('exact'), 0x20, 6],
    ),
  );
  expect(lines).toEqual([
    'env.f function 0 5',
    'env.t table 0 -',
    'env.m memory 0 -',
    'env.g global 0 -',
    'env.e tag 0 7',
    'env.f2 function 1 6',
    'env.exact function 2 6',
  ]);
  expect(counts).toEqual({ function: 3, table: 1, memory: 1, global: 1, tag: 1 });
  expect(rules).toEqual([]);
});

test('types of references, 64-bit tables, shared memories and page sizes do not disturb what follows', () => {
  const { lines, rules } = read(
    vector(
      [name(''), name('t'), 1, 0x63, 0x70, 4, 1],
      [name(''), name('t2'), 1, 0x64, uleb(200), 5, 1, uleb(1000)],
      [name(''), name('g'), 3, 0x63, 0x62, 3, 0],
      [name(''), name('g2'), 3, 0x64, 0x65, 0x6e, 0],
      [name(''), name('m'), 2, 0x0f, uleb(2 ** 40), uleb(2 ** 41), 0],
      [name(''), name('f'), 0, 0],
    ),
  );
  expect(lines).toHaveLength(6);
  expect(lines[5]).toBe('.f function 0 0');
  expect(rules).toEqual([]);
});

// The bytes of the proposal's own tests (WebAssembly/compact-import-section).
describe('compact imports', () => {
  test('one module name for several items', () => {
    const { lines } = read(
      vector([name('x'), 0, 0x7f, 0], [name('a'), 0, 0x7f, vector([name('b'), 0, 0], [name('c'), 3, 0x7f, 0])]),
    );
    expect(lines).toEqual(['a.b function 0 0', 'a.c global 0 -']);
  });

  test('one module name and one type for several names', () => {
    const { lines } = read(
      vector([name('x'), 0, 0x7e, 0, 0, 0], [name('a'), 0, 0x7e, 0, 4, vector(name('b'), name('c'))]),
    );
    expect(lines).toEqual(['a.b function 0 4', 'a.c function 1 4']);
  });

  test('an empty name spelled long', () => {
    expect(read(vector([name('a'), uleb(0, 4), 0x7f, vector([name('b'), 0, 0])])).lines).toEqual(['a.b function 0 0']);
  });

  test('an empty name before a kind is a name', () => {
    expect(read(vector([name(''), name(''), 0, 0])).lines).toEqual(['. function 0 0']);
  });

  test('a name that is not empty does not begin one', () => {
    const { diagnostics } = read(vector([name('a'), name('b'), 0x7f, vector([name('b'), 0, 0])]));
    expect(diagnostics[0]!.message).toBe('import of unknown kind 0x7f; only the 0 imports before it are counted');
  });
});

describe('damage', () => {
  test.each([
    ['an unknown kind', [uleb(2), name('m'), name('a'), 0, 0, name('m'), name('b'), 9]],
    ['an unknown type', [uleb(2), name('m'), name('a'), 0, 0, name('m'), name('b'), 3, 0x11, 0]],
    ['an unknown heap type', [uleb(2), name('m'), name('a'), 0, 0, name('m'), name('b'), 3, 0x63, 0x41, 0]],
    ['no end', [uleb(2), name('m'), name('a'), 0, 0, name('m')]],
    ['a name past the end', [uleb(2), name('m'), name('a'), 0, 0, 9, 0x61]],
  ])('%s', (_, contents) => {
    const { lines, counts, rules } = read(contents);
    expect(lines).toEqual(['m.a function 0 0']);
    expect(counts.function).toBe(1);
    expect(rules).toEqual(['imports/damaged']);
  });

  test('no section', () => {
    expect(readImports(WasmModule.read(wasm())).imports).toEqual([]);
  });
});

describe('memories', () => {
  test('imported and defined', () => {
    const module = WasmModule.read(
      wasm(
        section(2, vector([name('m'), name('f'), 0, 0], [name('m'), name('m'), 2, 3, 1, 2])),
        section(5, vector([4, uleb(2 ** 40)], [8, 1, 0])),
      ),
    );
    expect(readMemories(module)).toEqual([
      { index: 0, imported: true, minimum: 1, maximum: 2, shared: true, is64: false, pageSize: 65536 },
      { index: 1, imported: false, minimum: 2 ** 40, maximum: undefined, shared: false, is64: true, pageSize: 65536 },
      { index: 2, imported: false, minimum: 1, maximum: undefined, shared: false, is64: false, pageSize: 1 },
    ]);
  });

  test('before damage', () => {
    const { report, rules } = collect();
    expect(readMemories(WasmModule.read(wasm(section(5, uleb(2), 0, 1, 1))), { report })).toHaveLength(1);
    expect(rules).toEqual(['memories/damaged']);
    expect(readMemories(WasmModule.read(wasm()))).toEqual([]);
  });
});
