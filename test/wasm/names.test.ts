import { describe, expect, test } from 'vitest';
import { WasmModule } from '../../src/wasm/module.ts';
import { WasmNames } from '../../src/wasm/names.ts';
import { collect } from '../support/reports.ts';
import { bytes, counted, custom, name, type Piece, section, uleb, vector, wasm } from '../support/wasm-builder.ts';

const subsection = (id: number, ...pieces: readonly Piece[]): Uint8Array => bytes(id, counted(...pieces));
const entry = (index: number, text: string): Uint8Array => bytes(uleb(index), name(text));
const map = (...entries: readonly (readonly [number, string])[]): Uint8Array =>
  vector(...entries.map(([n, t]) => entry(n, t)));

/** Two imported functions and three of its own, and the given name sections. */
function read(...sections: readonly Piece[]) {
  const { report, rules, diagnostics } = collect();
  const input = wasm(
    section(2, vector([name('m'), name('a'), 0, 0], [name('m'), name('b'), 0, 0], [name('m'), name('g'), 3, 0x7f, 0])),
    section(3, vector(0, 0, 0)),
    section(4, vector([0x70, 0, 0])),
    section(5, vector([0, 1])),
    section(13, vector([0, 0])),
    section(6, vector([0x7f, 0, 0x41, 0, 0x0b])),
    section(9, vector([0, 0x41, 0, 0x0b, 0])),
    section(11, vector([1, 0], [1, 0])),
    ...sections,
  );
  return { names: WasmNames.read(WasmModule.read(input), { report }), rules, diagnostics };
}

test('every kind of names', () => {
  const { names, rules } = read(
    custom(
      'name',
      subsection(0, name('module')),
      subsection(1, map([0, 'imported'], [2, 'first'], [4, 'größe'])),
      subsection(2, vector([2, map([0, 'x'], [1, 'y'])], [4, map([3, 'z'])])),
      subsection(3, vector([2, map([0, 'outer'])])),
      subsection(4, map([0, 'type'])),
      subsection(5, map([0, 'table'])),
      subsection(6, map([0, 'memory'])),
      subsection(7, map([0, 'imported'], [1, 'global'])),
      subsection(8, map([0, 'element'])),
      subsection(9, map([0, '.rodata'], [1, '.data'])),
      subsection(10, vector([0, map([1, 'field'])])),
      subsection(11, map([0, 'tag'])),
    ),
  );
  expect(names.moduleName).toBe('module');
  expect([...names.functions.names()]).toEqual([
    { index: 0, name: 'imported' },
    { index: 2, name: 'first' },
    { index: 4, name: 'größe' },
  ]);
  expect(names.locals.name(2, 1)).toBe('y');
  expect(names.locals.name(3, 1)).toBeUndefined();
  expect(names.locals.name(4, 1)).toBeUndefined();
  expect([...names.locals.indexes()]).toEqual([2, 4]);
  expect(names.labels.name(2, 0)).toBe('outer');
  expect(names.types.name(0)).toBe('type');
  expect(names.tables.name(0)).toBe('table');
  expect(names.memories.name(0)).toBe('memory');
  expect(names.globals.name(1)).toBe('global');
  expect(names.elements.name(0)).toBe('element');
  expect(names.data.name(1)).toBe('.data');
  expect(names.fields.name(0, 1)).toBe('field');
  expect(names.tags.name(0)).toBe('tag');
  expect(rules).toEqual([]);
});

describe('one name', () => {
  test('is found whatever was asked before', () => {
    const texts = Array.from({ length: 1000 }, (_, n) => [n * 2, `f${n}`] as const);
    // Not a name section but a map of types: types have no limit here.
    const { names } = read(custom('name', subsection(4, map(...texts))));
    expect(names.types.name(1000)).toBe('f500');
    expect(names.types.name(2)).toBe('f1');
    expect(names.types.name(3)).toBeUndefined();
    expect(names.types.name(1998)).toBe('f999');
    expect(names.types.name(1996)).toBe('f998');
    expect([...names.types.names()]).toHaveLength(1000);
  });

  test('is not there without a section', () => {
    const { names } = read();
    expect(names.moduleName).toBeUndefined();
    expect(names.functions.name(0)).toBeUndefined();
    expect(names.locals.name(0, 0)).toBeUndefined();
    expect([...names.functions.names()]).toEqual([]);
  });
});

