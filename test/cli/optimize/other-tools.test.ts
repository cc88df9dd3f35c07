// What Emscripten 6.0.5 calls after linking, argument for argument (recorded with -O3 -g -g1), on programs of ours.
import { mkdtempSync, readFileSync, realpathSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { codeOffset } from '../../../src/addresses.ts';
import { runFrames } from '../../../src/cli/frames-program.ts';
import { openModule } from '../../../src/debug-module/debug-module.ts';
import { processIo } from '../../../src/node/io.ts';
import { sameCode } from '../../../src/rewrite/code-identity.ts';
import { listCode, OP } from '../../../src/rewrite/code-listing.ts';
import { readProvenance } from '../../../src/rewrite/provenance-file.ts';
import { Symbolizer } from '../../../src/symbolize/symbolizer.ts';
import { readBuildId, readExternalDebugInfo } from '../../../src/wasm/links.ts';
import { rewriteFixture, stacksOf } from '../../support/rewrite-fixtures.ts';
import { oldWasmOpt, WASM_OPT } from '../../support/wasm-opt.ts';

const FEATURES = [
  ...['--mvp-features', '--enable-bulk-memory', '--enable-bulk-memory-opt', '--enable-call-indirect-overlong'],
  ...['--enable-multivalue', '--enable-mutable-globals', '--enable-nontrapping-float-to-int'],
  ...['--enable-reference-types', '--enable-sign-ext', '--enable-tail-call'],
];
const OPTIMIZE = [
  ...['--strip-target-features', '--post-emscripten', '-O3', '--low-memory-unused', '--zero-filled-memory'],
  ...['--pass-arg=directize-initial-contents-immutable', '--no-stack-ir'],
];
const LAST = ['--optimize-level=3', '--shrink-level=0', '--optimize-stack-ir'];
/** A pass in place of the minification, after which nothing could be called by its name. */
const FINISH = ['--vacuum', ...LAST];
const MINIFY = ['--minify-imports-and-exports-and-modules', ...LAST];

const tool = (name: string): string =>
  fileURLToPath(new URL(`../../../node_modules/binaryen/bin/${name}`, import.meta.url));

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'wasm-frames-tools-'));
  const graph = [
    { name: 'outside', reaches: ['run', 'report'], root: true },
    { name: 'run', export: 'run' },
    { name: 'report', import: ['env', 'report'] },
  ];
  writeFileSync(path('graph.json'), JSON.stringify(graph));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const path = (name: string): string => join(folder, name);
const read = (name: string): Uint8Array => readFileSync(path(name));

/** The frames at every call, sorted: functions may stand in another order. */
function framesOfCalls(module: Uint8Array, debugFile: Uint8Array): string[] {
  const symbolizer = new Symbolizer(openModule(module, { debugFile }));
  const { offsets, opcodes } = listCode(module);
  return [...offsets]
    .filter((_, entry) => opcodes[entry] === OP.call)
    .map((offset) =>
      symbolizer
        .frames(codeOffset(offset))
        .map(({ function: named, file, line, column }) => `${named?.name} ${file?.path}:${line}:${column}`)
        .join(' < '),
    )
    .sort();
}

async function frames(
  args: readonly string[],
  env: Record<string, string> = {},
): Promise<{ status: number; stdout: string; stderr: string }> {
  let [stdout, stderr] = ['', ''];
  const status = await runFrames(args, {
    ...processIo('wasm-frames'),
    env: { ...process.env, WASM_FRAMES_WASM_OPT: WASM_OPT, ...env },
    stdout: (text) => {
      stdout += typeof text === 'string' ? text : Buffer.from(text).toString();
    },
    stderr: (text) => {
      stderr += text;
    },
  });
  return { status, stdout, stderr };
}

const opt = (file: string, words: readonly string[], env?: Record<string, string>): ReturnType<typeof frames> =>
  frames(['opt', ...words, path(file), '-o', path(file), '-g', ...FEATURES], env);
const metadce = (file: string, env?: Record<string, string>): ReturnType<typeof frames> => {
  const words = [`--graph-file=${path('graph.json')}`, path(file), '-o', path(file), '-g', ...FEATURES];
  return frames(['run', tool('wasm-metadce'), ...words], env);
};

