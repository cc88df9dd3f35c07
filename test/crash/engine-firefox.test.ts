/** The program of engine/recorder.cpp in Firefox, which reports to a server of ours: it cannot print a page. */
import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { folder, NAMES, PROGRAM, type Runs, simple, symbolized } from './engine/recorder.ts';

/** Where Firefox is, under one of its names. */
const FIREFOX = ['firefox', 'firefox-esr'].find(
  (name) => spawnSync(name, ['--version'], { timeout: 30_000 }).status === 0,
);
if (FIREFOX === undefined) console.log('skipped: Firefox is not installed');

/** Has a page run a program in Firefox, and answers what it reports. */
async function runInFirefox(script: string): Promise<string> {
  const home = mkdtempSync(join(tmpdir(), 'wasm-symbolizer-firefox-'));
  let report: (text: string) => void = () => {};
  const reported = new Promise<string>((resolve) => {
    report = resolve;
  });
  const server = createServer((request, response) => {
    if (request.method !== 'POST') {
      response.setHeader('content-type', 'text/html').end(`<!doctype html><body><script>${script}</script></body>`);
      return;
    }
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      response.end();
      report(Buffer.concat(chunks).toString());
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  const firefox = spawn(FIREFOX!, ['--headless', '--no-remote', '--profile', home, url], {
    env: { ...process.env, HOME: home },
    stdio: 'ignore',
  });
  const closed = new Promise<void>((resolve) => firefox.on('close', () => resolve()));
  const limit = setTimeout(() => firefox.kill(), 100_000);
  try {
    return await Promise.race([reported, closed.then(() => Promise.reject(new Error('Firefox ended')))]);
  } finally {
    clearTimeout(limit);
    firefox.kill();
    await closed;
    server.closeAllConnections();
    server.close();
    rmSync(home, { recursive: true, force: true });
  }
}

describe.skipIf(FIREFOX === undefined)('in Firefox', () => {
  const FILES = ['recorder.wasm', 'recorder.stripped.wasm'] as const;
  let all: Readonly<Record<string, Runs>>;

  beforeAll(async () => {
    const modules = FILES.map((file) => [file, readFileSync(join(folder, file)).toString('base64')]);
    const runs = `Object.fromEntries(${JSON.stringify(NAMES)}.map((name) => [name, run(name)]))`;
    all = JSON.parse(
      await runInFirefox(`
        const all = {};
        for (const [file, encoded] of ${JSON.stringify(modules)}) {
          const bytes = Uint8Array.from(atob(encoded), (each) => each.charCodeAt(0));
          ${PROGRAM}
          all[file] = ${runs};
        }
        fetch('/', { method: 'POST', body: JSON.stringify(all) });`),
    );
  }, 120_000);

  describe.each(FILES)('%s', (file) => {
    test.each(['trap', 'divide', 'load', 'host'] as const)(
      '%s: the frames are those that the program was in',
      (name) => {
        const { stack, recorded } = all[file]![name];
        expect(recorded.length).toBeGreaterThan(1);
        const { frames, qualities } = symbolized(stack, file);
        expect(new Set(qualities)).toEqual(new Set(['exact']));
        expect(frames).toEqual(recorded.map(({ function: called, line }) => ({ function: simple(called), line })));
      },
    );

    test('overflow: every frame is the function that calls itself', () => {
      const { stack } = all[file]!.overflow;
      const { frames, qualities } = symbolized(stack, file);
      expect(new Set(qualities)).toEqual(new Set(['exact']));
      expect(frames.length).toBeGreaterThan(10);
      expect(new Set(frames.map(({ function: called }) => called))).toEqual(new Set(['recurse']));
    });
  });
});