describe('odd names', () => {
  const functionsOf = (...entries: readonly (readonly [number, string])[]) => {
    const result = read(custom('name', subsection(1, map(...entries))));
    return { ...result, all: [...result.names.functions.names()].map(({ index, name: n }) => `${index} ${n}`) };
  };

  test('the first of several names counts (llvm#61555)', () => {
    const { names, all, rules } = functionsOf([0, 'a'], [0, 'b'], [1, 'c']);
    expect(all).toEqual(['0 a', '1 c']);
    expect(names.functions.name(0)).toBe('a');
    expect(rules).toEqual(['names/duplicate']);
  });

  test('an empty name is none (llvm#61555)', () => {
    const { names, all, rules } = functionsOf([0, ''], [1, 'c']);
    expect(names.functions.name(0)).toBeUndefined();
    expect(all).toEqual(['1 c']);
    expect(rules).toEqual(['names/empty']);
  });

  test('an index out of range is left out (llvm#61555)', () => {
    const { all, rules, diagnostics } = functionsOf([4, 'last'], [5, 'beyond'], [0xffff_ffff, 'far beyond']);
    expect(all).toEqual(['4 last']);
    expect(rules).toEqual(['names/out-of-range']);
    expect(diagnostics[0]!.message).toBe('name for index 5 of 5; left out');
  });

  test('names out of order are found', () => {
    const { names, all, rules } = functionsOf([3, 'd'], [1, 'b'], [4, 'e'], [1, 'again'], [0, 'a']);
    expect(all).toEqual(['3 d', '4 e', '1 b', '0 a']);
    expect([0, 1, 2, 3, 4].map((index) => names.functions.name(index))).toEqual(['a', 'b', undefined, 'd', 'e']);
    expect(rules).toEqual(['names/order', 'names/duplicate']);
  });

  test('names out of order are found one by one', () => {
    const { names } = read(custom('name', subsection(1, map([3, 'd'], [1, 'b'], [0, 'a']))));
    expect(names.functions.name(1)).toBe('b');
    expect(names.functions.name(0)).toBe('a');
    expect(names.functions.name(3)).toBe('d');
  });

  test('locals of a function that is not there, and of one twice', () => {
    const { names, rules } = read(
      custom('name', subsection(2, vector([9, map([0, 'x'])], [2, map([0, 'y'])], [2, map([0, 'z'])]))),
    );
    expect([...names.locals.indexes()]).toEqual([2]);
    expect(names.locals.name(2, 0)).toBe('y');
    expect(rules).toEqual(['names/out-of-range', 'names/duplicate']);
  });

  test('several sections and subsections add up', () => {
    const { names, rules } = read(
      custom('name', subsection(1, map([0, 'a'])), subsection(1, map([0, 'b'], [1, 'c']))),
      custom('name', subsection(1, map([1, 'd'], [2, 'e'])), subsection(0, name('m'))),
    );
    expect([...names.functions.names()].map(({ index, name: n }) => `${index} ${n}`)).toEqual(['0 a', '1 c', '2 e']);
    expect([0, 1, 2, 3].map((index) => names.functions.name(index))).toEqual(['a', 'c', 'e', undefined]);
    expect(names.moduleName).toBe('m');
    expect(rules).toEqual(['names/duplicate-subsection', 'names/duplicate-section']);
  });

  test('bytes that are not UTF-8 are replaced', () => {
    const { names } = read(custom('name', subsection(1, vector([0, 2, 0xff, 0x61]))));
    expect(names.functions.name(0)).toBe('\ufffda');
  });
});

describe('damage', () => {
  test('a subsection past the end is read as far as it goes', () => {
    const { names, rules } = read(custom('name', 1, uleb(100), uleb(2), entry(0, 'a'), 1, uleb(9), 'b'));
    expect(names.functions.name(0)).toBe('a');
    expect(names.functions.name(1)).toBeUndefined();
    expect(names.functions.name(0)).toBe('a');
    expect(rules).toEqual(['names/subsection-past-end', 'names/damaged']);
  });

  test('a name past its subsection does not reach into the next one', () => {
    const { names, rules } = read(
      custom('name', subsection(1, uleb(1), 0, uleb(9), 'abc'), subsection(7, map([1, 'global']))),
    );
    expect([...names.functions.names()]).toEqual([]);
    expect(names.globals.name(1)).toBe('global');
    expect(rules).toEqual(['names/damaged']);
  });

  test.each([
    ['no size', [1]],
    ['a size without an end', [1, 0x80]],
  ])('%s', (_, tail) => {
    const { names, rules } = read(custom('name', subsection(0, name('m')), tail));
    expect(names.moduleName).toBe('m');
    expect(rules).toEqual(['names/damaged']);
  });

  test('subsections that are not known are left out', () => {
    const { names, rules } = read(custom('name', subsection(99, 1, 2, 3), subsection(1, map([0, 'a']))));
    expect(names.functions.name(0)).toBe('a');
    expect(rules).toEqual(['names/unknown-subsection']);
  });

  test('a module name past its subsection', () => {
    const { names, rules } = read(custom('name', subsection(0, uleb(9), 'abc')));
    expect(names.moduleName).toBeUndefined();
    expect(rules).toEqual(['names/damaged']);
  });

  test('locals that end early keep those before', () => {
    const { names, rules } = read(custom('name', subsection(2, uleb(2), 2, map([0, 'x']), 3, uleb(7), 0)));
    expect(names.locals.name(2, 0)).toBe('x');
    expect(rules).toEqual(['names/damaged']);
  });

  test('a count without bounds ends with the bytes', () => {
    const { names } = read(custom('name', subsection(1, uleb(2 ** 32 - 1), entry(0, 'a'))));
    expect([...names.functions.names()]).toHaveLength(1);
  });
});
