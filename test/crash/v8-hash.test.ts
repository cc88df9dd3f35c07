/** V8's names for modules without a URL, as engines printed them. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { hasV8Hash } from '../../src/crash/v8-hash.ts';
import { recordedCases } from '../support/cases.ts';

const cases = recordedCases('crash');

test.skipIf(cases === undefined).each([
  // V8 11.3, in Node 20.20; V8 15, in Chromium 156.
  { file: 'mod.stripped.wasm', node: '271460b6', chromium: '0a59b342' },
  { file: 'mod.names.wasm', node: 'a47610ba', chromium: 'efc535ba' },
  { file: 'mod.debug.wasm', node: 'c5b3f602', chromium: '560bcef2' },
  { file: 'wz.stripped.wasm', node: 'd78feef6', chromium: 'f88f811a' },
  { file: 'wz.names.wasm', node: '59591d3e', chromium: 'edbfa856' },
  { file: 'wasi.names.wasm', node: '538e4222', chromium: 'a590d9c2' },
])('$file', ({ file, node, chromium }) => {
  const bytes = new Uint8Array(readFileSync(join(cases!, 'modules', file)));
  for (const hash of [node, chromium]) expect(hasV8Hash(hash, bytes.length, () => bytes)).toBe(true);
  expect(hasV8Hash('00000002', bytes.length, () => bytes)).toBe(false);
});

test('of large modules the size and nothing else', () => {
  const never = (): Uint8Array => {
    throw new Error('the bytes were asked for');
  };
  expect(hasV8Hash('00010002', 16384, never)).toBe(true);
  expect(hasV8Hash('00124f82', 300_000, never)).toBe(true);
  expect(hasV8Hash('00124f82', 300_001, never)).toBe(false);
});

test('the smallest modules end', () => {
  for (let size = 8; size < 200; size++) {
    expect(hasV8Hash('ffffffff', size, () => new Uint8Array(size))).toBe(false);
  }
});
