import { describe, expect, test } from 'vitest';
import { readDylink } from '../../src/wasm/dylink.ts';
import { readBuildId, readDebugLink, readExternalDebugInfo, readSourceMappingUrl } from '../../src/wasm/links.ts';
import { WasmModule } from '../../src/wasm/module.ts';
import { moduleKind } from '../../src/wasm/module-kind.ts';
import { readProducers } from '../../src/wasm/producers.ts';
import { readTargetFeatures } from '../../src/wasm/target-features.ts';
import { collect } from '../support/reports.ts';
import { bytes, counted, custom, name, type Piece, uleb, vector, wasm } from '../support/wasm-builder.ts';

/** Reads a module of one custom section, and what is reported meanwhile. */
function reading<T>(
  reader: (module: WasmModule, options: { report: ReturnType<typeof collect>['report'] }) => T,
  ...sections: readonly Piece[]
): { value: T; rules: string[] } {
  const { report, rules } = collect();
  return { value: reader(WasmModule.read(wasm(...sections)), { report }), rules };
}

describe.each([
  ['external_debug_info', readExternalDebugInfo],
  ['sourceMappingURL', readSourceMappingUrl],
] as const)('%s', (section, read) => {
  test.each([
    ['a URL', [name('größe.map')], 'größe.map', []],
    ['nothing', [], undefined, ['links/damaged']],
    ['a URL past the end', [9, 'abc'], undefined, ['links/damaged']],
    ['bytes behind the URL', [name('a'), 'b'], 'a', ['links/bytes-after-url']],
  ])('%s', (_, contents, expected, rules) => {
    expect(reading(read, custom(section, contents))).toEqual({ value: expected, rules });
  });

  test('not there', () => {
    expect(reading(read)).toEqual({ value: undefined, rules: [] });
  });
});

describe('build_id', () => {
  const sixteen = Array.from({ length: 16 }, (_, n) => n + 15);
  test.each([
    ['with its length', [counted('12345678')], '12345678', 'length-prefixed', []],
    ['bare, 16 bytes as of old tools', [sixteen], String.fromCharCode(...sixteen), 'raw', []],
    ['with the length of 16', [counted(sixteen)], String.fromCharCode(...sixteen), 'length-prefixed', []],
    ['of another length, bare', [9, 'abc'], '\x09abc', 'raw', ['links/build-id']],
    ['with bytes behind it', [1, 'abc'], '\x01abc', 'raw', ['links/build-id']],
  ])('%s', (_, contents, expected, encoding, rules) => {
    const { value, rules: reported } = reading(readBuildId, custom('build_id', contents));
    expect(value).toEqual({ bytes: bytes(expected), encoding });
    expect(reported).toEqual(rules);
  });

  test('empty or not there', () => {
    expect(reading(readBuildId, custom('build_id'))).toEqual({ value: undefined, rules: [] });
    expect(reading(readBuildId)).toEqual({ value: undefined, rules: [] });
  });
});

describe('.gnu_debuglink', () => {
  test.each([
    ['padded', ['ab.debug', 0, 0, 0, 0, 0x78, 0x56, 0x34, 0x12], 'ab.debug'],
    ['not padded', ['abc', 0, 0x78, 0x56, 0x34, 0x12], 'abc'],
  ])('%s', (_, contents, fileName) => {
    expect(reading(readDebugLink, custom('.gnu_debuglink', contents)).value).toEqual({ fileName, crc: 0x1234_5678 });
  });

  test.each([
    ['no end of the name', ['abc']],
    ['no checksum', ['a', 0]],
    ['nothing', []],
  ])('%s', (_, contents) => {
    expect(reading(readDebugLink, custom('.gnu_debuglink', contents))).toEqual({
      value: undefined,
      rules: ['links/damaged'],
    });
  });

  test('not there', () => {
    expect(reading(readDebugLink).value).toBeUndefined();
  });
});

describe('producers', () => {
  test('are listed', () => {
    const contents = vector(
      [name('language'), vector([name('C11'), name('')])],
      [name('processed-by'), vector([name('clang'), name('19')], [name('lld'), name('19')])],
    );
    expect(reading(readProducers, custom('producers', contents)).value).toEqual([
      { field: 'language', name: 'C11', version: '' },
      { field: 'processed-by', name: 'clang', version: '19' },
      { field: 'processed-by', name: 'lld', version: '19' },
    ]);
  });

  test('before damage; none without a section', () => {
    const contents = [uleb(1), name('language'), uleb(2), name('C11'), name(''), name('C')];
    const { value, rules } = reading(readProducers, custom('producers', contents));
    expect(value).toHaveLength(1);
    expect(rules).toEqual(['producers/damaged']);
    expect(reading(readProducers).value).toEqual([]);
  });
});

describe('target_features', () => {
  test('are listed', () => {
    expect(
      reading(readTargetFeatures, custom('target_features', vector(['+', name('simd128')], ['-', name('atomics')])))
        .value,
    ).toEqual([
      { name: 'simd128', prefix: '+' },
      { name: 'atomics', prefix: '-' },
    ]);
  });

  test('before damage; none without a section', () => {
    const { value, rules } = reading(readTargetFeatures, custom('target_features', uleb(2), '+', name('a'), '+'));
    expect(value).toHaveLength(1);
    expect(rules).toEqual(['features/damaged']);
    expect(reading(readTargetFeatures).value).toEqual([]);
  });
});

describe('dylink', () => {
  const info = [uleb(200), 4, 3, 0];
  const expected = { memorySize: 200, memoryAlignment: 4, tableSize: 3, tableAlignment: 0, needed: ['a.so', 'b.so'] };
  const needed = vector(name('a.so'), name('b.so'));

  test.each([
    ['dylink.0', [1, counted(info), 2, counted(needed), 3, counted(vector([name('e'), 0])), 4, counted(vector())]],
    ['dylink', [info, needed]],
  ])('%s', (section, contents) => {
    expect(reading(readDylink, custom(section, contents))).toEqual({ value: expected, rules: [] });
  });

  test('before damage; none without a section', () => {
    const { value, rules } = reading(
      readDylink,
      custom('dylink.0', 1, counted(info), 2, counted(uleb(9), name('a.so'))),
    );
    expect(value).toEqual({ ...expected, needed: ['a.so'] });
    expect(rules).toEqual(['dylink/damaged']);
    expect(reading(readDylink).value).toBeUndefined();
  });
});

test.each([
  [[], 'linked'],
  [['linking'], 'object'],
  [['dylink.0'], 'shared'],
  [['dylink'], 'shared'],
  [['dylink.0', 'linking'], 'shared'],
])('a module with %o is %s', (sections, kind) => {
  expect(moduleKind(WasmModule.read(wasm(sections.map((each) => custom(each, 0)))))).toBe(kind);
});
