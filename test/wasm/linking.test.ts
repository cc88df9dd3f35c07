import { describe, expect, test } from 'vitest';
import { readLinking, WASM_SYM } from '../../src/wasm/linking.ts';
import { WasmModule } from '../../src/wasm/module.ts';
import { nameOfRelocation, readRelocations } from '../../src/wasm/relocations.ts';
import { collect } from '../support/reports.ts';
import {
  bytes,
  counted,
  custom,
  name,
  type Piece,
  section,
  sleb,
  uleb,
  vector,
  wasm,
} from '../support/wasm-builder.ts';

const imports = section(
  2,
  vector(
    [name('env'), name('imported'), 0, 0],
    [name('env'), name('g'), 3, 0x7f, 0],
    [name('env'), name('other'), 0, 0],
  ),
);
const subsection = (id: number, ...pieces: readonly Piece[]): Uint8Array => bytes(id, counted(...pieces));

function read(...contents: readonly Piece[]) {
  const { report, rules } = collect();
  return { linking: readLinking(WasmModule.read(wasm(imports, custom('linking', contents))), { report })!, rules };
}

describe('the linking section', () => {
  test('symbols of every kind', () => {
    const { linking, rules } = read(
      2,
      subsection(
        8,
        vector(
          [0, 0, uleb(300), name('defined')],
          [0, WASM_SYM.UNDEFINED, 1],
          [0, WASM_SYM.UNDEFINED | WASM_SYM.EXPLICIT_NAME, 0, name('explicit')],
          [0, WASM_SYM.UNDEFINED, 9],
          [1, WASM_SYM.BINDING_WEAK, name('data'), 1, uleb(200), 4],
          [1, WASM_SYM.UNDEFINED, name('extern')],
          [1, uleb(WASM_SYM.TLS), name('tls'), 2, 0, 8],
          [2, WASM_SYM.UNDEFINED, 0],
          [3, WASM_SYM.BINDING_LOCAL, 7],
          [4, 0, 0, name('tag')],
          [5, 0, 0, name('table')],
        ),
      ),
    );
    expect(
      linking.symbols.map((each) => [each.kind, each.name, each.flags, each.index, each.offset, each.size]),
    ).toEqual([
      ['function', 'defined', 0, 300, 0, 0],
      ['function', 'other', 0x10, 1, 0, 0],
      ['function', 'explicit', 0x50, 0, 0, 0],
      ['function', undefined, 0x10, 9, 0, 0],
      ['data', 'data', 1, 1, 200, 4],
      ['data', 'extern', 0x10, undefined, 0, 0],
      ['data', 'tls', 0x100, 2, 0, 8],
      ['global', 'g', 0x10, 0, 0, 0],
      ['section', undefined, 2, 7, 0, 0],
      ['tag', 'tag', 0, 0, 0, 0],
      ['table', 'table', 0, 0, 0, 0],
    ]);
    expect(rules).toEqual([]);
  });

  test('segments, functions that run first, groups', () => {
    const { linking } = read(
      2,
      subsection(5, vector([name('.rodata'), 4, 1])),
      subsection(6, vector([uleb(65535), 3])),
      subsection(7, vector([name('group'), 0, vector([1, 2], [0, 3])])),
      subsection(99, 1, 2, 3),
    );
    expect(linking).toMatchObject({
      version: 2,
      segments: [{ name: '.rodata', alignment: 4, flags: 1 }],
      initFunctions: [{ priority: 65535, symbol: 3 }],
      comdats: [
        {
          name: 'group',
          members: [
            { kind: 1, index: 2 },
            { kind: 0, index: 3 },
          ],
        },
      ],
    });
  });

  test('damage in one subsection leaves the others', () => {
    const { linking, rules } = read(
      2,
      subsection(8, uleb(3), [0, 0, 1, name('a')], [9, 0, 0]),
      subsection(5, vector([name('s'), 0, 0])),
    );
    expect(linking.symbols).toHaveLength(1);
    expect(linking.segments).toHaveLength(1);
    expect(rules).toEqual(['linking/damaged']);
  });

  test.each([
    ['another version', [1, subsection(5, vector([name('s'), 0, 0]))], ['linking/version'], 1],
    ['a subsection past the end', [2, subsection(5, vector([name('s'), 0, 0])), 8, 100], ['linking/damaged'], 1],
    ['nothing', [], ['linking/damaged'], 0],
  ])('%s', (_, contents, expected, segments) => {
    const { linking, rules } = read(contents);
    expect(linking.segments).toHaveLength(segments);
    expect(rules).toEqual(expected);
  });

  test('is not there', () => {
    expect(readLinking(WasmModule.read(wasm()))).toBeUndefined();
  });
});

describe('relocations', () => {
  test('of every type; those of addresses have an addend', () => {
    const withAddend = new Set([3, 4, 5, 8, 9, 11, 14, 15, 16, 17, 21, 22, 23, 25]);
    const entries = Array.from({ length: 27 }, (_, type) => [
      type,
      uleb(type * 100),
      type,
      withAddend.has(type) ? sleb(-type) : [],
    ]);
    const module = WasmModule.read(wasm(section(10, 0), custom('reloc.CODE', 0, vector(...entries))));
    const [relocations] = readRelocations(module);
    expect(relocations!.target!.name).toBe('code');
    expect([...relocations!.types]).toEqual(Array.from({ length: 27 }, (_, type) => type));
    expect([...relocations!.offsets]).toEqual(Array.from({ length: 27 }, (_, type) => type * 100));
    expect([...relocations!.indexes]).toEqual(Array.from({ length: 27 }, (_, type) => type));
    expect([...relocations!.addends]).toEqual(
      Array.from({ length: 27 }, (_, type) => (withAddend.has(type) ? -type : 0)),
    );
    expect(nameOfRelocation(26)).toBe('R_WASM_FUNCTION_INDEX_I32');
    expect(nameOfRelocation(99)).toBe('R_WASM_99');
  });

  test('of several sections', () => {
    const module = WasmModule.read(
      wasm(
        section(10, 0),
        custom('.debug_info', 0),
        custom('reloc.CODE', 0, vector()),
        custom('reloc..debug_info', 1, vector([0, 1, 2])),
      ),
    );
    expect(readRelocations(module).map(({ target, count }) => [target?.name, count])).toEqual([
      ['code', 0],
      ['.debug_info', 1],
    ]);
  });

  test.each([
    ['an unknown type', [0, uleb(2), 0, 1, 2, 27, 1, 2]],
    ['no end', [0, uleb(2), 0, 1, 2, 3, 1, 2]],
    ['a count without bounds', [0, uleb(2 ** 32 - 1), 0, 1, 2]],
  ])('before damage: %s', (_, contents) => {
    const { report, rules } = collect();
    const [relocations] = readRelocations(WasmModule.read(wasm(section(10, 0), custom('reloc.CODE', contents))), {
      report,
    });
    expect(relocations!.count).toBe(1);
    expect(relocations!.offsets).toHaveLength(1);
    expect(rules).toEqual(['relocations/damaged']);
  });

  test('of a section that is not there', () => {
    expect(readRelocations(WasmModule.read(wasm(custom('reloc.x', 7, vector()))))[0]!.target).toBeUndefined();
  });
});
