// Every combination of short flags, and of some long ones, against the installed tools.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { runLlvmTool } from '../../src/cli/llvm-tool.ts';
import { type Fixture, fixture, fixtures } from '../support/fixtures.ts';
import { MemoryIo } from '../support/memory-io.ts';

const installed = spawnSync('llvm-symbolizer-19', ['--version']).status === 0;
if (!installed) console.log('skipped: flags against llvm-symbolizer 19, which is not there');

const sources = fileURLToPath(new URL('../../fixtures/src', import.meta.url));

/** Some addresses of every kind: before, in and behind functions, in memory. */
function queries({ expected, oracle }: Fixture): string[] {
  if (oracle === false) return [];
  const addresses = expected().addresses.map(({ address }) => address);
  const step = Math.max(1, Math.floor(addresses.length / 12));
  const some = addresses.filter((_, index) => index % step === 0).map((address) => `0x${address.toString(16)}`);
  const data = ['0x400', '1024', '0x410', '0x1', '0xffffffff'].map((address) => `DATA ${address}`);
  return ['0x0', '0x1', '0xffffffffffffffff', ...some, ...data, ...some.map((address) => `FRAME ${address}`)];
}

async function compare(tool: string, { folder, main }: Fixture, args: readonly string[], asked: readonly string[]) {
  const all = [...args, '-e', main, ...asked];
  const oracle = spawnSync(`llvm-${tool}-19`, all, { encoding: 'utf8', cwd: folder });
  const renamed = { '/src/': `${sources}/` };
  const io = new MemoryIo({ argv0: `llvm-${tool}-19`, directory: folder, renamed });
  const status = await runLlvmTool(['--llvm=19', ...all], io);
  expect([args, io.output]).toEqual([args, oracle.stdout]);
  expect([args, io.errors]).toEqual([args, oracle.stderr]);
  expect(status).toBe(oracle.status);
}

const FLAGS = ['-a', '-C', '-f', '-i', '-p', '-s'];

describe.skipIf(!installed)('all short flags together', () => {
  const combinations = Array.from({ length: 1 << FLAGS.length }, (_, bits) =>
    FLAGS.filter((_, bit) => bits & (1 << bit)),
  );

  test.each(['symbolizer', 'addr2line'])('llvm-%s', async (tool) => {
    for (const name of ['inline', 'object-shapes']) {
      const asked = queries(fixture(name)).slice(0, 12);
      for (const flags of combinations) await compare(tool, fixture(name), flags, asked);
    }
  });
});

const LONG = [
  ['--output-style=JSON'],
  ['--functions=short', '--verbose', '--relativenames'],
  ['--no-demangle', '--output-style=GNU', '--no-inlines', '--basenames', '--pretty-print'],
];

describe.skipIf(!installed)('every fixture', () => {
  // LLVM dies of the relocations of emit-relocs-gc. Split files are recorded below /src, where nobody has them.
  const asked = fixtures().filter(
    ({ name, oracle, folder, main }) =>
      oracle !== false && name !== 'emit-relocs-gc' && existsSync(`${folder}/${main}`),
  );

  test.each(asked.map(({ name }) => name))('%s', async (name) => {
    for (const args of LONG) await compare('symbolizer', fixture(name), args, queries(fixture(name)));
  });
});
