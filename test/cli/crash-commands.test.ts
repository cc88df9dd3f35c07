/** `wasm-frames trace`, `core`, `profile` and `check` from arguments to exit status. */
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { runFrames } from '../../src/cli/frames-program.ts';
import { recordedCases } from '../support/cases.ts';
import { MemoryIo } from '../support/memory-io.ts';

const cases = recordedCases('crash');
const engine = fileURLToPath(new URL('../crash/engine/', import.meta.url));
const text = (file: string): string => readFileSync(join(cases!, file), 'utf8');

interface Run {
  readonly status: number;
  readonly output: string;
  readonly errors: string;
}

async function run(
  args: readonly string[],
  options: { stdin?: string | readonly string[]; directory?: string } = {},
): Promise<Run> {
  const io = new MemoryIo({
    argv0: 'wasm-frames',
    directory: options.directory ?? cases ?? engine,
    stdin: options.stdin,
  });
  const status = await runFrames(args, io);
  return { status, output: io.output, errors: io.errors };
}

describe.skipIf(cases === undefined)('wasm-frames trace', () => {
  const pair = 'modules/mod.stripped.wasm=modules/mod.debug.wasm';
  const stack = (): string => text('v8-node/mod.stripped.node20.uncaught.txt');

  test('a stream in pieces', async () => {
    const pieces = stack().match(/.{1,7}/gs)!;
    const { status, output, errors } = await run(['trace', '-e', pair], { stdin: pieces });
    expect({ status, errors }).toEqual({ status: 0, errors: '' });
    expect(output).toContain(
      '    at int geo::clamp<int>(int, int, int) (/home/dev/crash-app/build/src/geometry.h:6:15)\n' +
        '    at geo::norm1(geo::Vec const&) (/home/dev/crash-app/build/src/geometry.h)\n' +
        '    at geo::Shape::measure(int) const (/home/dev/crash-app/build/src/crash.cpp:8:10)\n' +
        '    at (anonymous namespace)::process(int) (/home/dev/crash-app/build/src/crash.cpp:15:12)\n' +
        '    at crash_trap (/home/dev/crash-app/build/src/crash.cpp:35:53)\n' +
        '    at file:///home/dev/crash-app/build/uncaught.mjs:4:23\n',
    );
    // All that is no frame is as it was.
    const rest = (value: string): string[] => value.split('\n').filter((line) => !/^ +at /.test(line));
    expect(rest(output)).toEqual(rest(stack()));
  });

  test('a file', async () => {
    const fromFile = await run(['trace', '-e', pair, 'v8-node/mod.stripped.node20.uncaught.txt']);
    expect(fromFile).toEqual(await run(['trace', '-e', pair], { stdin: stack() }));
  });

  test('no module: the text stays, and one line says what was looked for', async () => {
    const { status, output, errors } = await run(['trace'], { stdin: stack() });
    expect(output).toBe(stack());
    expect(errors).toBe(
      "wasm-frames: no module for wasm://wasm/271460b6, V8's hash 271460b6; none is given (-e, --symbols)\n",
    );
    expect(status).toBe(1);
  });

  test('a symbol map', async () => {
    // sym.js.symbols has `12:app::Store::add\28int\2c\20char\20const*\29`, the module no name.
    expect(text('emscripten/sym.js.symbols')).toContain('\n12:app::Store::add\\28int');
    const { output, status } = await run(['trace', '-e', 'emscripten/sym.wasm=emscripten/sym.js.symbols'], {
      stdin: '<?>.wasm-function[12]@[wasm code]\n',
    });
    expect({ output, status }).toEqual({
      output: 'app::Store::add(int, char const*)@[wasm code] [function only]\n',
      status: 0,
    });
    expect(await run(['trace', '-e', 'emscripten/sym.wasm=README.md'])).toMatchObject({
      status: 2,
      errors: 'wasm-frames: README.md: neither a module, a source map nor a symbol map\n',
    });
  });

  test('a source map: found by its URL, or named, and said to be one', async () => {
    const stdin = text('emscripten/map.1.node20.txt');
    const found = await run(['trace', '-e', 'emscripten/map.wasm'], { stdin });
    // app.cpp has `abort()` there.
    expect(found.output).toContain('\n    at main (app.cpp:32:13) [source map]\n');
    expect(await run(['trace', '-e', 'emscripten/map.wasm=emscripten/map.wasm.map'], { stdin })).toEqual(found);
    const { output } = await run(['trace', '--json', '-e', 'emscripten/map.wasm'], { stdin });
    expect(output).toContain('"sourceMap": true');
  });

  test('a damaged source map', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'wasm-symbolizer-map-'));
    try {
      copyFileSync(join(cases!, 'emscripten/map.wasm'), join(directory, 'map.wasm'));
      writeFileSync(join(directory, 'map.wasm.map'), '{"version":3,"sources":["a.c"],"mappings":"AAAA,!"}');
      const stdin = text('emscripten/map.1.node20.txt');
      const unnamed = await run(['trace', '-e', 'map.wasm'], { stdin, directory });
      expect(unnamed.errors).toMatch(/^wasm-frames: map\.wasm\.map: VLQ .*; not used\n$/);
      expect(unnamed.output).not.toContain('a.c');
      expect(await run(['trace', '-e', 'map.wasm=map.wasm.map'], { stdin, directory })).toMatchObject({ status: 2 });
    } finally {
      rmSync(directory, { recursive: true });
    }
  });

  test('a module that does not know a frame: the text stays, and one line says why', async () => {
    const stdin =
      '    at http://h/other.wasm:wasm-function[3]:0x99999\n    at http://h/other.wasm:wasm-function[4]:0x9999a\n';
    expect(await run(['trace', '-e', pair], { stdin })).toEqual({
      status: 1,
      output: stdin,
      errors:
        'wasm-frames: mod.stripped.wasm does not know wasm-function[3]: ' +
        'the offsets of the trace do not fit the module; the offset is in no function\n',
    });
  });

  test('a text without frames', async () => {
    expect(await run(['trace'], { stdin: 'nothing\nhere' })).toEqual({
      status: 0,
      output: 'nothing\nhere',
      errors: '',
    });
  });

  test('files that are not there', async () => {
    const missing = 'wasm-frames: nope.wasm: No such file or directory\n';
    expect(await run(['trace', '-e', 'nope.wasm'])).toEqual({ status: 2, output: '', errors: missing });
    expect(await run(['trace', 'nope.txt'])).toMatchObject({ status: 2 });
    expect(await run(['trace', '--nope'])).toMatchObject({ status: 2 });
  });

  test('as JSON', async () => {
    const { output, status } = await run(['trace', '--json', '-e', pair], { stdin: `log line\n${stack()}` });
    expect(status).toBe(0);
    const { threads } = JSON.parse(output) as { threads: { frames: Record<string, unknown>[] }[] };
    const [first] = threads[0]!.frames;
    expect(first).toMatchObject({
      producer: 'v8',
      functionIndex: 1,
      offset: { value: 0x11f, space: 'module', after: false },
      quality: 'exact',
      answeredBy: 'mod.stripped.wasm',
      address: 0x59,
      doubts: [],
    });
    expect((first!['frames'] as unknown[])[0]).toEqual({
      function: 'int geo::clamp<int>(int, int, int)',
      file: '/home/dev/crash-app/build/src/geometry.h',
      line: 6,
      column: 15,
      inlined: true,
    });
    const { start, end } = first!['text'] as { start: number; end: number };
    expect(`log line\n${stack()}`.slice(start, end)).toBe('wasm://wasm/271460b6:wasm-function[1]:0x11f');
  });

  test("an event of Sentry's", async () => {
    const { output, status } = await run([
      'trace',
      '--sentry',
      '-e',
      'sentry/simple.wasm',
      'sentry/symbolicator-request.json',
    ]);
    expect(status).toBe(0);
    expect(JSON.parse(output)).toMatchObject({ stacktraces: [{ frames: [{ lineno: 19, filename: 'lib.rs' }] }] });
    expect(await run(['trace', '--sentry'], { stdin: '{"a":1}' })).toMatchObject({ status: 1 });
    expect(await run(['trace', '--sentry'], { stdin: '{' })).toMatchObject({ status: 2 });
  });
});

