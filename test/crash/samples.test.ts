/**
 * Stacks that real engines and runtimes printed, with the modules that they ran.
 *
 * What the frames are is asked of llvm-symbolizer 19 at the code offsets, which are worked out here and not by the code
 * under test. Where it is known to be wrong (entries for code that is gone, in what Emscripten 3.1.6 makes), the answer
 * is put together from llvm-dwarfdump's text, and was also read off the source.
 */
import { readFileSync } from 'node:fs';
import { SourceMap as NodeSourceMap, type SourceMapping } from 'node:module';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { CrashFrame } from '../../src/crash/crash.ts';
import { type ModuleFile, ModuleFinder } from '../../src/crash/module-finder.ts';
import { parseCrash } from '../../src/crash/parse-crash.ts';
import { symbolizeCrash } from '../../src/crash/symbolize-crash.ts';
import { TraceFilter } from '../../src/crash/trace-filter.ts';
import { SourceMap } from '../../src/source-map/source-map.ts';
import { recordedCases } from '../support/cases.ts';
import { CHAIN_TOOLS, dwarfdumpChains } from '../support/dwarfdump-chains.ts';
import { llvmChains } from '../support/llvm-chains.ts';
import { hasTool } from '../support/tools.ts';

const cases = recordedCases('crash');
const llvm = hasTool('llvm-symbolizer-19');
const dwarfdump = CHAIN_TOOLS.every(hasTool);

/** What a frame says that was not answered by an exact address. */
type Expected = 'exact' | 'function' | 'unresolved' | `skewed by ${number}`;

interface Sample {
  readonly file: string;
  /** The module that ran. */
  readonly ran: string;
  readonly debug: string;
  /** Number of frames of the module in the text. */
  readonly frames: number;
  readonly quality: Expected;
  /** Frames, by position, that are answered otherwise. */
  readonly except?: Readonly<Record<number, Expected>>;
  /** Where the module's code section begins: what the offsets count from, besides the skew. */
  readonly codeStart?: number;
  readonly after?: boolean;
}

const MOD = { debug: 'modules/mod.debug.wasm', codeStart: 0xc6 } as const;
const WASI = { debug: 'modules/wasi.debug.wasm', codeStart: 0x1a8 } as const;
const WZ = { debug: 'modules/wz.debug.wasm', codeStart: 0x71 } as const;

function engine(folder: string, kind: string, file: string, frames: number, quality: Expected = 'exact'): Sample {
  return { file: `${folder}/${file}`, ran: `modules/mod.${kind}.wasm`, frames, quality, ...MOD };
}

const KINDS = ['debug', 'names', 'stripped'] as const;

const SAMPLES: readonly Sample[] = [
  ...KINDS.flatMap((kind) => [
    engine('v8-node', kind, `mod.${kind}.node20.txt`, 21),
    engine('v8-node', kind, `mod.${kind}.node20.uncaught.txt`, 3),
    engine('v8-node', kind, `mod.${kind}.node20.callsites.jsonl`, 3),
    engine('spidermonkey-gjs', kind, `mod.${kind}.mozjs102.txt`, 19),
    engine('jsc', kind, `mod.${kind}.webkitgtk-2.50.6.txt`, 19, 'function'),
    engine('bun', kind, `mod.${kind}.bun1.4.5.txt`, 0),
    engine('bun', kind, `mod.${kind}.bun1.4.5.callsites.jsonl`, 3, 'function'),
  ]),
  ...KINDS.flatMap((kind) =>
    ['abort', 'div', 'oob', 'trap'].flatMap((how, index): Sample[] => [
      {
        file: `wamr/wasi.${kind}.${how}.iwasm2.4.3-classic-interp.txt`,
        ran: `modules/wasi.${kind}.wasm`,
        frames: [6, 5, 6, 7][index]!,
        quality: 'exact',
        after: true,
        ...WASI,
        // The interpreter leaves an old offset behind when a memory access is out of bounds.
        ...(how === 'oob' ? { except: { 0: 'function' } as const } : {}),
      },
      {
        file: `wazero/wasi.${kind}.${how}.wazero1.5.txt`,
        ran: `modules/wasi.${kind}.wasm`,
        frames: [6, 5, 6, 7][index]!,
        quality: 'function',
        debug: WASI.debug,
        // With the places of the source come offsets in the code section, but not for functions without them.
        ...(kind === 'debug' ? { quality: 'exact', codeStart: 0, except: exceptLibrary([6, 5, 6, 7][index]!) } : {}),
      },
    ]),
  ),
  ...KINDS.flatMap((kind) =>
    ['init_oob', 'wizer.initialize'].flatMap((how, index) =>
      ['', '.details'].map(
        (details): Sample => ({
          file: `wasmtime/wz.${kind}.${how}${details}.txt`,
          ran: `modules/wz.${kind}.wasm`,
          frames: [2, 3][index]!,
          // Wizer instruments the module before it runs it.
          quality: 'skewed by 38',
          ...WZ,
        }),
      ),
    ),
  ),
];

