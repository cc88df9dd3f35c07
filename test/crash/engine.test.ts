/**
 * A program that crashes in this machine's engine, and says itself which functions it was in (engine/recorder.cpp):
 * what is made of the engine's stack is compared with that.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { ModuleFinder } from '../../src/crash/module-finder.ts';
import { parseCrash } from '../../src/crash/parse-crash.ts';
import { symbolizeCrash } from '../../src/crash/symbolize-crash.ts';
import { hasV8Hash } from '../../src/crash/v8-hash.ts';

const folder = fileURLToPath(new URL('engine/', import.meta.url));

/** What the program says of one function that it is in, innermost first. */
interface Recorded {
  readonly function: string;
  readonly line: number;
}

interface Run {
  readonly stack: string;
  readonly recorded: readonly Recorded[];
}

/** Runs in an engine: calls an export, catches what it throws, reads the record. */
const PROGRAM = `
  const memory = () => new DataView(instance.exports.memory.buffer);
  const text = (at) => { let s = ''; for (let b; (b = memory().getUint8(at++)); ) s += String.fromCharCode(b); return s; };
  const host = { call: (n) => { if (n < 3) return instance.exports.host(n + 1); throw new Error('thrown by the host'); } };
  Error.stackTraceLimit = 50;
  const instance = new WebAssembly.Instance(new WebAssembly.Module(bytes), { host });
  const run = (name) => {
    memory().setInt32(instance.exports.depth_address(), 0, true);
    let stack = '';
    try { instance.exports[name](101); } catch (error) { stack = String(error.stack); }
    const depth = memory().getInt32(instance.exports.depth_address(), true);
    const record = instance.exports.record_address();
    const recorded = [];
    for (let at = depth - 1; at >= 0 && recorded.length < 64; at--) {
      const entry = record + (at & 4095) * 8;
      recorded.push({ function: text(memory().getUint32(entry, true)), line: memory().getInt32(entry + 4, true) });
    }
    return { stack, recorded };
  };
`;

const NAMES = ['trap', 'divide', 'load', 'host', 'overflow'] as const;

/** Where Chromium is, under one of its names. */
const CHROMIUM = ['chromium', 'chromium-browser', 'google-chrome'].find(
  (name) => spawnSync(name, ['--version'], { timeout: 30_000 }).status === 0,
);
if (CHROMIUM === undefined) console.log('skipped: Chromium is not installed');

function runInChromium(file: string): Record<(typeof NAMES)[number], Run> {
  const temporary = mkdtempSync(join(tmpdir(), 'wasm-symbolizer-engine-'));
  try {
    const page = join(temporary, 'page.html');
    const encoded = readFileSync(join(folder, file)).toString('base64');
    const read = `const bytes = Uint8Array.from(atob('${encoded}'), (each) => each.charCodeAt(0));`;
    const runs = `Object.fromEntries(${JSON.stringify(NAMES)}.map((name) => [name, run(name)]))`;
    // Encoded, so that the page's source and its entities do not get in the way.
    const write = `document.body.textContent = btoa(JSON.stringify(${runs}));`;
    writeFileSync(page, `<!doctype html><body><script>${read}${PROGRAM}${write}</script></body>`);
    const options = ['--headless', '--no-sandbox', '--disable-gpu', `--user-data-dir=${temporary}`, '--dump-dom'];
    const { stdout } = spawnSync(CHROMIUM!, [...options, `file://${page}`], { encoding: 'utf8', timeout: 100_000 });
    const body = /<body>([A-Za-z0-9+/=]+)<\/body>/.exec(stdout);
    if (body === null) throw new Error(`no answer from ${CHROMIUM}: ${stdout.slice(0, 300)}`);
    return JSON.parse(Buffer.from(body[1]!, 'base64').toString()) as Record<(typeof NAMES)[number], Run>;
  } finally {
    rmSync(temporary, { recursive: true, force: true });
  }
}

