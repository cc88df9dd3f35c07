// Functions that -Oz makes one because they differ in constants only: the engine's stacks, before and after.
import { expect, test } from 'vitest';
import { codeOffset } from '../../src/addresses.ts';
import { openModule } from '../../src/debug-module/debug-module.ts';
import { frameTable } from '../../src/frames/dwarf-frame-table.ts';
import type { Frame } from '../../src/frames/frame.ts';
import { candidateFrames, findSpan, framesAt } from '../../src/frames/frame-table.ts';
import { loadBinaryen } from '../../src/node/load-binaryen.ts';
import { listCode } from '../../src/rewrite/code-listing.ts';
import { composeFrames } from '../../src/rewrite/compose.ts';
import { withoutDebugInfo } from '../../src/rewrite/debug-sections.ts';
import { planOptimization } from '../../src/rewrite/drivers/wasm-opt-arguments.ts';
import { optimize } from '../../src/rewrite/optimize.ts';
import { rewriteDebugInfo } from '../../src/rewrite/rewrite-debug-info.ts';
import { Symbolizer } from '../../src/symbolize/symbolizer.ts';
import { engineStacks } from '../support/engine-stacks.ts';
import { INPUTS, rewriteFixture } from '../support/rewrite-fixtures.ts';
import { wasmOpt } from '../support/wasm-opt.ts';

const textOf = ({ function: named, file, line, column }: Frame): string =>
  `${named?.name} ${file?.path}:${line}:${column}`;

test.each([
  ['alike-o0', 'in-process'],
  ['alike-o0', 'staged'],
  ['alike-o2', 'in-process'],
  ['alike-oz', 'staged'],
] as const)('%s, %s', async (name, driver) => {
  const before = openModule(rewriteFixture(name));
  const module = withoutDebugInfo(before.module);
  const listing = listCode(module);
  // Without inlining what is alike stays that.
  const plan = planOptimization(['in', '-Oz', '--no-inline=*', '-o', 'out']);
  const words = { ...plan, plain: ['-Oz', '-aimfs', '0', '-fimfs', '0', '-ocimfs', '0'] };
  const optimizers = { tool: wasmOpt(), loadBinaryen };
  const optimized = await optimize({ module, listing }, words, { driver, optimizers });
  expect(optimized.notes).toEqual([]);

  const { listing: after, provenance } = optimized;
  const table = composeFrames({ frames: frameTable(before), before: listing, after, provenance });
  const written = openModule(rewriteDebugInfo(before, optimized.module, provenance));
  const [old, now] = [new Symbolizer(before), new Symbolizer(written)];
  const expected = await engineStacks(before.module.window.toBytes(), { inputs: INPUTS });
  const found = await engineStacks(written.module.window.toBytes(), { inputs: INPUTS });
  expect(found.results).toEqual(expected.results);
  expect(found.stacks.length).toBe(expected.stacks.length);

  const counts = { apart: 0, thunks: 0, merged: 0 };
  for (const [n, { offsets }] of found.stacks.entries()) {
    const wanted = expected.stacks[n]!.offsets.flatMap((offset) =>
      old.frames(codeOffset(offset - before.module.codeStart!)).map(textOf),
    );
    const addresses = offsets.map((offset) => codeOffset(offset - written.module.codeStart!));
    // A physical frame may have none: a call that no place of the source made.
    const known = addresses.filter((address) => framesAt(table, address).length > 0);
    if (known.length < addresses.length) counts.thunks++;
    const first = known.flatMap((address) => now.frames(address).map(textOf));
    const through = wanted.some((frame) => /^(up|down) /.test(frame));
    if (through) {
      counts.merged++;
      expect(canBe(known, wanted)).toBe(true);
    } else {
      if (wanted.some((frame) => /^(by_seven|tenfold) /.test(frame))) counts.apart++;
      expect(first).toEqual(wanted);
    }
  }
  expect(counts.apart).toBeGreaterThan(50);
  expect(counts.merged).toBeGreaterThan(30);
  expect(counts.thunks).toBeGreaterThan(30);

  /** Whether some choice among the candidates gives the stack. */
  function canBe(addresses: readonly number[], rest: readonly string[]): boolean {
    const [address, ...others] = addresses;
    if (address === undefined) return rest.length === 0;
    const span = findSpan(table, address);
    return [framesAt(table, address), ...candidateFrames(table, span)].some(
      (frames) => frames.every((frame, n) => textOf(frame) === rest[n]) && canBe(others, rest.slice(frames.length)),
    );
  }
});
