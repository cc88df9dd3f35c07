/** Core dumps: reconstructions of the three layouts from real traps (../shared/cases/crash/coredumps), and by hand. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { Window } from '../../src/bytes/window.ts';
import { crashOfCoreDump } from '../../src/crash/core-dump/core-dump-crash.ts';
import { readCoreStacks } from '../../src/crash/core-dump/core-stack.ts';
import { readCoreDump } from '../../src/crash/core-dump/read-core-dump.ts';
import { ModuleFinder } from '../../src/crash/module-finder.ts';
import { symbolizeCrash } from '../../src/crash/symbolize-crash.ts';
import { recordedCases } from '../support/cases.ts';
import { llvmChains } from '../support/llvm-chains.ts';
import { hasTool } from '../support/tools.ts';

const cases = recordedCases('crash');
const llvm = hasTool('llvm-symbolizer-19');

interface Expectation {
  readonly frames: readonly {
    readonly funcidx: number;
    readonly fileOffset: string;
    readonly codeSectionOffset: string;
    readonly wasmtimeCodeoffset: number;
    readonly rewriterCodeoffset: number;
  }[];
}

const LAYOUTS = [
  {
    kind: 'wasmtime-layout',
    layout: 'standard',
    threads: ['main'],
    offset: (frame: Expectation['frames'][number]) => frame.wasmtimeCodeoffset,
  },
  {
    kind: 'spec-locals-2threads',
    layout: 'standard',
    threads: ['main', 'thr1'],
    offset: (frame: Expectation['frames'][number]) => frame.wasmtimeCodeoffset,
  },
  {
    kind: 'rewriter-layout',
    layout: 'rewriter',
    threads: ['main'],
    offset: (frame: Expectation['frames'][number]) => frame.rewriterCodeoffset,
  },
  {
    kind: 'wasmedge-layout',
    layout: 'wasmedge',
    threads: ['main'],
    offset: (frame: Expectation['frames'][number]) => Number(frame.fileOffset),
  },
] as const;

describe.skipIf(cases === undefined)('the layouts in use', () => {
  const bytesOf = (file: string): Uint8Array => new Uint8Array(readFileSync(join(cases!, 'coredumps', file)));
  const rows = LAYOUTS.flatMap((each) => ['crash_trap', 'crash_cb'].map((crash) => ({ ...each, crash })));

  test.each(rows)('$crash, $kind', ({ kind, layout, threads, offset, crash }) => {
    const dump = readCoreDump(bytesOf(`mod.${crash}.${kind}.coredump`));
    const expected = JSON.parse(
      readFileSync(join(cases!, 'coredumps', `mod.${crash}.expected.json`), 'utf8'),
    ) as Expectation;
    expect(dump.layout).toBe(layout);
    expect(dump.threads.map(({ name }) => name)).toEqual(threads);
    for (const thread of dump.threads) {
      expect(thread.frames.map(({ functionIndex }) => functionIndex)).toEqual(
        expected.frames.map(({ funcidx }) => funcidx),
      );
      expect(thread.frames.map((frame) => frame.offset)).toEqual(expected.frames.map(offset));
    }
  });

  test.skipIf(!llvm).each(rows)('$crash, $kind: frames', ({ kind, crash }) => {
    const dump = readCoreDump(bytesOf(`mod.${crash}.${kind}.coredump`));
    const expected = JSON.parse(
      readFileSync(join(cases!, 'coredumps', `mod.${crash}.expected.json`), 'utf8'),
    ) as Expectation;
    const finder = new ModuleFinder([{ path: 'mod.debug.wasm', open: () => bytesOf('mod.debug.wasm'), chosen: true }]);
    const chains = llvmChains(
      bytesOf('mod.debug.wasm'),
      expected.frames.map((frame) => Number(frame.codeSectionOffset)),
    );
    for (const thread of symbolizeCrash(crashOfCoreDump(dump), (reference) => finder.find(reference)).threads) {
      expect(thread.frames.map(({ resolution }) => resolution?.quality)).toEqual(expected.frames.map(() => 'exact'));
      expect(
        thread.frames.map(({ resolution }) =>
          resolution!.frames.map(({ name, file, line }) => [name, file, line ?? 0]),
        ),
      ).toEqual(chains.map((chain) => chain.map(({ FunctionName, FileName, Line }) => [FunctionName, FileName, Line])));
    }
  });

  test('values of locals and stack', () => {
    const frame = readCoreDump(bytesOf('mod.crash_cb.spec-locals-2threads.coredump')).threads[0]!.frames[0]!;
    // The bytes: 7f ae76, 01, 7e 8080808080 20, 7d 0000803f, 7c 000000000000f03f; 7f 07.
    expect(frame.locals).toEqual([
      { type: 'i32', value: -1234 },
      undefined,
      { type: 'i64', value: 1n << 40n },
      { type: 'f32', value: 1 },
      { type: 'f64', value: 1 },
    ]);
    expect(frame.stack).toEqual([{ type: 'i32', value: 7 }]);
    const rewritten = readCoreDump(bytesOf('mod.crash_cb.rewriter-layout.coredump')).threads[0]!.frames[0]!;
    expect(rewritten.locals).toEqual([{ type: 'i32', value: 1234 }]);
  });

  test('instances that are not there speak against a layout', () => {
    // The frame is in instance 4.
    const section = Window.of(bytesOf('wasmparser-doctest.corestack.bin'), 'corestack');
    expect(() => readCoreStacks([section], { instances: 4 })).toThrow('a frame in an instance that is not there');
    expect(readCoreStacks([section], { instances: 5 }).layout).toBe('standard');
  });

  test('the stack in the documentation of wasmparser', () => {
    const bytes = bytesOf('wasmparser-doctest.corestack.bin');
    const { layout, threads } = readCoreStacks([Window.of(bytes, 'corestack')], { instances: 0 });
    expect(layout).toBe('standard');
    expect(threads).toEqual([
      {
        name: 'main',
        frames: [
          {
            instance: 4,
            functionIndex: 42,
            offset: 51,
            locals: [{ type: 'i32', value: 1 }],
            stack: [{ type: 'i32', value: 2 }],
          },
        ],
      },
    ]);
  });
});
