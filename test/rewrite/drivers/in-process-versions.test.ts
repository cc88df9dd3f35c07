// Every version of npm's binaryen that the driver takes: BINARYEN_PACKAGES names folders of the packages, `:` between.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { openModule } from '../../../src/debug-module/debug-module.ts';
import { loadBinaryen } from '../../../src/node/load-binaryen.ts';
import { processTool } from '../../../src/node/process-tool.ts';
import { listCode } from '../../../src/rewrite/code-listing.ts';
import { withoutDebugInfo } from '../../../src/rewrite/debug-sections.ts';
import { planOptimization } from '../../../src/rewrite/drivers/wasm-opt-arguments.ts';
import { optimize } from '../../../src/rewrite/optimize.ts';
import { rewriteDebugInfo } from '../../../src/rewrite/rewrite-debug-info.ts';
import { REWRITE_FIXTURES, rewriteFixture, stacksOf } from '../../support/rewrite-fixtures.ts';

const named = process.env['BINARYEN_PACKAGES'];
const PACKAGES = (named ?? '').split(':').filter((folder) => folder !== '');
if (named === undefined) console.log('skipped: BINARYEN_PACKAGES names no other versions of binaryen');

const LEVELS = ['-O1', '-O2', '-O3', '-Os', '-Oz', '-O3 -aimfs 60 -ifwl', '-O4', '-O3 --converge', '-O2 -all'];

describe.each(PACKAGES)('%s', (folder) => {
  const { version } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as { version: string };
  const tool = processTool([process.execPath, join(folder, 'bin/wasm-opt')]);

  test.each(REWRITE_FIXTURES.map((name, n) => [name, LEVELS[n % LEVELS.length]!]))(
    `${version}: %s %s`,
    async (name, words) => {
      const before = openModule(rewriteFixture(name));
      const module = withoutDebugInfo(before.module);
      const plan = planOptimization(words.split(' '));
      const optimizers = { tool, loadBinaryen: () => loadBinaryen(folder) };
      const from = { module, listing: listCode(module) };
      const optimized = await optimize(from, plan, { driver: 'in-process', optimizers });
      const args = [...words.split(' '), '-o', { output: 'out' }];
      const plain = (await tool.run([{ input: module }, ...args])).outputs.get('out')!;
      expect(optimized.listing.identity).toEqual(listCode(plain).identity);
      // Up to 129 the features section spells some features in another way.
      if (Number.parseInt(version, 10) > 129) expect(Buffer.compare(optimized.module, plain)).toBe(0);
      const after = openModule(rewriteDebugInfo(before, optimized.module, optimized.provenance));
      expect(await stacksOf(after)).toEqual(await stacksOf(before));
    },
    60_000,
  );
});

test.skipIf(PACKAGES.length > 0)('no other versions are at hand', () => {});
