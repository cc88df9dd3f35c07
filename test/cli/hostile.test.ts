import { expect, test } from 'vitest';
import { runLlvmTool } from '../../src/cli/llvm-tool.ts';
import { fixture } from '../support/fixtures.ts';
import { MemoryIo } from '../support/memory-io.ts';

/** Numbers that look random and are the same each time. */
function* numbers(seed: number): Generator<number, never> {
  let state = seed;
  // Seeds one after the other have to begin differently.
  for (let count = 0; count < 4; count++) state = Math.imul(state ^ (state >>> 15) ^ 0x5bd1e995, 0x2c1b3c6d) >>> 0;
  for (;;) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    yield state / 2 ** 32;
  }
}

/** A copy with a few bytes changed, or cut short. */
function damaged(module: Uint8Array, seed: number): Uint8Array {
  const random = numbers(seed);
  const next = (below: number): number => Math.floor(random.next().value * below);
  const copy = Uint8Array.from(module).subarray(0, next(8) === 0 ? next(module.length) : module.length);
  for (let count = 1 + next(6); count > 0; count--)
    copy[next(copy.length)] = [0, 0x7f, 0x80, 0xff, next(256)][next(5)]!;
  return copy;
}

const QUERIES = [
  '0x100',
  '0x180',
  '0x240',
  '0x300',
  '0xffffffff',
  'DATA 0x400',
  'DATA 0x410',
  'FRAME 0x200',
  'FRAME 0x280',
  'main',
];
const NAMES = ['inline', 'inline-v4', 'object', 'component', 'shared', 'split-dwp', 'names-only', 'elf-types'];

test.each(['default', '19', '23'])('damaged modules end in an answer or an error: %s', async (version) => {
  const options = version === 'default' ? [] : [`--llvm=${version}`];
  const statuses = new Set<number>();
  for (const name of NAMES) {
    const { module, folder } = fixture(name);
    for (let seed = 0; seed < 150; seed++) {
      const io = new MemoryIo({
        argv0: 'wasm-symbolizer',
        directory: folder,
        replaced: { [`${folder.replace(/\/$/, '')}/damaged.wasm`]: damaged(module, seed * 7919 + name.length) },
      });
      const status = await runLlvmTool([...options, '-e', 'damaged.wasm', ...QUERIES], io);
      statuses.add(status);
      if (status === 1) expect(io.errors).toMatch(/^wasm-symbolizer: error: /m);
    }
  }
  expect(statuses).toEqual(new Set([0, 1]));
});