function runInNode(file: string): Record<(typeof NAMES)[number], Run> {
  const temporary = mkdtempSync(join(tmpdir(), 'wasm-symbolizer-engine-'));
  try {
    const script = join(temporary, 'run.cjs');
    const read = `const bytes = require('node:fs').readFileSync(${JSON.stringify(join(folder, file))});`;
    const print = `console.log(JSON.stringify(Object.fromEntries(${JSON.stringify(NAMES)}.map((name) => [name, run(name)]))));`;
    writeFileSync(script, read + PROGRAM + print);
    const { stdout, stderr, status } = spawnSync(process.execPath, [script], { encoding: 'utf8', maxBuffer: 1 << 26 });
    if (status !== 0) throw new Error(stderr);
    return JSON.parse(stdout) as Record<(typeof NAMES)[number], Run>;
  } finally {
    rmSync(temporary, { recursive: true });
  }
}

/** The logical frames, as the program would record them: without those of the recorder, which are at no call. */
function symbolized(stack: string, ran: string): { frames: Recorded[]; qualities: string[] } {
  const bytes = (file: string): Uint8Array => new Uint8Array(readFileSync(join(folder, file)));
  const finder = new ModuleFinder([
    { path: ran, open: () => bytes(ran), openDebugFile: () => bytes('recorder.wasm'), chosen: true },
  ]);
  const crash = symbolizeCrash(parseCrash(stack), (reference) => finder.find(reference));
  const physical = crash.threads.flatMap(({ frames }) => frames);
  return {
    frames: physical
      .flatMap(({ resolution }) => resolution?.frames ?? [])
      .map(({ name, line }) => ({ function: simple(name!), line: line ?? 0 })),
    qualities: physical.map(({ resolution }) => resolution?.quality ?? 'none'),
  };
}

/** `int math::sum(int, int)`, `T math::checked(T) [T = int]`, `math::checked<int>(int)`: the name without the rest. */
function simple(name: string): string {
  const [head] = name.replace(/^\(anonymous namespace\)::/, '').split('(');
  return head!
    .replace(/<.*>/, '')
    .split(/[\s:]+/)
    .at(-1)!;
}

describe.each([
  { engine: 'this Node', file: 'recorder.wasm' },
  { engine: 'this Node', file: 'recorder.stripped.wasm' },
  { engine: 'Chromium', file: 'recorder.wasm' },
  { engine: 'Chromium', file: 'recorder.stripped.wasm' },
])('$file in $engine', ({ engine, file }) => {
  if (engine === 'Chromium' && CHROMIUM === undefined) {
    test.skip('is not installed', () => {});
    return;
  }
  const runs = engine === 'Chromium' ? runInChromium(file) : runInNode(file);

  test.each(['trap', 'divide', 'load', 'host'] as const)('%s: the frames are those that the program was in', (name) => {
    const { stack, recorded } = runs[name];
    expect(recorded.length).toBeGreaterThan(1);
    const { frames, qualities } = symbolized(stack, file);
    expect(new Set(qualities)).toEqual(new Set(['exact']));
    expect(frames).toEqual(recorded.map(({ function: called, line }) => ({ function: simple(called), line })));
  });

  test("the engine's name for the module is one that the module has", () => {
    const bytes = readFileSync(join(folder, file));
    const [, hash] = /wasm:\/\/wasm\/(?:[^:]*-)?([0-9a-f]{8}):/.exec(runs.trap.stack) ?? [];
    expect(hasV8Hash(hash!, bytes.length, () => bytes)).toBe(true);
    const last = bytes.at(-1)!;
    expect(hasV8Hash(hash!, bytes.length, () => bytes.with(-1, last ^ 1))).toBe(false);
  });

  test('overflow: every frame is the function that calls itself', () => {
    const { stack, recorded } = runs.overflow;
    expect(recorded.every(({ function: called }) => simple(called) === 'recurse')).toBe(true);
    const { frames, qualities } = symbolized(stack, file);
    expect(new Set(qualities)).toEqual(new Set(['exact']));
    expect(frames.length).toBe(50);
    expect(new Set(frames.map(({ function: called }) => called))).toEqual(new Set(['recurse']));
    // The topmost had not got as far as its call.
    expect(new Set(frames.slice(1).map(({ line }) => line))).toEqual(new Set([recorded[1]!.line]));
  });
});
