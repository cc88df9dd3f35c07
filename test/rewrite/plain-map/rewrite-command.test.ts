import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { runFrames } from '../../../src/cli/frames-program.ts';
import { openModule } from '../../../src/debug-module/debug-module.ts';
import { frameTable } from '../../../src/frames/dwarf-frame-table.ts';
import { processIo } from '../../../src/node/io.ts';
import { withoutDebugInfo } from '../../../src/rewrite/debug-sections.ts';
import { runWithMap } from '../../../src/rewrite/drivers/wasm-opt.ts';
import { plainSourceMap } from '../../support/plain-source-map.ts';
import { rewriteFixture, stacksOf } from '../../support/rewrite-fixtures.ts';
import { wasmOpt } from '../../support/wasm-opt.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'wasm-frames-plain-map-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test.each([
  ['walk-o0', 0.95],
  ['walk-o2', 0.9],
])('wasm-frames rewrite with a plain source map: the stacks of %s', async (name, share) => {
  const before = openModule(rewriteFixture(name));
  const module = withoutDebugInfo(before.module);
  const map = plainSourceMap(frameTable(before), before.module.codeStart!);
  const run = await runWithMap(wasmOpt(), { module, map }, ['-O3']);
  const path = (file: string): string => join(folder, file);
  writeFileSync(path('before.wasm'), rewriteFixture(name));
  writeFileSync(path('after.wasm'), run.module);
  writeFileSync(path('after.wasm.map'), run.map);
  let stderr = '';
  const args = ['rewrite', path('before.wasm'), path('after.wasm'), '--provenance', path('after.wasm.map')];
  const status = await runFrames([...args, '-o', path('out.wasm')], {
    ...processIo('wasm-frames'),
    stderr: (text) => {
      stderr += text;
    },
  });
  expect({ status, stderr }).toEqual({
    status: 0,
    stderr: expect.stringMatching(
      /^wasm-frames rewrite: \d+ of \d+ pieces of code have inferred frames, which may be wrong\n$/,
    ),
  });
  const [then, now] = [await stacksOf(before), await stacksOf(openModule(readFileSync(path('out.wasm'))))];
  expect(now.stacks.length).toBe(then.stacks.length);
  const right = now.stacks.filter((stack, index) => stack === then.stacks[index]).length;
  expect(right / then.stacks.length).toBeGreaterThan(share);
});