/** What Emscripten 3.1.6 made of app.cpp at -O1, by the places in its source: the innermost line and column first. */
const APP = {
  trap: ['app::check 10:22', 'app::Store::sum 19:43', 'app::die 31:30', 'main 43:3'],
  abort: ['app::die 32:13', 'main 43:3'],
  throw: [],
  stacks: [
    ...['app::Store::stack 24:5', 'app::die 34:15', 'main 43:3'],
    ...['app::Store::stack 26:5', 'app::die 34:15', 'main 43:3'],
  ],
  store: ['app::die 35:56', 'main 43:3'],
  script: ['app::die 36:13', 'main 43:3'],
} as const;

/** Where the code section of all of these begins, by `llvm-objdump -h`, and in it the first function's body. */
const EM_CODE_START = 0x301;
const EM_FIRST_BODY = 2;

/** `__main_void` and the last, `_start.command_export`, of wasi-libc have no lines. */
function exceptLibrary(frames: number): Readonly<Record<number, Expected>> {
  return { [frames - 4]: 'function', [frames - 1]: 'function' };
}

describe.skipIf(cases === undefined || !llvm)('stacks of real engines', () => {
  test.each(SAMPLES)('$file', (sample) => {
    const frames = symbolized(sample);
    expect(frames).toHaveLength(sample.frames);
    expect(frames.map(qualityOf)).toEqual(frames.map((_, index) => sample.except?.[index] ?? sample.quality));
    const module = bytesOf(sample.debug);
    const placed = frames.filter(
      ({ resolution }) => resolution?.quality === 'exact' || resolution?.quality === 'skewed',
    );
    if (placed.length === 0) return;
    const chains = llvmChains(
      module,
      placed.map((frame) => codeOffsetOf(frame, sample)),
    );
    for (const [index, { resolution }] of placed.entries()) {
      const expected = chains[index]!;
      // Two functions of wasi-libc have no debug information: they are called as runtimes print them from names.
      const library = index === placed.length - 1 ? '_start.command_export' : '__main_void';
      expect(resolution!.frames.map(printed)).toEqual(
        expected[0]!.FunctionName === '' ? [`${library} :0:0`] : expected.map(asPrinted),
      );
    }
  });
});

describe.skipIf(cases === undefined || !llvm)('pages in browsers, with three modules to choose from', () => {
  test.each([
    { file: 'v8-chromium/chromium156.txt', frames: 163 },
    { file: 'spidermonkey-firefox/firefox153.txt', frames: 160 },
  ])('$file', ({ file, frames: count }) => {
    const finder = new ModuleFinder(KINDS.map((kind) => moduleFile(`modules/mod.${kind}.wasm`, MOD.debug)));
    const crash = symbolizeCrash(parseCrash(bytesOf(file)), (reference) => finder.find(reference));
    const frames = crash.threads.flatMap((thread) => thread.frames);
    expect(frames).toHaveLength(count);
    expect(new Set(frames.map(qualityOf))).toEqual(new Set(['exact']));
    const chains = llvmChains(
      bytesOf(MOD.debug),
      frames.map(({ offset }) => offset!.value - MOD.codeStart),
    );
    for (const [index, { resolution, module }] of frames.entries()) {
      expect(resolution!.frames.map(printed)).toEqual(chains[index]!.map(asPrinted));
      const named = /mod\.\w+\.wasm/.exec(module.url ?? '');
      if (named !== null) expect(resolution!.module).toBe(named[0]);
    }
  });
});