describe.skipIf(cases === undefined)('directories of archived modules', () => {
  let directory: string;
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'wasm-symbolizer-symbols-'));
  });
  afterEach(() => rmSync(directory, { recursive: true }));

  const put = (source: string, path: string): void => {
    mkdirSync(dirname(join(directory, path)), { recursive: true });
    copyFileSync(join(cases!, source), join(directory, path));
  };
  /** The build id of mod.*.wasm, as llvm-readobj 19 prints the section's bytes after their length. */
  const id = buildId();

  test.each([
    ['beside each other', 'app/mod.wasm', 'app/mod.debug.wasm'],
    ["by build id, as GNU's tools", 'mod.wasm', `.build-id/${id.slice(0, 2)}/${id.slice(2)}.debug`],
    ["by build id, as Sentry's tools", 'mod.wasm', `${id.slice(0, 2)}/${id.slice(2)}/debuginfo`],
    ['by build id with its length in front', 'mod.wasm', `14/${id}.debug`],
    ['as debuginfod serves', 'mod.wasm', `buildid/${id}/debuginfo`],
  ])('%s', async (_, module, debugFile) => {
    put('modules/mod.stripped.wasm', module);
    put('modules/mod.debug.wasm', debugFile);
    const { status, output, errors } = await run(['trace', '--symbols', directory], {
      stdin: text('v8-node/mod.stripped.node20.uncaught.txt'),
    });
    expect({ status, errors }).toEqual({ status: 0, errors: '' });
    expect(output).toContain('geometry.h:6:15');
  });

  test('a debug file of other code is not used, which is said', async () => {
    put('modules/mod.wasmopt-shifted-same-buildid.wasm', 'mod.wasm');
    put('modules/mod.debug.wasm', 'mod.wasm.debug.wasm');
    const { output, errors } = await run(['trace', '-e', 'mod.wasm'], {
      directory,
      stdin: '    at wasm://wasm/28ad901e:wasm-function[1]:0x11f\n',
    });
    expect(errors).toMatch(
      /^wasm-frames: mod\.wasm\.debug\.wasm: not the debug information of 'mod\.wasm': the body of function \d+ is another one, .*; not used$/m,
    );
    expect(output).not.toContain('geometry.h');
  });

  test('by the code alone, whatever it is called', async () => {
    const stdin = text('v8-node/mod.stripped.node20.uncaught.txt');
    put('modules/wz.debug.wasm', 'a.wasm');
    put('modules/mod.debug.wasm', 'archive/2026-11-22.wasm');
    // Under another build id, so that it cannot help.
    const bytes = readFileSync(join(cases!, 'modules/mod.stripped.wasm'));
    bytes[bytes.indexOf('build_id') + 'build_id'.length + 1]! ^= 0xff;
    writeFileSync(join(directory, 'served.wasm'), bytes);
    const archived = await run(['trace', '--symbols', directory, '-e', join(directory, 'served.wasm')], { stdin });
    expect(archived.output).toContain('geometry.h:6:15');
    const both = ['-e', join(directory, 'served.wasm'), '-e', join(directory, 'archive/2026-11-22.wasm')];
    expect((await run(['trace', ...both], { stdin })).output).toContain('geometry.h:6:15');
    expect((await run(['trace', ...both.slice(0, 2)], { stdin })).output).not.toContain('geometry.h:6:15');
  });

  test('nor one that was named', async () => {
    const pair = 'modules/mod.wasmopt-shifted-same-buildid.wasm=modules/mod.debug.wasm';
    const { output, errors } = await run(['trace', '-e', pair], {
      stdin: '    at wasm://wasm/28ad901e:wasm-function[1]:0x11f\n',
    });
    expect(errors).toMatch(/^wasm-frames: modules\/mod\.debug\.wasm: not the debug information of .*; not used$/m);
    expect(output).not.toContain('geometry.h');
  });

  test('what is no module is left out, and said', async () => {
    put('modules/mod.stripped.wasm', 'mod.wasm');
    writeFileSync(join(directory, 'broken.wasm'), 'not a module');
    const { output, errors } = await run(['trace', '--symbols', directory], {
      stdin: '    at wasm://wasm/271460b6:wasm-function[2]:0x125\n',
    });
    expect(errors).toContain('broken.wasm: ');
    expect(output).toContain('    at crash_trap (');
  });
});

