import { describe, expect, test } from 'vitest';
import { codeOffset, moduleOffset } from '../../src/addresses.ts';
import { type ByteSource, FileImage } from '../../src/bytes/byte-source.ts';
import { Window } from '../../src/bytes/window.ts';
import { WasmModule } from '../../src/wasm/module.ts';
import { nameOfSection } from '../../src/wasm/sections.ts';
import { collect } from '../support/reports.ts';
import {
  bytes,
  COMPONENT_PREAMBLE,
  counted,
  custom,
  name,
  PREAMBLE,
  section,
  uleb,
  vector,
  wasm,
} from '../support/wasm-builder.ts';

const empty = vector();

describe('sections', () => {
  test('stand where they stand; a custom one counts from behind its name', () => {
    const module = WasmModule.read(wasm(section(1, empty), custom('.debug_info', 'abc'), section(10, empty)));
    expect(module.version).toBe(1);
    expect(module.sections.map(({ window, ...place }) => ({ ...place, base: window.base, size: window.size }))).toEqual(
      [
        { id: 1, name: 'type', headerOffset: 8, payloadOffset: 10, end: 11, truncated: false, base: 10, size: 1 },
        {
          id: 0,
          name: '.debug_info',
          headerOffset: 11,
          payloadOffset: 13,
          end: 28,
          truncated: false,
          base: 25,
          size: 3,
        },
        { id: 10, name: 'code', headerOffset: 28, payloadOffset: 30, end: 31, truncated: false, base: 30, size: 1 },
      ],
    );
    expect(module.custom('.debug_info')!.window.section).toBe('.debug_info');
    expect(module.section(1)!.name).toBe('type');
    expect(module.section(2)).toBeUndefined();
    expect(module.custom('code')).toBeUndefined();
    expect(module.codeStart).toBe(30);
    expect(module.code!.section).toBe('code');
  });

  test('repeat, stand anywhere, and may be unknown', () => {
    const { report, rules, diagnostics } = collect();
    const module = WasmModule.read(
      wasm(
        custom('name', 1),
        section(42, 1, 2),
        custom('x', 1),
        section(10, empty),
        custom('x', 2, 3),
        section(1, empty),
        section(1, 1),
      ),
      { report },
    );
    expect(module.sections.map((each) => each.name)).toEqual(['name', 'section 42', 'x', 'code', 'x', 'type', 'type']);
    expect(module.customs('x').map(({ window }) => window.size)).toEqual([1, 2]);
    expect(module.custom('x')!.window.size).toBe(1);
    expect(module.section(1)!.window.toBytes()).toEqual(bytes(0));
    expect(rules).toEqual(['module/section-order', 'module/duplicate-section']);
    expect(diagnostics[1]!.message).toBe('another type section; the first is used');
  });

  test('in the order of the specification, tags before globals, are nothing to report', () => {
    const { report, rules } = collect();
    WasmModule.read(wasm([1, 2, 3, 4, 5, 13, 14, 6, 7, 8, 9, 12, 10, 11].map((id) => section(id, empty))), { report });
    expect(rules).toEqual([]);
  });

  test('size with padding, as linkers write it', () => {
    const module = WasmModule.read(wasm(10, uleb(1, 5), 0));
    expect(module.codeStart).toBe(14);
  });

  test('unknown ids have a number for a name', () => {
    expect([0, 10, 12, 13, 15].map(nameOfSection)).toEqual(['custom', 'code', 'datacount', 'tag', 'section 15']);
  });
});

describe('addresses', () => {
  const module = WasmModule.read(wasm(section(10, 1, 2, 3)));

  test('are converted by the start of the code section', () => {
    expect(module.toCode(moduleOffset(10))).toBe(0);
    expect(module.toCode(moduleOffset(12))).toBe(2);
    expect(module.toCode(moduleOffset(9))).toBeUndefined();
    expect(module.toCode(moduleOffset(13))).toBeUndefined();
    expect(module.toModule(codeOffset(2))).toBe(12);
  });

  test('do not exist without one', () => {
    const without = WasmModule.read(wasm());
    expect(without.code).toBeUndefined();
    expect(without.codeStart).toBeUndefined();
    expect(without.toCode(moduleOffset(8))).toBeUndefined();
    expect(without.toModule(codeOffset(0))).toBeUndefined();
  });
});

