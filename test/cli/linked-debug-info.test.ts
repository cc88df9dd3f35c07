// Debug information that is elsewhere, as `wasm-frames opt` and `wasm-frames rewrite` find it: a file that the module
// links to, `.dwo` files and packages.
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type CodeOffset, codeOffset } from '../../src/addresses.ts';
import { runFrames } from '../../src/cli/frames-program.ts';
import { openModule } from '../../src/debug-module/debug-module.ts';
import { processIo } from '../../src/node/io.ts';
import { listCode } from '../../src/rewrite/code-listing.ts';
import { readProvenance } from '../../src/rewrite/provenance-file.ts';
import { separateDebugInfo } from '../../src/rewrite/separate-debug-info.ts';
import { Symbolizer } from '../../src/symbolize/symbolizer.ts';
import { readExternalDebugInfo } from '../../src/wasm/links.ts';
import { fixture } from '../support/fixtures.ts';
import { rewriteFixture, stacksOf } from '../support/rewrite-fixtures.ts';
import { openFixture } from '../support/split-files.ts';
import { WASM_OPT } from '../support/wasm-opt.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'wasm-frames-linked-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const path = (name: string): string => join(folder, name);

async function frames(...args: string[]): Promise<{ status: number; stderr: string }> {
  let stderr = '';
  const status = await runFrames(args, {
    ...processIo('wasm-frames'),
    env: { ...process.env, WASM_FRAMES_WASM_OPT: WASM_OPT },
    stdout: () => true,
    stderr: (text) => {
      stderr += text;
    },
  });
  return { status, stderr };
}

describe('external_debug_info', () => {
  const original = rewriteFixture('walk-o2');
  const { module, debugFile } = separateDebugInfo(original, 'walk.debug.wasm');

  test('opt: the stacks stay, and their debug information is in the result', async () => {
    mkdirSync(path('there'));
    writeFileSync(path('there/walk.wasm'), module);
    writeFileSync(path('there/walk.debug.wasm'), debugFile);
    const run = await frames('opt', path('there/walk.wasm'), '-O3', '-o', path('o3.wasm'));
    expect(run).toEqual({ status: 0, stderr: '' });
    const after = openModule(readFileSync(path('o3.wasm')));
    expect(readExternalDebugInfo(after.module)).toBeUndefined();
    expect(await stacksOf(after)).toEqual(await stacksOf(openModule(original)));
  });

  test('rewrite: the same', async () => {
    const run = await frames('rewrite', path('there/walk.wasm'), path('there/walk.wasm'), '-o', path('same.wasm'));
    expect(run).toEqual({ status: 0, stderr: '' });
    expect(await stacksOf(openModule(readFileSync(path('same.wasm'))))).toEqual(await stacksOf(openModule(original)));
  });

  test('what is not there is said; the module is optimized as one without debug information', async () => {
    writeFileSync(path('alone.wasm'), module);
    const run = await frames('opt', path('alone.wasm'), '-O3', '-o', path('alone-o3.wasm'));
    expect(run.status).toBe(0);
    expect(run.stderr).toMatch(/warning: '.*alone\.wasm': its debug information is not there \(walk\.debug\.wasm\)/);
    const [alone, whole] = ['alone-o3.wasm', 'o3.wasm'].map((name) => openModule(readFileSync(path(name))));
    expect(alone!.module.custom('.debug_info')).toBeUndefined();
    expect((await stacksOf(alone!)).results).toEqual((await stacksOf(whole!)).results);
    const refused = await frames('rewrite', path('alone.wasm'), path('alone.wasm'), '-o', path('none.wasm'));
    expect(refused.status).toBe(2);
    expect(refused.stderr).toContain('no debug information in the module before');
  });

  test('the file of another build is not taken', async () => {
    writeFileSync(path('walk.debug.wasm'), separateDebugInfo(rewriteFixture('walk-o0'), 'x').debugFile);
    const run = await frames('opt', path('alone.wasm'), '-O3', '-o', path('alone-o3.wasm'));
    expect(run.status).toBe(0);
    expect(run.stderr).toContain("not the debug information of '");
    expect(run.stderr).toContain('it is left without frames');
    rmSync(path('walk.debug.wasm'));
  });
});

describe('split debug information', () => {
  test.each([
    ['split-dwo', ['game-main.dwo', 'game-board.dwo', 'game-random.dwo']],
    ['split-dwp', ['module.wasm.dwp']],
    ['split-dwp-v4', ['module.wasm.dwp']],
  ])('%s', async (name, files) => {
    const original = fixture(name);
    const at = path(name);
    mkdirSync(at);
    for (const file of ['module.wasm', ...files]) writeFileSync(join(at, file), original.file(file));
    // Recorded names of `.dwo` files count from the current directory.
    const before = process.cwd();
    process.chdir(at);
    try {
      const args = ['module.wasm', '-O2', '--skip-pass=inlining-optimizing', '-o', 'o2.wasm'];
      expect(await frames('opt', ...args, '--keep-provenance', 'p')).toEqual({ status: 0, stderr: '' });
    } finally {
      process.chdir(before);
    }
    const bytes = readFileSync(join(at, 'o2.wasm'));
    const optimized = new Symbolizer(openModule(bytes));
    const split = new Symbolizer(openFixture(original));
    const { chains, origins, parents, qualities, starts } = readProvenance(readFileSync(join(at, 'p')));
    const text = (symbolizer: Symbolizer, address: CodeOffset): string[] =>
      symbolizer.frames(address).map(({ function: named, file, line, column }) => {
        // Code without a line is of no file.
        return line === undefined ? `${named?.name}` : `${named?.name} ${file?.path}:${line}:${column}`;
      });
    let compared = 0;
    for (const offset of listCode(bytes).offsets) {
      const span = starts.indexOf(offset);
      const chain = span < 0 || qualities[span] !== 0 ? -1 : chains[span]!;
      if (chain < 0 || parents[chain]! >= 0) continue;
      expect(text(optimized, codeOffset(offset))).toEqual(text(split, codeOffset(origins[chain]!)));
      compared++;
    }
    expect(compared).toBeGreaterThan(50);
  });

  test('a .dwo file that is not there is said', async () => {
    copyFileSync(join(path('split-dwo'), 'module.wasm'), path('no-dwo.wasm'));
    const run = await frames('opt', path('no-dwo.wasm'), '-O2', '-o', path('no-dwo-o2.wasm'));
    expect(run.status).toBe(0);
    expect(run.stderr).toMatch(/warning: '.*no-dwo\.wasm': no split debug information at '.*game-main\.dwo'/);
    expect(openModule(readFileSync(path('no-dwo-o2.wasm'))).module.custom('.debug_info')).toBeDefined();
  });
});