function buildId(): string {
  if (cases === undefined) return '';
  const bytes = readFileSync(join(cases, 'modules/mod.debug.wasm'));
  const at = bytes.indexOf('build_id') + 'build_id'.length;
  return bytes.subarray(at + 1, at + 1 + bytes[at]!).toString('hex');
}

describe.skipIf(cases === undefined)('wasm-frames core', () => {
  test('stacks and variables', async () => {
    const { status, output, errors } = await run([
      'core',
      'coredumps/mod.crash_trap.spec-locals-2threads.coredump',
      '-e',
      'modules/mod.debug.wasm',
    ]);
    expect({ status, errors }).toEqual({ status: 0, errors: '' });
    const [, main, second] = output.split(/^thread /m);
    // The second thread has the same stack; what follows it are globals.
    expect(second!.slice('thr1'.length).split('\nglobals')[0]!.trim()).toBe(main!.slice('main'.length).trim());
    expect(main).toContain(
      '#0  0x00000059 in int geo::clamp<int>(int, int, int) () at /home/dev/crash-app/build/src/geometry.h:6:15 (inlined)\n',
    );
    // The dump has -1234 as the first local of each frame, and nothing as the second; llvm-dwarfdump has the places.
    expect(main).toContain('(anonymous namespace)::process(int) (n=-1234) at ');
    expect(main).toContain('scale=<local 1 was not recorded>');
    expect(main).toContain('Shape s = <optimized out>');
  });

  test('as JSON', async () => {
    const { output } = await run([
      'core',
      '--json',
      'coredumps/mod.crash_cb.rewriter-layout.coredump',
      '-e',
      'modules/mod.debug.wasm',
    ]);
    const { layout, threads, variables } = JSON.parse(output) as {
      layout: string;
      threads: { frames: { frames: { function: string }[] }[] }[];
      variables: { locals: unknown[][] }[][];
    };
    expect(layout).toBe('rewriter');
    expect(threads[0]!.frames.map((frame) => frame.frames[0]!.function)).toEqual(['crash_host', 'crash_cb']);
    expect(variables[0]![0]!.locals[0]![0]).toEqual({ name: 'n', type: 'int', kind: 'parameter', value: '1234' });
  });

  test('without a module, and without a dump', async () => {
    const dump = 'coredumps/mod.crash_cb.wasmtime-layout.coredump';
    const { status, output } = await run(['core', dump]);
    expect(status).toBe(1);
    expect(output).toContain('#0  wasm-function[11]+0x3 (body)\n');
    expect(await run(['core', 'modules/mod.debug.wasm'])).toMatchObject({
      status: 2,
      errors: 'wasm-frames: modules/mod.debug.wasm: no corestack section: not a core dump at module+0x0\n',
    });
  });
});

