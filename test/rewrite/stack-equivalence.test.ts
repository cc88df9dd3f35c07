// The measure that trusts nobody: the engine's own stacks, before optimization and after, expanded frame by frame, must
// be the same logical stacks; by our reading of what we wrote, and by llvm-symbolizer's.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { type DebugModule, openModule } from '../../src/debug-module/debug-module.ts';
import { loadBinaryen } from '../../src/node/load-binaryen.ts';
import { listCode } from '../../src/rewrite/code-listing.ts';
import { withoutDebugInfo } from '../../src/rewrite/debug-sections.ts';
import { planOptimization } from '../../src/rewrite/drivers/wasm-opt-arguments.ts';
import { type DriverName, type OptimizedModule, optimize } from '../../src/rewrite/optimize.ts';
import { rewriteDebugInfo } from '../../src/rewrite/rewrite-debug-info.ts';
import { engineStacks } from '../support/engine-stacks.ts';
import { INPUTS, REWRITE_FIXTURES, rewriteFixture, stacksOf } from '../support/rewrite-fixtures.ts';
import { wasmOpt } from '../support/wasm-opt.ts';

const folder = mkdtempSync(join(tmpdir(), 'stack-equivalence-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const llvm = hasLlvm();
if (!llvm) console.log('skipped: llvm-symbolizer-19 is not installed, what we write is read by ourselves alone');

async function run(name: string, words: string, driver: DriverName) {
  const before = openModule(rewriteFixture(name));
  const module = withoutDebugInfo(before.module);
  const optimized = await optimize({ module, listing: listCode(module) }, planOptimization(words.split(' ')), {
    driver,
    optimizers: { tool: wasmOpt(), loadBinaryen },
  });
  const after = openModule(rewriteDebugInfo(before, optimized.module, optimized.provenance));
  return { before, after, optimized };
}

async function expectEqual(before: DebugModule, after: DebugModule, optimized: OptimizedModule): Promise<void> {
  const expected = await stacksOf(before);
  const found = await stacksOf(after);
  expect(expected.stacks.length).toBeGreaterThan(50);
  expect(found.results).toEqual(expected.results);
  expect(found.stacks).toEqual(expected.stacks);
  expect(optimized.replay?.failed ?? 0).toBe(0);
  if (llvm) expect(await llvmStacks(after, 'after')).toEqual(await llvmStacks(before, 'before'));
}

describe('staged', () => {
  test.each([
    ['walk-o0', '-O3'],
    ['walk-o2', '-O4'],
    ['layers-o0', '-O2'],
    ['layers-o1', '-O3 --always-inline-max-function-size=40 --inline-functions-with-loops'],
    ['layers-oz', '-Oz'],
    ['tail-o0', '-O3'],
    ['catch-o0', '-O3'],
    ['catch-o1', '-Oz -aimfs 40'],
  ])('%s %s', async (name, words) => {
    const { before, after, optimized } = await run(name, words, 'staged');
    expect(optimized.driver).toBe('staged');
    expect(optimized.replay!.inlinings).toBeGreaterThan(0);
    await expectEqual(before, after, optimized);
  });
});

describe('in process', () => {
  const levels = ['-O1', '-O2', '-O3', '-Os', '-Oz', '-O3 -aimfs 60 -ifwl'];
  test.each(REWRITE_FIXTURES.map((name, n) => [name, levels[n % levels.length]!]))('%s %s', async (name, words) => {
    const { before, after, optimized } = await run(name, words, 'in-process');
    await expectEqual(before, after, optimized);
  });

  test.each([
    ['walk-o0', '-O3'],
    ['layers-o2', '-Oz'],
    ['catch-o1', '-O3'],
    ['alike-oz', '-Oz'],
  ])('%s %s: the module is that of wasm-opt, byte for byte', async (name, words) => {
    const { before, optimized } = await run(name, words, 'in-process');
    const plain = await wasmOpt().run([
      { input: withoutDebugInfo(before.module) },
      ...words.split(' '),
      '-o',
      { output: 'out' },
    ]);
    expect(Buffer.compare(optimized.module, plain.outputs.get('out')!)).toBe(0);
  });
});

describe('single pass', () => {
  test.each([
    ['walk-o0', '-O1'],
    ['layers-o2', '-O3'],
  ])('%s %s: what is called exact is', async (name, words) => {
    const { before, after, optimized } = await run(name, words, 'single-pass');
    const inferred = optimized.notes.length > 0;
    if (!inferred) await expectEqual(before, after, optimized);
    expect((await stacksOf(after)).results).toEqual((await stacksOf(before)).results);
  });
});

/** Stacks as llvm-symbolizer expands them. */
async function llvmStacks(module: DebugModule, name: string): Promise<string[]> {
  const path = join(folder, `${name}.wasm`);
  const bytes = module.module.window.toBytes();
  writeFileSync(path, bytes);
  const start = module.module.codeStart!;
  const { stacks } = await engineStacks(bytes, { inputs: INPUTS });
  const addresses = [...new Set(stacks.flatMap(({ offsets }) => offsets))];
  const input = addresses.map((offset) => `0x${(offset - start).toString(16)}`).join('\n');
  const args = [`--obj=${path}`, '--functions=short', '--no-demangle', '--output-style=JSON'];
  const lines = execFileSync('llvm-symbolizer-19', args, { input, encoding: 'utf8', maxBuffer: 1 << 28 })
    .trim()
    .split('\n');
  const frames = new Map(
    lines.map((line, n) => {
      const { Symbol: found } = JSON.parse(line) as { Symbol: Record<string, unknown>[] };
      const texts = found.map(
        (each) => `${each['FunctionName']} ${each['FileName']}:${each['Line']}:${each['Column']}`,
      );
      return [addresses[n]!, texts.join('\n')];
    }),
  );
  return stacks.map(({ what, offsets }) => [what, ...offsets.map((offset) => frames.get(offset))].join('\n'));
}

function hasLlvm(): boolean {
  try {
    execFileSync('llvm-symbolizer-19', ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}
