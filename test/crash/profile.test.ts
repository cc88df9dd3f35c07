/** Profiles that engines made of engine/busy.wasm: names and places change, times and everything else stay. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { ModuleFinder } from '../../src/crash/module-finder.ts';
import { PerfFilter } from '../../src/crash/profile/perf.ts';
import { ProfileFunctions } from '../../src/crash/profile/profile-functions.ts';
import { symbolizeProfile } from '../../src/crash/profile/symbolize-profile.ts';

const folder = fileURLToPath(new URL('.', import.meta.url));

/** Where the source says that the functions are. */
const SOURCE = readFileSync(join(folder, 'engine/busy.cpp'), 'utf8').split('\n');
const lineOf = (text: string): number => SOURCE.findIndex((line) => line.includes(text)) + 1;
const EXPECTED: Readonly<Record<string, number>> = {
  'work::scramble(unsigned int, unsigned int)': lineOf('unsigned scramble('),
  'work::series(unsigned int)': lineOf('double series('),
  run: lineOf('double run('),
};

function modules(): ModuleFinder {
  const path = join(folder, 'engine/busy.wasm');
  return new ModuleFinder([{ path, open: () => new Uint8Array(readFileSync(path)), chosen: true }]);
}

function symbolized(value: unknown): unknown {
  const finder = modules();
  return symbolizeProfile(value, (reference) => finder.find(reference));
}

/** Runs the program in this Node with options, in a folder of its own, and answers the files it leaves there. */
function runInNode(options: readonly string[]): { files: Map<string, string>; pid: number } {
  const temporary = mkdtempSync(join(tmpdir(), 'wasm-symbolizer-profile-'));
  try {
    writeFileSync(
      join(temporary, 'run.mjs'),
      `import { readFileSync } from 'node:fs';
      const { instance } = await WebAssembly.instantiate(readFileSync(${JSON.stringify(join(folder, 'engine/busy.wasm'))}));
      const end = Date.now() + 300;
      let x = 0;
      while (Date.now() < end) x += instance.exports.run(1000);
      if (x === 1) console.log(x);`,
    );
    const run = spawnSync(process.execPath, [...options, 'run.mjs'], { cwd: temporary, encoding: 'utf8' });
    if (run.status !== 0) throw new Error(run.stderr);
    const names = readdirSync(temporary);
    return { files: new Map(names.map((name) => [name, readFileSync(join(temporary, name), 'utf8')])), pid: run.pid };
  } finally {
    rmSync(temporary, { recursive: true });
  }
}

interface CpuProfile {
  nodes: {
    callFrame: { functionName: string; url: string; lineNumber: number; columnNumber: number; scriptId: string };
    positionTicks?: { line: number; ticks: number }[];
    hitCount: number;
  }[];
  samples: number[];
  timeDeltas: number[];
}

test('a .cpuprofile of this Node', () => {
  const { files } = runInNode(['--cpu-prof', '--cpu-prof-name=p.cpuprofile', '--cpu-prof-interval=500']);
  const before = JSON.parse(files.get('p.cpuprofile')!) as CpuProfile;
  const after = symbolized(before) as CpuProfile;
  const ours = after.nodes.filter((_, index) => before.nodes[index]!.callFrame.url.startsWith('wasm:'));
  expect(new Set(ours.map(({ callFrame }) => callFrame.functionName))).toEqual(new Set(Object.keys(EXPECTED)));
  for (const { callFrame, positionTicks } of ours) {
    const line = EXPECTED[callFrame.functionName]!;
    expect(callFrame).toMatchObject({ url: './busy.cpp', lineNumber: line - 1, columnNumber: 0 });
    for (const tick of positionTicks ?? []) expect(tick.line).toBe(line);
  }
  // Time and everything that is not of the module are as they were, and no key is new or gone.
  expect({ ...after, nodes: 0 }).toEqual({ ...before, nodes: 0 });
  expect(after.nodes.map(shape)).toEqual(before.nodes.map(shape));
  const others = (profile: CpuProfile): unknown[] =>
    profile.nodes.filter((_, index) => !before.nodes[index]!.callFrame.url.startsWith('wasm:'));
  expect(others(after)).toEqual(others(before));
});

