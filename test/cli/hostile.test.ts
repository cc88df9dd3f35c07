import { expect, test } from 'vitest';
import { runLlvmTool } from '../../src/cli/llvm-tool.ts';
import { Random } from '../support/damage.ts';
import { fixture } from '../support/fixtures.ts';
import { MemoryIo } from '../support/memory-io.ts';

/** A copy with a few bytes changed, or cut short. */
function damaged(module: Uint8Array, seed: number): Uint8Array {
  const random = new Random(seed);
  const copy = Uint8Array.from(module).subarray(0, random.below(8) === 0 ? random.below(module.length) : module.length);
  for (let count = 1 + random.below(6); count > 0 && copy.length > 0; count--) {
    copy[random.below(copy.length)] = random.one([0, 0x7f, 0x80, 0xff, random.below(256)]);
  }
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

/** Three ways of asking, eight modules: a little more than 10,000 runs. */
const SEEDS = 420;

test.each(['default', '19', '23'])('damaged modules end in an answer or an error: %s', async (version) => {
  const options = version === 'default' ? [] : [`--llvm=${version}`];
  const statuses = new Set<number>();
  for (const name of NAMES) {
    const { module, folder } = fixture(name);
    for (let seed = 0; seed < SEEDS; seed++) {
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
