import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { runFrames } from '../../src/cli/frames-program.ts';
import { openModule } from '../../src/debug-module/debug-module.ts';
import { processIo } from '../../src/node/io.ts';
import { listCode } from '../../src/rewrite/code-listing.ts';
import { withoutDebugInfo } from '../../src/rewrite/debug-sections.ts';
import { readProvenance, writeProvenance } from '../../src/rewrite/provenance-file.ts';
import { readBuildId, readExternalDebugInfo } from '../../src/wasm/links.ts';
import { WasmModule } from '../../src/wasm/module.ts';
import { rewriteFixture, stacksOf } from '../support/rewrite-fixtures.ts';
import { oldWasmOpt, WASM_OPT } from '../support/wasm-opt.ts';

let folder: string;
let input: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'wasm-frames-opt-'));
  input = join(folder, 'in.wasm');
  writeFileSync(input, rewriteFixture('walk-o0'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface Run {
  readonly status: number;
  readonly stdout: Buffer;
  readonly stderr: string;
}

/** Runs `wasm-frames` with its streams caught. */
async function frames(
  args: readonly string[],
  from: { stdin?: Uint8Array; env?: Record<string, string> } = {},
): Promise<Run> {
  const stdout: Buffer[] = [];
  let stderr = '';
  const status = await runFrames(args, {
    ...processIo('wasm-frames'),
    env: { ...process.env, WASM_FRAMES_WASM_OPT: WASM_OPT, ...from.env },
    async *stdin() {
      if (from.stdin !== undefined) yield from.stdin;
    },
    stdout: (text) => stdout.push(Buffer.from(text)),
    stderr: (text) => {
      stderr += text;
    },
  });
  return { status, stdout: Buffer.concat(stdout), stderr };
}

const opt = (args: readonly string[], from?: Parameters<typeof frames>[1]): Promise<Run> =>
  frames(['opt', ...args], from);
const path = (name: string): string => join(folder, name);

describe('wasm-frames opt', () => {
  test('optimizes, and the stacks stay', async () => {
    const { status, stderr } = await opt([input, '-O3', '-o', path('o3.wasm')]);
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    const [before, after] = [openModule(readFileSync(input)), openModule(readFileSync(path('o3.wasm')))];
    expect(await stacksOf(after)).toEqual(await stacksOf(before));
    expect(listCode(after.module.window).identity.size).toBeLessThan(listCode(before.module.window).identity.size / 2);
    expect(after.module.custom('name')).toBeUndefined();
  });

  test('writes over its input, keeps names with -g', async () => {
    writeFileSync(path('same.wasm'), rewriteFixture('walk-o2'));
    expect((await opt(['-g', '-Os', path('same.wasm'), '-o', path('same.wasm')])).status).toBe(0);
    const after = openModule(readFileSync(path('same.wasm')));
    expect(after.module.custom('name')).toBeDefined();
    expect(await stacksOf(after)).toEqual(await stacksOf(openModule(rewriteFixture('walk-o2'))));
  });

  test('reads standard input and writes standard output', async () => {
    const { status, stdout } = await opt(['-O1', '-o', '-'], { stdin: readFileSync(input) });
    expect(status).toBe(0);
    expect(await stacksOf(openModule(stdout))).toEqual(await stacksOf(openModule(readFileSync(input))));
  });

  test('moves the debug information into a file, the build id in both', async () => {
    const args = [input, '-O2', '-o', path('small.wasm'), '--dwarf-out', path('small.debug.wasm')];
    expect((await opt([...args, '--driver=in-process'])).status).toBe(0);
    const small = WasmModule.read(readFileSync(path('small.wasm')));
    const debug = openModule(readFileSync(path('small.debug.wasm')));
    expect(small.sections.filter(({ name }) => name.startsWith('.debug'))).toEqual([]);
    expect(readExternalDebugInfo(small)).toBe('small.debug.wasm');
    expect(readBuildId(small)!.bytes).toEqual(readBuildId(debug.module)!.bytes);
    const together = openModule(small, { debugFile: debug.module });
    expect(await stacksOf(together)).toEqual(await stacksOf(openModule(readFileSync(input))));
  });

  test.each([['--version'], ['--help'], ['-unknown']])('%s is answered by wasm-opt itself', async (word) => {
    const direct = await import('node:child_process').then(({ spawnSync }) =>
      spawnSync(process.execPath, [WASM_OPT, word], { encoding: 'utf8', input: '' }),
    );
    const { status, stdout, stderr } = await opt([word], { stdin: new Uint8Array(0) });
    expect(status).toBe(direct.status);
    expect(stdout.toString()).toBe(direct.stdout);
    expect(stderr).toBe(direct.stderr);
  });

  test('-S writes text, a module without debug information is what wasm-opt makes of it', async () => {
    expect((await opt([input, '-O1', '-S', '-o', path('out.wat')])).status).toBe(0);
    expect(readFileSync(path('out.wat'), 'utf8')).toMatch(/^\(module/);
    const bare = withoutDebugInfo(WasmModule.read(readFileSync(input)));
    writeFileSync(path('bare.wasm'), bare);
    expect((await opt([path('bare.wasm'), '-O2', '-o', path('bare-out.wasm')])).status).toBe(0);
    const names = WasmModule.read(readFileSync(path('bare-out.wasm'))).sections.map(({ name }) => name);
    expect(names.filter((name) => name.startsWith('.debug'))).toEqual([]);
  });

  test.each([
    ['an optimizer that fails', ['--pass-arg'], 1],
    ['a driver that is not there', ['--driver=magic'], 2],
  ])('%s leaves the output as it was', async (_, words, status) => {
    writeFileSync(path('kept.wasm'), 'as it was');
    const run = await opt([input, '-O2', '-o', path('kept.wasm'), ...words]);
    expect(run.status).toBe(status);
    expect(run.stderr).not.toBe('');
    expect(readFileSync(path('kept.wasm'), 'utf8')).toBe('as it was');
  });

  test('a pass that fails in a stage: its status and words', async () => {
    const damaged = readFileSync(input).slice();
    // The last `end` of the code becomes an opcode that nobody has.
    const { codeStart } = listCode(damaged);
    damaged[codeStart + 8] = 0xff;
    writeFileSync(path('damaged.wasm'), damaged);
    const run = await opt([path('damaged.wasm'), '-O2', '-o', path('kept.wasm')]);
    expect(run.status).not.toBe(0);
    expect(run.stderr).toMatch(/code\+0x|opcode|Fatal/);
    expect(readFileSync(path('kept.wasm'), 'utf8')).toBe('as it was');
  });

  test('an optimizer that is too old is refused, with the reason', async () => {
    const old = oldWasmOpt();
    if (old === undefined) return;
    const run = await opt([input, '-O2', '-o', path('kept.wasm'), '--wasm-opt', old]);
    expect(run.status).toBe(2);
    expect(run.stderr).toMatch(/version \d+; 120 or newer is needed, because/);
    expect(readFileSync(path('kept.wasm'), 'utf8')).toBe('as it was');
  });

  test('a stand-in on PATH is passed over', async () => {
    writeFileSync(path('wasm-opt'), '#!/bin/sh\nexec wasm-frames opt "$@"\n', { mode: 0o755 });
    const env = { WASM_FRAMES_WASM_OPT: '', PATH: folder };
    const run = await opt(['--version'], { env });
    expect(run.stderr).toContain('no wasm-opt on PATH');
  });
});

describe('wasm-frames rewrite', () => {
  test('what opt kept of the provenance gives the same frames', async () => {
    const bare = path('rewrite-bare.wasm');
    await opt([input, '-O3', '-o', path('whole.wasm'), '--keep-provenance', path('p')]);
    expect((await frames(['strip', path('whole.wasm'), '-o', bare])).status).toBe(0);
    const args = ['rewrite', input, bare, '--provenance', path('p'), '-o', path('again.wasm')];
    expect((await frames(args)).status).toBe(0);
    expect(await stacksOf(openModule(readFileSync(path('again.wasm'))))).toEqual(
      await stacksOf(openModule(readFileSync(input))),
    );
  });

  test('provenance of other code is refused', async () => {
    const provenance = readProvenance(readFileSync(path('p')));
    const other = { ...provenance, before: { ...provenance.before, sha256: '0'.repeat(64) } };
    writeFileSync(path('other'), writeProvenance(other));
    writeFileSync(path('kept.wasm'), 'as it was');
    const run = await frames([
      'rewrite',
      input,
      path('whole.wasm'),
      '--provenance',
      path('other'),
      '-o',
      path('kept.wasm'),
    ]);
    expect(run.status).toBe(2);
    expect(run.stderr).toContain('provenance of other code');
    expect(readFileSync(path('kept.wasm'), 'utf8')).toBe('as it was');
  });

  test('without provenance functions are found by their bodies', async () => {
    const run = await frames(['rewrite', input, input, '-o', path('walked.wasm')]);
    expect(run).toMatchObject({ status: 0, stderr: '' });
    expect(await stacksOf(openModule(readFileSync(path('walked.wasm'))))).toEqual(
      await stacksOf(openModule(readFileSync(input))),
    );
  });
});

test('wasm-frames split: production module and debug file belong together', async () => {
  const args = [
    'split',
    input,
    '-d',
    path('split.debug.wasm'),
    '-o',
    path('split.wasm'),
    '--url',
    'https://a.example/d',
  ];
  expect((await frames(args)).status).toBe(0);
  const production = WasmModule.read(readFileSync(path('split.wasm')));
  const debug = WasmModule.read(readFileSync(path('split.debug.wasm')));
  expect(readExternalDebugInfo(production)).toBe('https://a.example/d');
  expect(readBuildId(production)!.bytes.length).toBe(20);
  expect(readBuildId(production)!.bytes).toEqual(readBuildId(debug)!.bytes);
  expect(production.custom('name')).toBeUndefined();
  expect(debug.custom('.debug_info')).toBeDefined();
});

test.each([
  ['frames', /^$/, false],
  ['types', /^$/, true],
  ['all', /locations of \d+ variables left out/, true],
])('--keep=%s', async (keep, stderr, hasTypes) => {
  const out = path(`keep-${keep}.wasm`);
  const run = await opt([input, '-O2', '-o', out, '--driver=in-process', `--keep=${keep}`]);
  expect(run.status).toBe(0);
  expect(run.stderr.trim()).toMatch(stderr);
  const after = openModule(readFileSync(out));
  expect(await stacksOf(after)).toEqual(await stacksOf(openModule(readFileSync(input))));
  const text = Buffer.from(readFileSync(out)).toString('latin1');
  // The name of a member of a class that no function is in.
  expect(text.includes('values_')).toBe(hasTypes);
});
