/**
 * A program that crashes in this machine's engine, and says itself which functions it was in (engine/recorder.cpp):
 * what is made of the engine's stack is compared with that.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { hasV8Hash } from '../../src/crash/v8-hash.ts';
import { folder, NAMES, PROGRAM, type Runs, simple, symbolized } from './engine/recorder.ts';

/** Where Chromium is, under one of its names. */
const CHROMIUM = ['chromium', 'chromium-browser', 'google-chrome'].find(
  (name) => spawnSync(name, ['--version'], { timeout: 30_000 }).status === 0,
);
if (CHROMIUM === undefined) console.log('skipped: Chromium is not installed');

function runInChromium(file: string): Runs {
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
    return JSON.parse(Buffer.from(body[1]!, 'base64').toString()) as Runs;
  } finally {
    rmSync(temporary, { recursive: true, force: true });
  }
}

function runInNode(file: string): Runs {
  const temporary = mkdtempSync(join(tmpdir(), 'wasm-symbolizer-engine-'));
  try {
    const script = join(temporary, 'run.cjs');
    const read = `const bytes = require('node:fs').readFileSync(${JSON.stringify(join(folder, file))});`;
    const print = `console.log(JSON.stringify(Object.fromEntries(${JSON.stringify(NAMES)}.map((name) => [name, run(name)]))));`;
    writeFileSync(script, read + PROGRAM + print);
    const { stdout, stderr, status } = spawnSync(process.execPath, [script], { encoding: 'utf8', maxBuffer: 1 << 26 });
    if (status !== 0) throw new Error(stderr);
    return JSON.parse(stdout) as Runs;
  } finally {
    rmSync(temporary, { recursive: true });
  }
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