describe.skipIf(cases === undefined)('Emscripten', () => {
  const modules = [
    { name: 'full', ran: 'emscripten/full.wasm', debug: 'emscripten/full.wasm' },
    { name: 'full', ran: 'emscripten/full.stripped.wasm', debug: 'emscripten/full.wasm' },
    { name: 'glt', ran: 'emscripten/glt.wasm', debug: 'emscripten/glt.wasm' },
    { name: 'sep', ran: 'emscripten/sep.wasm', debug: 'emscripten/sep.wasm.debug.wasm' },
  ];
  const rows = modules.flatMap((module) =>
    Object.entries(APP).map(([how, chain], argument) => ({ ...module, how, chain, argument })),
  );

  test.each(rows)('$ran: $how', ({ name, ran, debug, chain, argument }) => {
    const frames = symbolized({ file: `emscripten/${name}.${argument}.node20.txt`, ran, debug });
    expect(new Set(frames.map(qualityOf))).toEqual(new Set(chain.length > 0 ? ['exact'] : []));
    const found = frames.flatMap(({ resolution }) => resolution!.frames);
    // With line tables alone, an inlined function has no more than its own name.
    const full = found.map(({ name: called, line, column }) => `${called!.replace(/\(.*$/s, '')} ${line}:${column}`);
    expect(full).toEqual(name === 'glt' ? chain.map((each) => each.replace('app::check', 'check')) : chain);
    for (const { file } of found) expect(file).toMatch(/\/app\.cpp$/);
    if (!dwarfdump) return;
    const offsets = frames.map(({ offset }) => offset!.value - EM_CODE_START);
    const chains = dwarfdumpChains(bytesOf(debug), offsets, EM_FIRST_BODY);
    for (const [index, { resolution }] of frames.entries()) {
      const expected = chains[index]!;
      expect(resolution!.frames.map(({ file, line, column }) => ({ file: nameOf(file), line, column }))).toEqual(
        expected.map(({ file, line, column }) => ({ file: nameOf(file), line, column })),
      );
      for (const [at, { name: called }] of expected.entries()) {
        // Line tables alone have no scopes; those are the name section's.
        if (called !== '') expect(scopeless(resolution!.frames[at]!.name!)).toBe(scopeless(called));
        if (name !== 'glt') expect(resolution!.frames[at]!.name).toBe(called);
      }
    }
  });

  test.each([0, 1, 3, 4, 5])('map.wasm with its source map, argument %i: the places that Node finds', (argument) => {
    const json = readFileSync(join(cases!, 'emscripten/map.wasm.map'), 'utf8');
    const node = new NodeSourceMap(JSON.parse(json));
    const ran = 'emscripten/map.wasm';
    const map = SourceMap.read(Buffer.from(json));
    const finder = new ModuleFinder([{ ...moduleFile(ran, ran), openSourceMap: () => map }]);
    const crash = parseCrash(bytesOf(`emscripten/map.${argument}.node20.txt`));
    const frames = symbolizeCrash(crash, (reference) => finder.find(reference)).threads.flatMap((each) => each.frames);
    expect(frames.length).toBeGreaterThan(0);
    for (const { offset, resolution } of frames) {
      const entry = node.findEntry(0, offset!.value) as SourceMapping;
      const { originalSource: file, originalLine, originalColumn } = entry;
      expect(resolution!.quality).toBe('exact');
      expect(resolution!.frames).toEqual([
        { name: 'main', file, line: originalLine + 1, column: originalColumn + 1, inlined: false, mapped: true },
      ]);
    }
  });

  // None has debug information; the last has no name section either, and exports what it calls `main`.
  test.each(['map', 'prof', 'sym'])('%s.wasm: the function and nothing more', (name) => {
    for (const argument of [0, 1, 2, 3, 4, 5]) {
      const ran = `emscripten/${name}.wasm`;
      const frames = symbolized({ file: `emscripten/${name}.${argument}.node20.txt`, ran, debug: ran });
      expect(frames).toHaveLength([1, 1, 0, 2, 1, 1][argument]!);
      for (const frame of frames) {
        expect(qualityOf(frame)).toBe('exact');
        expect(frame.resolution!.frames.map(printed)).toEqual(['main :0:0']);
      }
    }
  });
});

