import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { WasmModule } from '../../src/wasm/module.ts';
import { type ModuleEdit, writeModule } from '../../src/wasm/module-writer.ts';
import { fixture, fixtures } from '../support/fixtures.ts';
import { bytes, custom, functions, name, type Piece, section, uleb, wasm } from '../support/wasm-builder.ts';

function write(input: Uint8Array, edit: ModuleEdit): Uint8Array {
  return writeModule(WasmModule.read(input), edit);
}

const three: readonly Piece[] = [custom('a', 1), bytes(10, uleb(3, 5), 0, 1, 2), custom('b', 2, 3)];

describe('sections', () => {
  test.each([
    ['nothing changed', {}, three],
    ['removed', { section: ({ name: n }) => (n === 'b' ? 'remove' : 'keep') }, three.slice(0, 2)],
    ['first one removed', { section: ({ name: n }) => (n === 'a' ? 'remove' : 'keep') }, three.slice(1)],
    [
      'replaced',
      { section: ({ name: n }) => (n === 'a' ? bytes(7, 8, 9) : 'keep') },
      [custom('a', 7, 8, 9), ...three.slice(1)],
    ],
    [
      'replaced by nothing',
      { section: ({ name: n }) => (n === 'a' ? bytes() : 'keep') },
      [custom('a'), ...three.slice(1)],
    ],
    [
      'replaced, the size as short as can be',
      { section: ({ id }) => (id === 10 ? bytes(5) : 'keep') },
      [three[0]!, section(10, 5), three[2]!],
    ],
    [
      'replaced, the size as long as before',
      { section: ({ id }) => (id === 10 ? bytes(5) : 'keep'), sizes: 'as-before' },
      [three[0]!, bytes(10, uleb(1, 5), 5), three[2]!],
    ],
    [
      'added',
      {
        append: [
          { name: 'c', contents: bytes(4) },
          { name: 'd', contents: bytes() },
        ],
      },
      [...three, custom('c', 4), custom('d')],
    ],
  ] satisfies [string, ModuleEdit, readonly Piece[]][])('%s', (_, edit, expected) => {
    expect(write(wasm(...three), edit)).toEqual(wasm(...expected));
  });

  test('a size that was short grows where it must', () => {
    const long = new Uint8Array(200);
    expect(write(wasm(custom('a', 1)), { section: () => long, sizes: 'as-before' })).toEqual(wasm(custom('a', long)));
  });

  test('added to a module without any', () => {
    expect(write(wasm(), { append: [{ name: 'größe', contents: bytes(1) }] })).toEqual(wasm(custom('größe', 1)));
  });

  test('bytes between and behind the sections stay', () => {
    const input = wasm(0, 0, three[0]!, 0, 0, three.slice(1), 0, 0, 5);
    expect(write(input, {})).toEqual(input);
    expect(write(input, { append: [{ name: 'c', contents: bytes(4) }] })).toEqual(
      wasm(0, 0, three[0]!, 0, 0, three.slice(1), custom('c', 4), 0, 0, 5),
    );
  });

  test('nothing can stand behind a section that the file ends in', () => {
    const input = wasm(custom('a', 1), 10, 100, 1);
    expect(write(input, {})).toEqual(input);
    expect(() => write(input, { append: [{ name: 'c', contents: bytes() }] })).toThrow(
      'code section ends with the file',
    );
    expect(
      write(input, {
        section: ({ id }) => (id === 10 ? 'remove' : 'keep'),
        append: [{ name: 'c', contents: bytes() }],
      }),
    ).toEqual(wasm(custom('a', 1), custom('c')));
  });

  test('a name that is not UTF-8 stays where the section does', () => {
    const input = wasm(section(0, 2, 0xff, 0x61, 5));
    expect(write(input, {})).toEqual(input);
  });
});

test('a module with new custom sections still runs', async () => {
  const input = functions([0x0b]);
  const output = write(input, { append: [{ name: 'name', contents: bytes(0, 2, name('m')) }] });
  // WebAssembly is in every run-time of the tests, but in none of the types that they are compiled with.
  const { WebAssembly } = globalThis as unknown as {
    WebAssembly: { Module: new (bytes: Uint8Array) => object; validate(bytes: Uint8Array): boolean };
  };
  expect(WebAssembly.validate(output)).toBe(true);
});

test.each(
  fixtures()
    .filter(({ kind }) => kind !== 'archive' && kind !== 'component')
    .map((each) => each.name),
)('%s stays as it is', (each) => {
  const input = fixture(each).module;
  expect(Buffer.compare(write(input, {}), input)).toBe(0);
});

test('what is added can be taken away', () => {
  const input = wasm(...three);
  fc.assert(
    fc.property(fc.array(fc.record({ name: fc.string(), contents: fc.uint8Array() })), (append) => {
      const count = WasmModule.read(input).sections.length;
      const longer = WasmModule.read(write(input, { append }));
      expect(
        longer.sections.slice(count).map(({ name: n, window }) => ({ name: n, contents: window.toBytes() })),
      ).toEqual(
        append.map(({ name: n, contents }) => ({
          name: new TextDecoder().decode(new TextEncoder().encode(n)),
          contents,
        })),
      );
      const added = new Set(longer.sections.slice(count));
      expect(writeModule(longer, { section: (each) => (added.has(each) ? 'remove' : 'keep') })).toEqual(input);
    }),
  );
});
