import { describe, expect, test } from 'vitest';
import { editDistance } from '../../src/cli/arguments/edit-distance.ts';
import { expandResponseFiles } from '../../src/cli/arguments/response-files.ts';
import { tokenize } from '../../src/cli/arguments/tokenize.ts';
import { SettingsError, settingsFrom } from '../../src/cli/llvm-settings.ts';
import { parseUnsigned } from '../../src/cli/numbers.ts';
import { substitutePath } from '../../src/cli/source-paths.ts';
import { MemoryIo } from '../support/memory-io.ts';

describe('words of a text, as GNU tools take them apart', () => {
  test.each([
    ['', []],
    ['  -f\t-i\n-C\r\n', ['-f', '-i', '-C']],
    ["-e 'dir with space/a b.wasm'", ['-e', 'dir with space/a b.wasm']],
    ['-e "a \'b\'" c\\ d', ['-e', "a 'b'", 'c d']],
    ['"a\\"b" \\\\', ['a"b', '\\']],
    ["x'y z'w", ['xy zw']],
    ['"open', ['open']],
    ["''", []],
    ['a\\', ['a\\']],
  ])('%j', (text, words) => expect(tokenize(text)).toEqual(words));
});

describe('response files', () => {
  const files: Record<string, string> = {
    '/a.rsp': '-e "x y.wasm" @/b.rsp',
    '/b.rsp': '\ufeff-p',
    '/self.rsp': '@/self.rsp 0x1',
  };
  const replaced = Object.fromEntries(Object.entries(files).map(([path, text]) => [path, Buffer.from(text)]));
  const expand = (args: string[]) => {
    const io = new MemoryIo({ argv0: 'x', directory: '/', replaced });
    return { words: expandResponseFiles(args, io), errors: io.errors };
  };

  test('files in files, a byte order mark, quotes', () => {
    expect(expand(['@/a.rsp', '0x92'])).toEqual({ words: ['-e', 'x y.wasm', '-p', '0x92'], errors: '' });
  });

  test('one that is not there stays as it stands', () => {
    expect(expand(['@/nope.rsp', '@'])).toEqual({ words: ['@/nope.rsp', '@'], errors: '' });
  });

  test('one that names itself is told of', () => {
    expect(expand(['@/self.rsp'])).toEqual({
      words: ['@/self.rsp', '0x1'],
      errors: "recursive expansion of: '/self.rsp'\n",
    });
  });
});

describe('numbers', () => {
  test.each([
    ['0', 0],
    ['146', 146],
    ['0x92', 0x92],
    ['0X92', 0x92],
    ['0222', 0o222],
    ['0o222', 0o222],
    ['0b101', 5],
    ['0B101', 5],
    ['00', 0],
    ['18446744073709551615', 2n ** 64n - 1n],
    ['0x0000000000000000000000000000000001', 1],
    ['9007199254740991', 2 ** 53 - 1],
    ['9007199254740992', 2n ** 53n],
    ['18446744073709551616', undefined],
    ['0x10000000000000000', undefined],
    ['0x', undefined],
    ['0O17', undefined],
    ['08', undefined],
    ['', undefined],
    ['12zz', undefined],
    ['1_2', undefined],
    ['-1', undefined],
    ['+1', undefined],
  ])('%s', (text, value) => expect(parseUnsigned(text, 0)).toBe(value));

  test('hexadecimal without a prefix', () => {
    expect(parseUnsigned('92', 16)).toBe(0x92);
    expect(parseUnsigned('ffffffffffffffff', 16)).toBe(2n ** 64n - 1n);
    expect(parseUnsigned('0x92', 16)).toBeUndefined();
  });
});

test.each([
  ['--inline', '--inlines', 1],
  ['', 'abc', 3],
  ['kitten', 'sitting', 3],
  ['same', 'same', 0],
])('edit distance of %s and %s', (a, b, distance) => expect(editDistance(a, b)).toBe(distance));

describe('settings', () => {
  const options = (...list: [string, string?][]) =>
    list.map(([option, value = '']) => ({ option, spelling: '', value }));
  const settings = (...list: [string, string?][]) => settingsFrom(options(...list), { addr2line: false });

  test('the last of two counts', () => {
    expect(settings(['inlines'], ['no-inlines']).inlines).toBe(false);
    expect(settings(['no-inlines'], ['inlines']).inlines).toBe(true);
    expect(settings(['basenames'], ['relativenames']).paths).toBe('relative');
    expect(settings(['relativenames'], ['basenames']).paths).toBe('basename');
  });

  test('a bare --functions beats --functions=none, wherever it stands', () => {
    expect(settings(['functions'], ['functions=', 'none']).functions).toBe('linkage');
    expect(settings(['functions=', 'none']).functions).toBe('none');
    expect(settings(['functions=', 'what']).functions).toBe('linkage');
  });

  test('addr2line has other defaults', () => {
    const { inlines, demangle, functions, style } = settingsFrom([], { addr2line: true });
    expect({ inlines, demangle, functions, style }).toEqual({
      inlines: false,
      demangle: false,
      functions: 'none',
      style: 'GNU',
    });
  });

  test.each([
    ['adjust-vma', 'zz', "--adjust-vma=: expected a non-negative integer, but got 'zz'"],
    ['adjust-vma', '-5', "--adjust-vma=: expected a non-negative integer, but got '-5'"],
    ['print-source-context-lines', 'x', "--print-source-context-lines=: expected a non-negative integer, but got 'x'"],
    ['address-space', 'rom', "--address-space=: expected file, code or auto, but got 'rom'\n"],
    ['source-map-path', '=x', "--source-map-path=: expected FROM=TO, but got '=x'\n"],
  ])('--%s=%s', (option, value, message) => {
    expect(() => settings([option, value])).toThrow(new SettingsError(message));
  });

  test('numbers of all kinds', () => {
    expect(settings(['adjust-vma', '0x10'], ['print-source-context-lines', '-3'])).toMatchObject({
      adjustVma: 16n,
      sourceLines: -3,
    });
  });
});

test('paths of elsewhere', () => {
  const substitutions = [
    { from: '/build/lib', to: 'vendor' },
    { from: '/build', to: '/home/me/src' },
    { from: 'C:/x/', to: 'y/' },
  ];
  expect(substitutePath('/build/a.c', substitutions)).toBe('/home/me/src/a.c');
  expect(substitutePath('/build/lib/a.c', substitutions)).toBe('vendor/a.c');
  expect(substitutePath('/builder/a.c', substitutions)).toBe('/builder/a.c');
  expect(substitutePath('C:/x/a.c', substitutions)).toBe('y/a.c');
  expect(substitutePath('/build', substitutions)).toBe('/home/me/src');
});
