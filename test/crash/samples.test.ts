/**
 * Stacks that real engines and runtimes printed, with the modules that they ran.
 *
 * What the frames are is asked of llvm-symbolizer 19 at the code offsets, which are worked out here and not by the code
 * under test. Where it is known to be wrong (entries for code that is gone, in what Emscripten 3.1.6 makes), the answer
 * was read off the source.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { CrashFrame } from '../../src/crash/crash.ts';
import { type ModuleFile, ModuleFinder } from '../../src/crash/module-finder.ts';
import { parseCrash } from '../../src/crash/parse-crash.ts';
import { symbolizeCrash } from '../../src/crash/symbolize-crash.ts';
import { recordedCases } from '../support/cases.ts';
import { llvmChains } from '../support/llvm-chains.ts';
import { hasTool } from '../support/tools.ts';

const cases = recordedCases('crash');
const llvm = hasTool('llvm-symbolizer-19');

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

function symbolized(sample: Sample): CrashFrame[] {
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
