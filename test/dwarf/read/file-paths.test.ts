/**
 * How LLVM joins the paths of line tables (`DWARFDebugLine::Prologue::getFileNameByIndex` and `sys::path::append`);
 * that llvm-symbolizer answers with the same paths is tested on the fixtures and the upstream modules.
 */
import { expect, test } from 'vitest';
import { isAbsolutePath, joinPath, pathsOfFile } from '../../../src/dwarf/read/file-paths.ts';

test.each([
  // Up to version 4 directory 0 is the compilation directory, which has no entry.
  [4, 'a.c', 0, '/build/a.c', 'a.c'],
  [4, 'a.c', 1, '/src/a.c', '/src/a.c'],
  [4, 'a.c', 2, '/build/lib/a.c', 'lib/a.c'],
  [4, './a.c', 2, '/build/lib/./a.c', 'lib/./a.c'],
  [4, 'a.c', 9, '/build/a.c', 'a.c'],
  [4, '/abs/a.c', 2, '/abs/a.c', '/abs/a.c'],
  [4, 'C:\\abs\\a.c', 2, 'C:\\abs\\a.c', 'C:\\abs\\a.c'],
  [4, '\\\\host\\a.c', 2, '\\\\host\\a.c', '\\\\host\\a.c'],
  // Since version 5 it has one, and stands for itself.
  [5, 'a.c', 0, '/src/a.c', 'a.c'],
  [5, 'a.c', 1, '/build/lib/a.c', 'lib/a.c'],
  [5, 'a.c', 9, '/build/a.c', 'a.c'],
] as const)('version %i: %s in directory %i is %s', (version, name, directory, path, relativePath) => {
  const directories = [{ path: '/src' }, { path: 'lib' }];
  expect(pathsOfFile({ version, directories }, { name, directory }, '/build')).toEqual({ path, relativePath, name });
});

test('without a compilation directory a path stays relative', () => {
  const header = { version: 4, directories: [{ path: 'lib' }] };
  expect(pathsOfFile(header, { name: 'a.c', directory: 1 }, undefined).path).toBe('lib/a.c');
  expect(pathsOfFile({ version: 5, directories: [] }, { name: 'a.c', directory: 0 }, '/build').path).toBe('a.c');
});

test.each([
  ['/a', true],
  ['//host/a', true],
  ['//host', false],
  ['C:/a', true],
  ['c:\\a', true],
  ['C:a', false],
  ['C:', false],
  ['\\a', false],
  ['\\\\host\\a', true],
  ['a/b', false],
  ['', false],
])('%s is absolute: %s', (path, isAbsolute) => {
  expect(isAbsolutePath(path)).toBe(isAbsolute);
});

test.each([
  [['a', 'b'], 'a/b'],
  [['a/', 'b'], 'a/b'],
  [['a/', '//b'], 'a/b'],
  [['a', '/b'], 'a/b'],
  [['', 'a', '', 'b'], 'a/b'],
  [['/', 'a'], '/a'],
  [[], ''],
])('%j is joined to %s', (parts, path) => {
  expect(joinPath(...parts)).toBe(path);
});
