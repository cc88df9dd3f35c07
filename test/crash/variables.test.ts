/**
 * Variables of a core dump: a program (engine/variables.cpp) is stopped in this machine's engine, its memory and stack
 * written as a dump in the standard layout, and what is read from that is what its source says.
 */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { beforeAll, expect, test } from 'vitest';
import type { CodeOffset } from '../../src/addresses.ts';
import { crashOfCoreDump } from '../../src/crash/core-dump/core-dump-crash.ts';
import { type FrameVariables, frameVariables } from '../../src/crash/core-dump/core-dump-variables.ts';
import { readCoreDump } from '../../src/crash/core-dump/read-core-dump.ts';
import { ModuleFinder } from '../../src/crash/module-finder.ts';
import { parseCrash } from '../../src/crash/parse-crash.ts';
import { symbolizeCrash } from '../../src/crash/symbolize-crash.ts';
import { variablesAt } from '../../src/crash/variables/frame-variables.ts';

// Neither Node's types nor the language's have it.
declare const WebAssembly: {
  Module: new (bytes: Uint8Array) => object;
  Instance: new (
    module: object,
    imports: object,
  ) => { exports: { memory: { buffer: ArrayBuffer }; run(n: number): number } };
};

const path = fileURLToPath(new URL('engine/variables.wasm', import.meta.url));
const bytes = new Uint8Array(readFileSync(path));

// What llvm-dwarfdump 19 says: the frame bases are locals 5 and 3, `marker` stands 96 bytes above the one of `inner`,
// its parameter `point` 104 above, the variable `point` 16 above that of `run`.
const BASES = { inner: 5, run: 3 };
const OFFSETS = { marker: 96, parameter: 104, point: 16 };
let frames: FrameVariables[];
let pointers: { marker: number; label: number };

beforeAll(() => {
  let memory = new Uint8Array(0);
  let marker = 0;
  let stack = '';
  const host = {
    snapshot(first: number): void {
      memory = new Uint8Array(instance.exports.memory.buffer).slice();
      marker = first;
      stack = new Error('snapshot').stack!;
    },
  };
  const instance = new WebAssembly.Instance(new WebAssembly.Module(bytes), { host });
  instance.exports.run(21);

  const view = new DataView(memory.buffer);
  const inner = marker - OFFSETS.marker;
  const run = view.getUint32(inner + OFFSETS.parameter, true) - OFFSETS.point;
  pointers = { marker, label: view.getUint32(run + OFFSETS.point + 16, true) };
  const finder = new ModuleFinder([{ path, open: () => bytes, chosen: true }]);
  const [thread] = symbolizeCrash(parseCrash(stack), (reference) => finder.find(reference)).threads;
  const module = finder.find({})[0]!;
  const recorded = thread!.frames.map(({ functionIndex, resolution }, index) => {
    const body = module.code.body(functionIndex!)!;
    return {
      functionIndex: functionIndex!,
      // The layout counts from the body.
      offset: resolution!.address! - body.start,
      local: index === 0 ? BASES.inner : BASES.run,
      value: index === 0 ? inner : run,
    };
  });
  const dump = readCoreDump(writeDump(memory, recorded));
  const crash = symbolizeCrash(crashOfCoreDump(dump), (reference) => finder.find(reference));
  frames = crash.threads[0]!.frames.map((frame, index) => frameVariables(dump, 0, index, frame, module));
});

/** A dump as Coredump.md describes it, with memory in one segment and one local of each frame. */
function writeDump(
  memory: Uint8Array,
  frames: readonly { functionIndex: number; offset: number; local: number; value: number }[],
): Uint8Array {
  const text = (value: string): number[] => [...uleb(value.length), ...Buffer.from(value)];
  const section = (id: number, contents: readonly number[]): Buffer =>
    Buffer.from([id, ...uleb(contents.length), ...contents]);
  const custom = (name: string, contents: readonly number[]): Buffer => section(0, [...text(name), ...contents]);
  const stack = frames.flatMap(({ functionIndex, offset, local, value }) => [
    ...[0, 0, ...uleb(functionIndex), ...uleb(offset), ...uleb(local + 1)],
    ...Array.from({ length: local }, () => 0x01),
    ...[0x7f, ...sleb(value), 0],
  ]);
  return Buffer.concat([
    Buffer.from([0, 0x61, 0x73, 0x6d, 1, 0, 0, 0]),
    custom('core', [0, ...text('variables.wasm')]),
    section(5, [1, 0, ...uleb(memory.length / 65536)]),
    section(6, [1, 0x7f, 0, 0x41, ...sleb(0), 0x0b]),
    section(11, [1, 0, 0x41, 0, 0x0b, ...uleb(memory.length), ...memory]),
    custom('coremodules', [1, 0, ...text('variables.wasm')]),
    custom('coreinstances', [1, 0, 0, 1, 0, 1, 0]),
    custom('corestack', [0, ...text('main'), ...uleb(frames.length), ...stack]),
  ]);
}