describe.skipIf(cases === undefined)('a module whose debug information wasm-opt broke', () => {
  test.each([
    ['abort.iwasm', 'exact'],
    ['abort.wasm3', 'exact'],
    ['trap.iwasm', 'exact'],
    ['trap.wasm3', 'exact'],
    ['oob.wasm3', 'exact'],
    // Stale, as above.
    ['oob.iwasm', 'function'],
  ])('%s', (how, quality) => {
    const module = 'wasmopt-clang-driver/wasi.debug.wasm';
    const frames = symbolized({ file: `wasmopt-clang-driver/wasi.${how}.txt`, ran: module, debug: module });
    expect(frames.map(qualityOf)).toEqual([quality]);
    expect(frames[0]!.resolution!.frames.map(printed)).toEqual(['_start :0:0']);
  });
});

describe.skipIf(cases === undefined)('quotes from public issues, whose modules nobody has', () => {
  const text = cases === undefined ? '' : readFileSync(join(cases, 'public-quotes/frames.txt'), 'utf8');

  /** Producers and offsets of each block, read off the texts. */
  const QUOTES: Readonly<Record<string, readonly string[]>> = {
    'emscripten #22041 node 22.2': ['v8 289 module 228011', 'v8 272 module 219446', 'v8 123 module 63980'],
    'emscripten #18284': ['v8 ? module 1641522', 'v8 ? module 833428', 'v8 ? module 1641522', 'v8 ? module 833428'],
    'stdweb #422': ['v8 ? module 10500', 'v8 ? module 10500', 'v8 ? module 11276'],
    'wormhole #1073': ['v8 ? module 185425'],
    'emscripten #20731': ['v8 ? module 23746163'],
    tikzjax: ['v8 33 module 13161', 'v8 35 module 15241'],
    'emscripten #5161': ['v8 79 body 46', 'v8 401 body 379'],
    'emscripten PR #8723': ['sanitizer 33 body 93', 'sanitizer 34 body 3'],
    'same PR, SpiderMonkey': ['sanitizer ? module 1852'],
    'asterius #908': ['v8 3155 module 796692', 'v8 7266 module 1529815'],
    'emscripten #14646': ['sanitizer ? module 13811863', 'sanitizer ? module 13811863'],
    'WebKit PR #48875: before': ['javascriptcore ? none'],
    'WebKit PR #48875: after': ['javascriptcore 1 none'],
    'dart stack_trace': ['javascriptcore 796 none'],
    'emscripten #26197 bun': [],
    'Bun 1.1.42': ['bun ? none'],
    'wasmtime #5400': ['wasmtime 144 module 62195', 'wasmtime 129 module 55782'],
    'wasmer, quoted': ['wasmer 0 module 26'],
    'WasmEdge #953': ['wasmedge ? module 42573'],
    'WasmEdge 2026': ['wasmedge 0 none'],
    'WAMR #3193': ['wamr 3 module 74 after', 'wamr 4 module 169 after', 'wamr ? module 136 after'],
    'WAMR <= 1.3.2': ['wamr 18 none'],
    'WAVM #379': ['wavm 1 body 11'],
    'WasmKit PR #150': ['wasmkit ? none', 'wasmkit ? none', 'wasmkit ? none'],
    // Its file is not one that a module has, and what a service printed is no engine's.
    'Sentry js': [],
    'Cloudflare wasm-coredump': [],
    'wasmgdb bt': [],
  };

  test.each(Object.entries(QUOTES))('[%s', (title, expected) => {
    const start = text.indexOf(`\n[${title}`);
    expect(start).toBeGreaterThanOrEqual(0);
    // The next block begins with a bracket and a letter, which no log's date does.
    const body = text.slice(text.indexOf('\n', start + 1) + 1);
    const end = body.search(/^\[[A-Za-z]/m);
    const block = end < 0 ? body : body.slice(0, end);
    const frames = parseCrash(block).threads.flatMap((thread) => thread.frames);
    expect(frames.map(rule)).toEqual(expected);
  });

  test.each(['frames.txt', 'emscripten-sanitizers-doc.txt'])('%s comes out as it went in', (file) => {
    const bytes = bytesOf(`public-quotes/${file}`);
    const out: Uint8Array[] = [];
    const filter = new TraceFilter({ symbolize: (frames) => frames, write: (part) => out.push(part.slice()) });
    filter.push(bytes);
    filter.flush();
    expect(Buffer.concat(out).equals(bytes)).toBe(true);
  });

  test("Emscripten's documentation of its sanitizers", () => {
    const crash = parseCrash(bytesOf('public-quotes/emscripten-sanitizers-doc.txt'));
    const frames = crash.threads.flatMap((thread) => thread.frames);
    expect(frames).toHaveLength(19);
    // The summaries' addresses are one too low, those of the frames are not.
    expect(frames.filter(({ text: place }) => place!.style === 'summary').map(({ offset }) => offset!.value)).toEqual([
      0x15f0, 0xc1b,
    ]);
  });
});

function nameOf(path: string | undefined): string | undefined {
  return path?.replace(/^.*\//, '');
}

function scopeless(name: string): string {
  return name.replace(/\(.*$/s, '').replace(/^.*::/, '');
}

/** Producer, function index, and how the offset counts. */
function rule({ producer, functionIndex, offset }: CrashFrame): string {
  const place = offset === undefined ? 'none' : `${offset.space} ${offset.value}${offset.after ? ' after' : ''}`;
  return `${producer} ${functionIndex ?? '?'} ${place}`;
}

function symbolized(sample: Pick<Sample, 'file' | 'ran' | 'debug'>): CrashFrame[] {
  const crash = parseCrash(bytesOf(sample.file));
  const finder = new ModuleFinder([moduleFile(sample.ran, sample.debug)]);
  return symbolizeCrash(crash, (reference) => finder.find(reference)).threads.flatMap(({ frames }) => frames);
}

function moduleFile(ran: string, debug: string): ModuleFile {
  return { path: ran, open: () => bytesOf(ran), openDebugFile: () => bytesOf(debug), chosen: true };
}

function bytesOf(file: string): Uint8Array {
  return new Uint8Array(readFileSync(join(cases!, file)));
}

function qualityOf({ resolution }: CrashFrame): string {
  if (resolution === undefined) return 'unresolved';
  return resolution.quality === 'skewed' ? `skewed by ${resolution.skew}` : resolution.quality;
}

function codeOffsetOf({ offset }: CrashFrame, { codeStart, quality, after }: Sample): number {
  const skew = /^skewed by (\d+)$/.exec(quality);
  return offset!.value - codeStart! - Number(skew?.[1] ?? 0) - (after ? 1 : 0);
}

function printed({
  name,
  file,
  line,
  column,
}: {
  name?: string | undefined;
  file?: string | undefined;
  line?: number | undefined;
  column?: number | undefined;
}): string {
  return `${name} ${file ?? ''}:${line ?? 0}:${column ?? 0}`;
}

/** The linker's name for `main` is not what people wrote. */
function asPrinted(frame: { FunctionName: string; FileName: string; Line: number; Column: number }): string {
  const name = frame.FunctionName === '__main_argc_argv' ? 'main' : frame.FunctionName;
  return `${name} ${frame.FileName}:${frame.Line}:${frame.Column}`;
}