describe('damage', () => {
  test.each([
    ['empty', [], 'not-wasm', 'empty file at module+0x0'],
    ['too short for the magic number', [0, 0x61], 'not-wasm', 'no magic number of a wasm module at module+0x0'],
    ['ELF', ['\x7fELF', 0, 0, 0, 0], 'not-wasm', 'no magic number of a wasm module at module+0x0'],
    ['no version', [PREAMBLE.slice(0, 4)], 'unexpected-end', '2 bytes needed, 0 left at module+0x4'],
    ['half a version', [PREAMBLE.slice(0, 6)], 'unexpected-end', '2 bytes needed, 0 left at module+0x6'],
    ['version 2', [PREAMBLE.slice(0, 4), 2, 0, 0, 0], 'unknown-version', 'version 2 of a module at module+0x4'],
    [
      'an old version',
      [PREAMBLE.slice(0, 4), 1, 0, 2, 0],
      'unknown-version',
      'version 131073 of a module at module+0x4',
    ],
    ['a component', [COMPONENT_PREAMBLE], 'unknown-version', 'a component, not a core module at module+0x4'],
  ])('no module: %s', (_, input, code, message) => {
    const read = () => WasmModule.read(bytes(...input));
    expect(read).toThrow(message);
    expect(read).toThrow(expect.objectContaining({ code }));
  });

  test('a section past the end is there as far as it goes', () => {
    const { report, rules, diagnostics } = collect();
    const module = WasmModule.read(wasm(section(1, empty), 10, uleb(100), 1, 2), { report });
    expect(module.sections.map(({ name: n, window, truncated }) => [n, window.size, truncated])).toEqual([
      ['type', 1, false],
      ['code', 2, true],
    ]);
    expect(rules).toEqual(['module/section-past-end']);
    expect(diagnostics[0]).toMatchObject({ section: 'module', offset: 11 });
  });

  test('a section that lacks one byte is one past the end', () => {
    const { report, rules } = collect();
    expect(WasmModule.read(wasm(10, uleb(3), 1, 2), { report }).sections[0]).toMatchObject({
      truncated: true,
      end: 12,
    });
    expect(WasmModule.read(wasm(10, uleb(2), 1, 2), { report }).sections[0]).toMatchObject({
      truncated: false,
      end: 12,
    });
    expect(rules).toEqual(['module/section-past-end']);
  });

  test.each([
    ['no size', [5]],
    ['a size without an end', [5, 0x80, 0x80]],
    ['a size of more than 64 bits', [5, new Array(10).fill(0xff), 0x7f]],
  ])('a header that cannot be read ends the list: %s', (_, tail) => {
    const { report, rules } = collect();
    expect(WasmModule.read(wasm(section(1, empty), tail), { report }).sections).toHaveLength(1);
    expect(rules).toEqual(['module/section-header']);
  });

  test.each([
    ['not UTF-8', section(0, 2, 0xff, 0x61, 5), '\ufffda', 1],
    ['past the end of the section', section(0, 5, 0x61), '', 2],
    ['a length without an end', section(0, 0x80), '', 1],
  ])('a custom name %s', (_, input, expected, size) => {
    const { report, rules } = collect();
    const module = WasmModule.read(wasm(input, section(1, empty)), { report });
    expect(module.sections[0]).toMatchObject({ id: 0, name: expected });
    expect(module.sections[0]!.window.size).toBe(size);
    expect(module.sections[1]!.name).toBe('type');
    expect(rules).toEqual(['module/custom-name']);
  });

  test('zero bytes at the end are left out and reported once', () => {
    const { report, rules } = collect();
    expect(WasmModule.read(wasm(section(1, empty), new Array(1000).fill(0)), { report }).sections).toHaveLength(1);
    expect(rules).toEqual(['module/custom-without-name']);
  });

  test('more sections than anybody makes end the list', () => {
    const { report, rules } = collect();
    const module = WasmModule.read(bytes(PREAMBLE, new Array(100_001).fill([99, 0])), { report });
    expect(module.sections).toHaveLength(100_000);
    expect(rules).toEqual(['module/too-many-sections']);
  });
});

/** Bytes that remember how many of them were read. */
class CountingSource implements ByteSource {
  readonly size: number;
  readonly #bytes: Uint8Array;
  read_ = 0;

  constructor(all: Uint8Array) {
    this.#bytes = all;
    this.size = all.length;
  }

  read(offset: number, length: number): Uint8Array {
    this.read_ += length;
    return this.#bytes.subarray(offset, offset + length);
  }
}

describe('sources', () => {
  const large = (size: number): Uint8Array => {
    const contents = new Uint8Array(size);
    const head = bytes(name('.debug_info'));
    const all = [bytes(PREAMBLE, 0, uleb(head.length + size), head), contents, bytes(section(10, empty))];
    const joined = new Uint8Array(all.reduce((sum, each) => sum + each.length, 0));
    let at = 0;
    for (const each of all) {
      joined.set(each, at);
      at += each.length;
    }
    return joined;
  };

  test('only the headers of the sections are read', () => {
    const source = new CountingSource(large(10_000_000));
    const module = WasmModule.read(source);
    expect(module.sections.map(({ name: n }) => n)).toEqual(['.debug_info', 'code']);
    expect(source.read_).toBeLessThanOrEqual(3 * 65536);
  });

  test('bytes, a file image and a part of another file give the same', () => {
    const input = wasm(section(1, empty), section(10, 1, 2));
    const places = (module: WasmModule): unknown => module.sections.map(({ window, ...place }) => place);
    const expected = places(WasmModule.read(input));
    expect(places(WasmModule.read(new FileImage(input)))).toEqual(expected);
    const inside = Window.of(bytes(9, 9, 9, input, 9), 'archive').part(3, 3 + input.length);
    const module = WasmModule.read(inside);
    expect(places(module)).toEqual(expected);
    expect(module.code!.toBytes()).toEqual(bytes(1, 2));
    expect(module.window.section).toBe('module');
  });

  test('the bytes of a buffer are not copied', () => {
    const input = wasm(counted());
    expect(WasmModule.read(input).window.bytes).toBe(input);
  });
});