describe.each(['walk-o0', 'layers-o2'])('optimizer, wasm-metadce and minification of %s', (name) => {
  const before = rewriteFixture(name);

  test('frames in the module', async () => {
    writeFileSync(path('in.wasm'), before);
    expect(await opt('in.wasm', OPTIMIZE)).toMatchObject({ status: 0, stderr: '' });
    const optimized = listCode(read('in.wasm')).functionCount;
    expect(await metadce('in.wasm')).toMatchObject({ status: 0, stderr: '' });
    expect(listCode(read('in.wasm')).functionCount).toBeLessThanOrEqual(optimized);
    expect(await opt('in.wasm', FINISH)).toMatchObject({ status: 0, stderr: '' });
    expect(await stacksOf(openModule(read('in.wasm')))).toEqual(await stacksOf(openModule(before)));
  });

  test('frames in a folder of debug files, which follow the module', async () => {
    const env = { WASM_FRAMES_DWARF_OUT: `${folder}/archive/`, WASM_FRAMES_KEEP_PROVENANCE: path('p') };
    writeFileSync(path('out.wasm'), before);
    expect(await opt('out.wasm', OPTIMIZE, env)).toMatchObject({ status: 0, stderr: '' });
    expect(await metadce('out.wasm', env)).toMatchObject({ status: 0, stderr: '' });
    expect(await opt('out.wasm', FINISH, env)).toMatchObject({ status: 0, stderr: '' });
    const [module, debug] = [openModule(read('out.wasm')), openModule(read('archive/out.debug.wasm'))];
    expect(module.module.sections.filter((section) => section.name.startsWith('.debug'))).toEqual([]);
    expect(readExternalDebugInfo(module.module)).toBe('out.debug.wasm');
    expect(readBuildId(module.module)!.bytes).toEqual(readBuildId(debug.module)!.bytes);
    expect(sameCode(listCode(read('out.wasm')).identity, listCode(read('archive/out.debug.wasm')).identity)).toBe(true);
    const together = openModule(module.module, { debugFile: debug.module });
    expect(await stacksOf(together)).toEqual(await stacksOf(openModule(before)));
    // One provenance for the three: from the code before all to the code after all.
    const provenance = readProvenance(read('p'));
    expect(provenance.before).toEqual(listCode(before).identity);
    expect(provenance.after).toEqual(listCode(read('out.wasm')).identity);

    // With other names it cannot be called as before; what it calls has the frames it had.
    const calls = framesOfCalls(read('out.wasm'), read('archive/out.debug.wasm'));
    expect(calls.length).toBeGreaterThan(10);
    const minified = await opt('out.wasm', MINIFY, env);
    expect(minified.status).toBe(0);
    expect(JSON.parse(minified.stdout)).toMatchObject({ imports: [['env', 'report', expect.any(String)]] });
    expect(framesOfCalls(read('out.wasm'), read('archive/out.debug.wasm'))).toEqual(calls);
  });

  test('a wasm-metadce that is none of ours between two that are: functions are found by their bodies', async () => {
    const env = { WASM_FRAMES_DWARF_OUT: path('walked.debug.wasm') };
    writeFileSync(path('walked.wasm'), before);
    await opt('walked.wasm', OPTIMIZE, env);
    const { spawnSync } = await import('node:child_process');
    const words = [`--graph-file=${path('graph.json')}`, path('walked.wasm'), '-o', path('walked.wasm'), ...FEATURES];
    expect(spawnSync(process.execPath, [tool('wasm-metadce'), ...words]).status).toBe(0);
    expect(await opt('walked.wasm', FINISH, env)).toMatchObject({ status: 0, stderr: '' });
    const together = openModule(read('walked.wasm'), { debugFile: read('walked.debug.wasm') });
    expect(await stacksOf(together)).toEqual(await stacksOf(openModule(before)));
  });
});