function uleb(value: number): number[] {
  return value < 0x80 ? [value] : [(value & 0x7f) | 0x80, ...uleb(Math.floor(value / 128))];
}

function sleb(value: number): number[] {
  const byte = value & 0x7f;
  const rest = value >> 7;
  return (rest === 0 && byte < 0x40) || (rest === -1 && byte >= 0x40) ? [byte] : [byte | 0x80, ...sleb(rest)];
}

const hex = (value: number): string => `0x${value.toString(16)}`;
const shown = (index: number): string[] =>
  frames[index]!.locals.flat().map(({ kind, type, name, value }) => `${kind} ${type} ${name} = ${value}`);

test('the frame that stopped', () => {
  const text = pointers.marker - OFFSETS.marker + textOffset();
  expect(shown(0)).toEqual([
    'parameter int depth = 1',
    `parameter Point* point = ${hex(pointers.marker - OFFSETS.marker + 112 + OFFSETS.point)}`,
    'parameter bool flag = true',
    'local int marker = -7',
    'local long long wide = -1234567890123',
    'local unsigned char byte = 200',
    "local char letter = 120 'x'",
    'local double half = 0.5',
    'local Color color = green',
    'local Word word = 65535',
    'local int[3] numbers = {1, -2, 3}',
    'local char[8] text = "hello"',
    `local const char* pointer = ${hex(text)} "hello"`,
    `local Point copy = {x = 21, y = 2.5, label = ${hex(pointers.label)} "label", low = 5, high = 17}`,
    // The other block's variable is not there.
    'local int nested = 99',
  ]);
});

/** Where `text` stands above the frame base: what `pointer` says, which the program set to its address. */
function textOffset(): number {
  const value = frames[0]!.locals.flat().find(({ name }) => name === 'pointer')!.value;
  return Number(value.split(' ')[0]) - (pointers.marker - OFFSETS.marker);
}

test('its caller', () => {
  expect(shown(1)).toEqual([
    'parameter int argument = 21',
    `local Point point = {x = 21, y = 2.5, label = ${hex(pointers.label)} "label", low = 5, high = 17}`,
    'local int twice = 42',
  ]);
});

test('variables of static storage', () => {
  const globals = frames[0]!.globals.map(
    ({ type, name, value }) => `${type} ${name} = ${value.replace(/0x[0-9a-f]+/, '*')}`,
  );
  expect(globals).toEqual(['int counter = 42', 'const char* title = * "a \\"title\\""', 'float ratio = 0.25']);
});

test('what was not recorded says so', () => {
  const finder = new ModuleFinder([{ path, open: () => bytes, chosen: true }]);
  const module = finder.find({})[0]!;
  const [index] = module.indexesOf('inner(int, Point*, bool)');
  const instructions = module.code.instructions(module.code.body(index!)!);
  const call = instructions.offsets[instructions.roles.lastIndexOf('call')]! as CodeOffset;
  const nothing = { locals: [], stack: [], global: () => undefined, memory: () => undefined };
  const [variables] = variablesAt(module.symbolizer.dwarfFrames, call, nothing);
  expect(new Set(variables!.map(({ value }) => value))).toEqual(new Set(['<local 5 was not recorded>']));
  const withBase = { ...nothing, locals: [...Array(5), { type: 'i32', value: 0x1000 } as const] };
  const [placed] = variablesAt(module.symbolizer.dwarfFrames, call, withBase);
  expect(placed![0]!.value).toBe('<memory at 0x106c was not recorded>');
});