/** The keys and types of a value, and its numbers of hits. */
function shape(node: CpuProfile['nodes'][number]): unknown {
  const types = Object.fromEntries(Object.entries(node.callFrame).map(([key, value]) => [key, typeof value]));
  return { ...node, callFrame: types, positionTicks: node.positionTicks?.map(({ ticks }) => ticks) };
}

test('trace events of this Node', () => {
  const category = 'v8.cpu_profiler,disabled-by-default-v8.cpu_profiler';
  const { files } = runInNode([
    `--trace-event-categories=${category}`,
    '--trace-event-file-pattern=trace.json',
    '--cpu-prof',
  ]);
  const before: unknown = JSON.parse(files.get('trace.json')!);
  const after = symbolized(before);
  const found = [
    ...JSON.stringify(after).matchAll(
      /"functionName":"([^"]*)","url":"\.\/busy\.cpp","scriptId":\d+,"lineNumber":(\d+)/g,
    ),
  ];
  expect(new Set(found.map(([, name]) => name))).toEqual(new Set(Object.keys(EXPECTED)));
  for (const [, name, line] of found) expect(Number(line) + 1).toBe(EXPECTED[name!]);
  const neutral = (value: unknown): string => JSON.stringify(value).replace(/"callFrame":\{[^}]*\}/g, '');
  expect(neutral(after)).toBe(neutral(before));
});

