import { describe, expect, test } from 'vitest';
import { isArchive, readArchive } from '../../src/wasm/archive.ts';
import { WasmModule } from '../../src/wasm/module.ts';
import { fixture, fixtures } from '../support/fixtures.ts';
import { bytes, type Piece, wasm } from '../support/wasm-builder.ts';

const MAGIC = '!<arch>\n';

function member(field: string, ...contents: readonly Piece[]): Uint8Array {
  const body = bytes(...contents);
  const head = `${field.padEnd(16)}${'0'.padEnd(12)}${'0'.padEnd(6)}${'0'.padEnd(6)}${'644'.padEnd(8)}${String(body.length).padEnd(10)}\`\n`;
  return bytes(head, body, body.length % 2 === 1 ? '\n' : []);
}

const names = (input: Uint8Array): string[] => readArchive(input).map(({ name }) => name);

describe('members', () => {
  test('named as GNU does, long names in a list of their own', () => {
    const input = bytes(
      MAGIC,
      member('/', 1, 2, 3),
      member('//', 'a_very_long_member_name.o/\nanother_long_member_name.o/\n'),
      member('/0', 'abc'),
      member('short.o/', 'de'),
      member('/27', 'f'),
    );
    expect(names(input)).toEqual(['a_very_long_member_name.o', 'short.o', 'another_long_member_name.o']);
    const [first, second] = readArchive(input);
    expect(first!.window.toBytes()).toEqual(bytes('abc'));
    expect(second!.window.toBytes()).toEqual(bytes('de'));
    expect(input.subarray(second!.offset, second!.offset + 2)).toEqual(bytes('de'));
  });

  test('named as BSD does', () => {
    const input = bytes(
      MAGIC,
      member('#1/20', '__.SYMDEF SORTED\0\0\0\0', 1, 2),
      member('#1/12', 'long name.o\0', 'abc'),
      member('plain.o', 'de'),
    );
    expect(names(input)).toEqual(['long name.o', 'plain.o']);
    expect(readArchive(input)[0]!.window.toBytes()).toEqual(bytes('abc'));
    expect(readArchive(input)[0]!.window.start).toBe(0);
  });

  test('are modules', () => {
    const [only] = readArchive(bytes(MAGIC, member('a.o/', wasm())));
    expect(WasmModule.read(only!.window).sections).toEqual([]);
  });

  test('are none', () => {
    expect(names(bytes(MAGIC))).toEqual([]);
    expect(names(bytes(MAGIC, member('/SYM64/', 1)))).toEqual([]);
  });
});

describe('damage', () => {
  test.each([
    ['no archive', wasm(), 'no magic number of an archive at archive+0x0'],
    ['empty', bytes(), 'no magic number of an archive at archive+0x0'],
    ['thin', bytes('!<thin>\n'), 'thin archive: its members are files of their own at archive+0x0'],
    ['half a header', bytes(MAGIC, 'abc'), '16 bytes needed, 3 left at archive+0x8'],
    ['no header', bytes(MAGIC, ' '.repeat(60)), 'no header of a member at archive+0x8'],
    [
      'no end of a header',
      bytes(
        MAGIC,
        member('a/', 'b').map((byte) => (byte === 0x60 ? 0x61 : byte)),
      ),
      'no header of a member at archive+0x8',
    ],
    [
      'a member past the end',
      bytes(MAGIC, member('a/', 'bcd').subarray(0, 62)),
      '3 bytes needed, 2 left at archive+0x44',
    ],
    [
      'a long name without a list',
      bytes(MAGIC, member('/0', 'b')),
      'name 0 bytes into a list that does not reach there at archive+0x8',
    ],
    [
      'a long name past its list',
      bytes(MAGIC, member('//', 'a/\n'), member('/9', 'b')),
      'name 9 bytes into a list that does not reach there at archive+0x48',
    ],
    ['a BSD name past its member', bytes(MAGIC, member('#1/9', 'b')), '9 bytes needed, 1 left at archive+0x44'],
  ])('%s', (_, input, message) => {
    expect(() => readArchive(input)).toThrow(message);
  });

  test('is told from the magic number', () => {
    expect([bytes(MAGIC), bytes('!<thin>\n'), wasm(), bytes()].map((input) => isArchive(input))).toEqual([
      true,
      true,
      false,
      false,
    ]);
  });
});

test.each(
  fixtures()
    .filter(({ kind }) => kind === 'archive')
    .map(({ name }) => name),
)('%s', (name) => {
  const members = readArchive(fixture(name).module);
  expect(members.length).toBeGreaterThan(0);
  for (const { window } of members) expect(WasmModule.read(window).custom('linking')).toBeDefined();
});
