import { expect, test } from 'vitest';
import { codeOffset } from '../../../src/addresses.ts';
import { openModule } from '../../../src/debug-module/debug-module.ts';
import { listCode } from '../../../src/rewrite/code-listing.ts';
import { withoutDebugInfo } from '../../../src/rewrite/debug-sections.ts';
import { walkCode } from '../../../src/rewrite/drivers/code-walk.ts';
import { rewriteDebugInfo } from '../../../src/rewrite/rewrite-debug-info.ts';
import { Symbolizer } from '../../../src/symbolize/symbolizer.ts';
import { engineStacks } from '../../support/engine-stacks.ts';
import { rewriteFixture, stacksOf } from '../../support/rewrite-fixtures.ts';
import { wasmOpt } from '../../support/wasm-opt.ts';

test.each(['layers-o2', 'walk-o0'])('%s: functions in another order have their frames', async (name) => {
  const bytes = rewriteFixture(name);
  const before = openModule(bytes);
  const stripped = withoutDebugInfo(before.module);
  const run = await wasmOpt().run([
    { input: stripped },
    '--reorder-functions',
    '--reorder-globals',
    '-o',
    { output: 'out' },
  ]);
  const moved = run.outputs.get('out')!;
  const { provenance, counts } = walkCode(listCode(stripped), listCode(moved));
  expect(counts.unmatched).toBe(0);
  const after = openModule(rewriteDebugInfo(before, moved, provenance));
  expect(await stacksOf(after)).toEqual(await stacksOf(before));
});

test('a body that is nowhere in the old code has no frames', async () => {
  const before = openModule(rewriteFixture('walk-o2'));
  const other = rewriteFixture('layers-o2');
  const { provenance, counts } = walkCode(listCode(before.module.window), listCode(other));
  expect(counts.matched).toBeLessThanOrEqual(1);
  const after = openModule(rewriteDebugInfo(before, other, provenance));
  const symbolizer = new Symbolizer(after);
  const { stacks } = await engineStacks(other, { inputs: [[5, 1]] });
  const start = after.module.codeStart!;
  for (const { offsets } of stacks) {
    for (const offset of offsets) {
      for (const frame of symbolizer.frames(codeOffset(offset - start))) expect(frame.line).toBeUndefined();
    }
  }
});