describe('wasm-frames run', () => {
  test('a tool that carries no ids: functions are found by their bodies', async () => {
    writeFileSync(path('ctor.wasm'), rewriteFixture('walk-o2'));
    const words = ['--ctors=run', '--kept-exports=run', path('ctor.wasm'), '-o', path('ctor.wasm'), '-g', ...FEATURES];
    const run = await frames(['run', tool('wasm-ctor-eval'), ...words]);
    expect(run.status).toBe(0);
    expect(run.stdout).toContain('trying to eval run');
    expect(await stacksOf(openModule(read('ctor.wasm')))).toEqual(
      await stacksOf(openModule(rewriteFixture('walk-o2'))),
    );
  });

  test('what makes no module of a module is left to the tool', async () => {
    writeFileSync(path('text.wasm'), rewriteFixture('walk-o2'));
    const run = await frames(['run', tool('wasm-dis'), path('text.wasm')]);
    expect(run).toMatchObject({ status: 0, stderr: '' });
    expect(run.stdout).toMatch(/^\(module/);
    expect((await frames(['run', tool('wasm-metadce'), '--version'])).stdout).toMatch(/^wasm-metadce version \d+/);
  });

  test('a tool that fails: its status and words, and the file as it was', async () => {
    writeFileSync(path('kept.wasm'), rewriteFixture('walk-o2'));
    const words = ['--graph-file=/none/such', path('kept.wasm'), '-o', path('kept.wasm'), ...FEATURES];
    const run = await frames(['run', tool('wasm-metadce'), ...words]);
    expect(run.status).not.toBe(0);
    expect(run.stderr).not.toBe('');
    expect(Buffer.compare(read('kept.wasm'), rewriteFixture('walk-o2'))).toBe(0);
    expect(await frames(['run', 'no-such-tool'])).toMatchObject({
      status: 2,
      stderr: 'wasm-frames run: no no-such-tool on PATH\n',
    });
  });
});

test('what lies where the debug file goes is none of an earlier run: the module is left to wasm-opt', async () => {
  writeFileSync(path('bare.wasm'), rewriteFixture('walk-o2'));
  await frames(['strip', path('bare.wasm')]);
  for (const other of [rewriteFixture('walk-o0'), Buffer.from('no module')]) {
    writeFileSync(path('other.debug.wasm'), other);
    expect(await opt('bare.wasm', ['-O2'], { WASM_FRAMES_DWARF_OUT: path('other.debug.wasm') })).toMatchObject({
      status: 0,
    });
    expect(Buffer.compare(read('other.debug.wasm'), other)).toBe(0);
  }
});

test("Binaryen's own tools read what we write: a native one rewrites it without giving up", async () => {
  const native = oldWasmOpt();
  if (native === undefined) return;
  writeFileSync(path('native.wasm'), rewriteFixture('walk-o0'));
  expect((await opt('native.wasm', OPTIMIZE)).status).toBe(0);
  const { spawnSync } = await import('node:child_process');
  const words = ['-g', path('native.wasm'), '-O2', '-o', path('native-out.wasm'), '--all-features'];
  expect(spawnSync(native, words)).toMatchObject({ status: 0, signal: null });
});

describe('wasm-frames stand-ins', () => {
  const from = fileURLToPath(new URL('../../../node_modules/binaryen', import.meta.url));

  test('ours in place of what changes code, links to the rest; made again it is the same', async () => {
    for (let time = 0; time < 2; time++) {
      const run = await frames(['stand-ins', path('tools'), '--binaryen', from]);
      expect(run).toMatchObject({ status: 0, stdout: `${path('tools/bin')}\n` });
    }
    expect(readFileSync(path('tools/bin/wasm-opt'), 'utf8')).toBe(
      `#!/bin/sh\nexec wasm-frames opt --wasm-opt='${from}/bin/wasm-opt' "$@"\n`,
    );
    expect(readFileSync(path('tools/bin/wasm-metadce'), 'utf8')).toBe(
      `#!/bin/sh\nexec wasm-frames run '${from}/bin/wasm-metadce' "$@"\n`,
    );
    expect(statSync(path('tools/bin/wasm-opt')).mode & 0o111).toBe(0o111);
    expect(realpathSync(path('tools/bin/wasm-dis'))).toBe(join(from, 'bin/wasm-dis'));
  });

  test('a folder without wasm-opt, or with a stand-in only, is refused', async () => {
    for (const binaryen of [folder, path('tools')]) {
      const run = await frames(['stand-ins', path('more'), '--binaryen', binaryen]);
      expect(run.status).toBe(2);
      expect(run.stderr).toContain('no wasm-opt');
    }
  });
});
