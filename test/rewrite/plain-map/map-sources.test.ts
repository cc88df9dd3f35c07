import { expect, test } from 'vitest';
import type { SourceFile } from '../../../src/frames/frame.ts';
import { matchSources } from '../../../src/rewrite/plain-map/map-sources.ts';

const files = ['/b/src/a.c', '/b/lib/a.c', '/b/src/../src/x.h', 'C:\\b\\y.c', '/a.c'].map(
  (path): SourceFile => ({ path, relativePath: path, name: path }),
);

test.each([
  ['/b/src/a.c', [0], true],
  ['../../b/lib/a.c', [1], true],
  ['src/a.c', [0], true],
  ['a.c', [4], true],
  ['file:///b/src/x.h', [2], true],
  ['webpack://app/./src/x.h', [2], false],
  ['b/y.c', [3], true],
  ['/elsewhere/b/src/a.c', [0], true],
  ['/elsewhere/lib/a.c', [1], false],
  ['/elsewhere/a.c', [0, 1, 4], false],
  ['/z/x.h', [2], false],
  ['none.c', [], false],
])('%s', (source, found, whole) => {
  expect(matchSources([source], files)).toEqual([{ files: found, whole }]);
});

test('a source without a name is none', () => {
  expect(matchSources([undefined], files)).toEqual([{ files: [], whole: false }]);
});