test.each([
  'gecko.json',
  // Its module has no address but the script's that compiled it: `run.html line 3 > WebAssembly.instantiate`.
  'gecko-instantiate.json',
])("a profile of Firefox's: %s", (file) => {
  const text = readFileSync(join(folder, 'profiles', file), 'utf8');
  const before: unknown = JSON.parse(text);
  const after = JSON.stringify(symbolized(before));
  const labels = Object.entries(EXPECTED).map(([name, line]) => `${name} (./busy.cpp:${line})`);
  for (const label of labels) expect(after).toContain(JSON.stringify(label));
  expect(after).not.toMatch(/busy\.wasm:|WebAssembly\.instantiate:/);
  // But for the three labels it is what it was.
  const neutral = (value: string): string =>
    value.replace(/"(?:busy\.wasm\.)?[^"]* \((?:http:[^"]*|\.\/busy)[^"]*\)"/g, '""');
  expect(neutral(after)).toBe(neutral(JSON.stringify(before)));
});

describe("a profile saved from the page of Firefox's profiler", () => {
  // By hand, after the layout that the page documents: its functions are what gecko.json has in labels.
  const names = ['busy.wasm.run', 'busy.wasm.work::series(unsigned int)', 'main', 'wasm-function[0]'];
  const lines = [492, 267, 3, 74];
  const strings = [...names, 'http://127.0.0.1:8126/busy.wasm', 'app.js'];
  const expected = ['run', 'work::series(unsigned int)', 'main', 'work::scramble(unsigned int, unsigned int)'];
  const files = [4, 4, 5, 4];
  const samples = { stack: [0, 1], time: [1, 2], length: 2 };

  test.each([
    {
      layout: 'files by name, strings of each thread',
      profile: {
        meta: { preprocessedProfileVersion: 48 },
        threads: [
          {
            samples,
            stringArray: strings,
            funcTable: { name: [0, 1, 2, 3], fileName: files, lineNumber: lines, length: 4 },
          },
        ],
      },
    },
    {
      layout: 'files and strings in tables that threads share',
      profile: {
        meta: { preprocessedProfileVersion: 59 },
        shared: { stringArray: strings, sources: { filename: [4, 5], id: ['a', 'b'], length: 2 } },
        threads: [{ samples, funcTable: { name: [0, 1, 2, 3], source: [0, 0, 1, 0], lineNumber: lines, length: 4 } }],
      },
    },
  ])('$layout', ({ profile }) => {
    const before = JSON.stringify(profile);
    const after = symbolized(profile) as typeof profile & {
      shared?: { stringArray: string[]; sources: { filename: number[] } };
    };
    expect(JSON.stringify(profile)).toBe(before);
    const [thread] = after.threads as unknown as {
      samples: unknown;
      stringArray?: string[];
      funcTable: { name: number[]; fileName?: number[]; source?: number[]; lineNumber: number[] };
    }[];
    const texts = thread!.stringArray ?? after.shared!.stringArray;
    const { name, fileName, source, lineNumber } = thread!.funcTable;
    expect(name.map((index) => texts[index])).toEqual(expected);
    const paths = fileName ?? source!.map((row) => after.shared!.sources.filename[row]!);
    expect(paths.map((index) => texts[index])).toEqual(['./busy.cpp', './busy.cpp', 'app.js', './busy.cpp']);
    expect(lineNumber).toEqual(expected.map((each) => EXPECTED[each] ?? 3));
    expect(thread!.samples).toEqual(samples);
    expect(texts.slice(0, strings.length)).toEqual(strings);
  });
});

describe("Linux's perf", () => {
  function filtered(text: string, chunk: number): string {
    const out: Uint8Array[] = [];
    const finder = modules();
    const filter = new PerfFilter(new ProfileFunctions((reference) => finder.find(reference)), (bytes) =>
      out.push(bytes),
    );
    const bytes = Buffer.from(text);
    for (let at = 0; at < bytes.length; at += chunk) filter.push(bytes.subarray(at, at + chunk));
    filter.flush();
    return Buffer.concat(out).toString();
  }

  test.each([1, 7, 1 << 20])('stacks of `perf script`, in chunks of %i', (chunk) => {
    const before = readFileSync(join(folder, 'profiles/perf-script.txt'), 'utf8');
    const after = filtered(before, chunk);
    const lines = after.split('\n');
    for (const [index, line] of before.split('\n').entries()) {
      const symbol = /JS:(.*)-\d+-(?:liftoff|turbofan)/.exec(line);
      const expected =
        symbol === null ? line : line.replace(symbol[0], `JS:${symbol[1]} ./busy.cpp:${EXPECTED[symbol[1]!]}`);
      expect(lines[index]).toBe(expected);
    }
    expect(after).toContain('./busy.cpp');
  });

  test.skipIf(process.platform !== 'linux')('the map that this Node writes', () => {
    const { pid } = runInNode(['--perf-basic-prof']);
    const map = `/tmp/perf-${pid}.map`;
    const before = readFileSync(map, 'utf8');
    rmSync(map);
    const after = filtered(before, 4096);
    for (const [name, line] of Object.entries(EXPECTED)) expect(after).toContain(` JS:${name} ./busy.cpp:${line}\n`);
    expect(after).not.toMatch(/-(?:liftoff|turbofan)\n/);
    expect(after.split('\n').length).toBe(before.split('\n').length);
  });
});

test('an offset inside of a body is not where the function begins', () => {
  const finder = modules();
  const functions = new ProfileFunctions((reference) => finder.find(reference));
  // llvm-objdump 19: `work::scramble` is at 0x48 with a size of two bytes.
  expect(functions.answer({ module: {}, bodyOffset: 0x4a })?.name).toBe('work::scramble(unsigned int, unsigned int)');
  for (const bodyOffset of [0x48, 0x4b, 0]) expect(functions.answer({ module: {}, bodyOffset })).toBeUndefined();
});

test('anything else is no profile', () => {
  for (const value of [null, 1, [], {}, { nodes: [] }, { traceEvents: [{}] }, { threads: [], meta: {} }]) {
    expect(symbolized(value)).toBeUndefined();
  }
});
