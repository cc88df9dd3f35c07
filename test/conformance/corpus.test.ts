// Large real modules: our frames are those of llvm-symbolizer 19, at every instruction of the small ones and at a
// regular sample of the others. Asked twice, as fixtures/README.md says: for short names, and for linkage names on a
// copy without symbols.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { codeOffset } from '../../src/addresses.ts';
import { openModule, wasmSections } from '../../src/debug-module/debug-module.ts';
import { Symbolizer } from '../../src/symbolize/symbolizer.ts';
import { WasmFunctions } from '../../src/wasm/functions.ts';
import { InstructionCursor } from '../../src/wasm/instructions.ts';
import { WasmModule } from '../../src/wasm/module.ts';
import { writeModule } from '../../src/wasm/module-writer.ts';
import { asLlvm, NOTHING } from '../support/as-llvm.ts';
import { corpus } from '../support/cases.ts';
import { hasTool } from '../support/tools.ts';

/** Every n-th instruction is compared. */
const STEPS: Readonly<Record<string, number>> = {
  'zlib-O0-g5': 1,
  'zlib-O2-g4': 1,
  'zlib-O2-g5': 1,
  'zlib-O2-gmlt': 1,
  'zlib-Oz-g4': 1,
  'zlib-O2-g5-embed': 1,
  'lua-O0-g5': 7,
  'lua-O2-g5': 7,
  'zstd-O2-g5': 13,
  'rust-O3': 13,
  'sqlite-O0-g4': 29,
  'sqlite-O2-g5': 29,
  'sqlite-O2-g5-split': 29,
  'binaryen-O2g5': 97,
};

const folder = corpus();
const runs = folder !== undefined && hasTool('llvm-symbolizer-19');

interface Shown {
  readonly FunctionName: string;
  readonly FileName: string;
  readonly Line: number;
  readonly Column: number;
  readonly Discriminator: number;
  readonly StartFileName: string;
  readonly StartLine: number;
}

/** One line an address: names, places and declarations of all its frames. */
function askLlvm(file: string, functions: 'short' | 'linkage', input: string): string[] {
  const options = ['--output-style=JSON', '--no-demangle', `--functions=${functions}`, '-e', file];
  const run = spawnSync('llvm-symbolizer-19', options, { encoding: 'utf8', input, maxBuffer: 2 ** 30 });
  if (run.status !== 0) throw new Error(`llvm-symbolizer-19: ${run.stderr || run.error}`);
  const answers = run.stdout.trim().split('\n');
  return answers.map((line) => {
    const { Symbol: frames = [] } = JSON.parse(line) as { Symbol?: Shown[] };
    return frames.map((frame) => lineOf(frame, frame.FunctionName)).join(' | ');
  });
}

function lineOf(frame: Omit<Shown, 'FunctionName'>, name: string): string {
  const { FileName, Line, Column, Discriminator, StartFileName, StartLine } = frame;
  return `${name} ${FileName}:${Line}:${Column} (${Discriminator}) ${StartFileName}:${StartLine}`;
}

function instructionAddresses(module: WasmModule, step: number): number[] {
  const functions = WasmFunctions.read(module);
  const found: number[] = [];
  let count = 0;
  for (let index = functions.importCount; index < functions.count; index++) {
    const { start, end } = functions.body(index)!;
    const cursor = new InstructionCursor(module.code!, start, end);
    while (cursor.next()) if (count++ % step === 0) found.push(cursor.offset);
  }
  return found;
}

const SYMBOLS = new Set(['name', 'linking', 'import', 'export']);

describe.runIf(runs)('real modules', () => {
  test.each(Object.entries(STEPS))('%s, every %i. instruction', { timeout: 600_000 }, (name, step) => {
    const bytes = gunzipSync(readFileSync(`${folder}${name}.wasm.gz`));
    const module = WasmModule.read(bytes);
    const packageFile = `${folder}${name}.wasm.dwp.gz`;
    const split = existsSync(packageFile) ? gunzipSync(readFileSync(packageFile)) : undefined;
    const sections = split && wasmSections(WasmModule.read(split));
    const symbolizer = new Symbolizer(openModule(module, { splitFile: () => sections }));
    const addresses = instructionAddresses(module, step);
    const ours = addresses.map((address) => {
      const frames = symbolizer.dwarfFrames.frames(codeOffset(address)).map(asLlvm);
      return frames.length === 0 ? [NOTHING] : frames;
    });
    const shown = (nameOf: 'short' | 'linkage') =>
      ours.map((frames) =>
        frames
          .map((frame) => {
            const { file, line, column, discriminator, startFile, startLine } = frame;
            return `${frame[nameOf]} ${file}:${line}:${column} (${discriminator}) ${startFile}:${startLine}`;
          })
          .join(' | '),
      );

    const place = mkdtempSync(join(tmpdir(), 'wasm-symbolizer-corpus-'));
    try {
      const file = join(place, 'module.wasm');
      if (split) writeFileSync(`${file}.dwp`, split);
      const input = addresses.map((address) => `0x${address.toString(16)}\n`).join('');
      writeFileSync(file, bytes);
      expectSame(addresses, shown('short'), askLlvm(file, 'short', input));
      writeFileSync(file, writeModule(module, { section: ({ name }) => (SYMBOLS.has(name) ? 'remove' : 'keep') }));
      expectSame(addresses, shown('linkage'), askLlvm(file, 'linkage', input));
    } finally {
      rmSync(place, { recursive: true });
    }
  });
});

function expectSame(addresses: readonly number[], ours: readonly string[], theirs: readonly string[]): void {
  expect(theirs.length).toBe(addresses.length);
  const different = addresses.flatMap((address, index) =>
    ours[index] === theirs[index]
      ? []
      : [`0x${address.toString(16)}\n  ours   ${ours[index]}\n  theirs ${theirs[index]}`],
  );
  expect(different.length, different.slice(0, 5).join('\n')).toBe(0);
}