describe('wasm-frames profile', () => {
  const profiles = fileURLToPath(new URL('../crash/profiles/', import.meta.url));

  test("Firefox's, to a file", async () => {
    const io = new MemoryIo({ argv0: 'wasm-frames', directory: profiles });
    expect(await runFrames(['profile', '-e', '../engine/busy.wasm', 'gecko.json', '-o', 'out.json'], io)).toBe(0);
    expect(Buffer.from([...io.written.values()][0]!).toString()).toContain('work::series(unsigned int) (./busy.cpp:');
    expect(io.output).toBe('');
  });

  test("perf's, through a pipe", async () => {
    const stdin = readFileSync(join(profiles, 'perf-script.txt'), 'utf8');
    const { status, output } = await run(['profile', '-e', join(engine, 'busy.wasm')], { stdin });
    expect(status).toBe(0);
    expect(output).toContain('JS:work::series(unsigned int) ./busy.cpp:');
  });

  test('what is none', async () => {
    expect(await run(['profile'], { stdin: '{}' })).toMatchObject({
      status: 2,
      errors: 'wasm-frames: standard input: no profile of a known format\n',
    });
  });
});

describe.skipIf(cases === undefined)('wasm-frames check', () => {
  test.each([
    ['a pair', ['modules/mod.stripped.wasm', 'modules/mod.debug.wasm'], 0, []],
    ['a module with its own', ['modules/mod.debug.wasm'], 0, []],
    [
      'other code under the same build id',
      ['modules/mod.wasmopt-shifted-same-buildid.wasm', 'modules/mod.debug.wasm'],
      1,
      ['pair/code-differs', 'pair/stale-debug-information'],
    ],
    ['no debug information', ['modules/wasi.stripped.wasm'], 1, ['pair/no-debug-information', 'pair/nothing-covered']],
    ['debug information that wasm-opt broke', ['wasmopt-clang-driver/wasi.debug.wasm'], 1, ['pair/nothing-covered']],
    ['a separate file, found by its link', ['emscripten/sep.wasm'], 0, []],
  ])('%s', async (_, args, status, rules) => {
    const found = await run(['check', '--json', ...args]);
    expect(found.status).toBe(status);
    const { findings } = JSON.parse(found.output) as { findings: { severity: string; rule: string }[] };
    expect(findings.filter(({ severity }) => severity !== 'note').map(({ rule }) => rule)).toEqual(rules);
  });

  test('in words', async () => {
    const { output } = await run(['check', 'modules/mod.stripped.wasm', 'modules/mod.debug.wasm']);
    expect(output).toMatch(/12 of 12 functions have lines\n25 of 25 places where a frame can stand have a line/);
  });

  test('what cannot be read', async () => {
    expect(await run(['check', 'README.md'])).toMatchObject({ status: 2 });
    expect(await run(['check', 'nope.wasm'])).toMatchObject({ status: 2 });
  });
});
