// A whole build by Emscripten, where it is installed: compiled, linked, optimized by our stand-ins, separated, run in
// Node, and its crash read with the debug file. The lines that are expected stand in the program.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, test } from 'vitest';
import { WASM_OPT } from '../support/wasm-opt.ts';

const SOURCE = `#include <stdio.h>
#include <stdlib.h>

struct node { struct node *next; int value; };

static int at(const struct node *node, int index) {
  while (index-- > 0) node = node->next;
  return node->value;
}

static int ratio(const struct node *list, int a, int b) {
  return at(list, a) / at(list, b); // divides
}

__attribute__((noinline)) int totals(const struct node *list, int count) {
  int sum = 0;
  for (int n = 0; n < count; n++) {
    sum += ratio(list, n, count - 1 - n); // calls ratio
  }
  return sum;
}

static void check(int count) {
  if (count < 3) abort(); // aborts
}

int main(int argc, char **argv) {
  int count = argc > 1 ? atoi(argv[1]) : 4;
  check(count); // calls check
  struct node *list = NULL;
  for (int n = 0; n < count; n++) {
    struct node *node = malloc(sizeof *node);
    node->next = list;
    node->value = n;
    list = node;
  }
  printf("%d\\n", totals(list, count)); // calls totals
  return 0;
}
`;

/** Where the program says so. */
function line(says: string): number {
  return SOURCE.split('\n').findIndex((text) => text.endsWith(`// ${says}`)) + 1;
}

const built = fileURLToPath(new URL('../../dist/bin/wasm-frames.js', import.meta.url));
const binaryen = '/usr';
const missing = [
  [built, 'the executables are not built (npm run build)'],
  ['/usr/bin/emcc', 'emcc is not installed'],
].find(([path]) => !existsSync(path!));
if (missing !== undefined) console.log(`skipped: ${missing[1]}`);

const folder = mkdtempSync(join(tmpdir(), 'wasm-frames-emcc-'));
afterAll(() => rmSync(folder, { recursive: true }));

function run(command: string, args: readonly string[], env: Record<string, string> = {}): { log: string; ok: boolean } {
  // Debian's emcc looks for its tools on PATH, others in BINARYEN_ROOT; its scripts for Node are Debian's.
  const path = `${folder}/tools/bin:${folder}/bin:${process.env['PATH']}`;
  const { status, stdout, stderr } = spawnSync(command, args, {
    cwd: folder,
    encoding: 'utf8',
    env: { ...process.env, PATH: path, EM_BINARYEN_ROOT: `${folder}/tools`, NODE_PATH: '/usr/share/nodejs', ...env },
  });
  return { log: stdout + stderr, ok: status === 0 };
}

test.skipIf(missing !== undefined)(
  'emcc -O3 -g: a production module, a debug file, and crashes read with it',
  () => {
    mkdirSync(join(folder, 'bin'));
    writeFileSync(join(folder, 'bin/wasm-frames'), `#!/bin/sh\nexec '${process.execPath}' '${built}' "$@"\n`, {
      mode: 0o755,
    });
    writeFileSync(join(folder, 'app.c'), SOURCE);
    expect(run('wasm-frames', ['stand-ins', 'tools', '--binaryen', binaryen, '--wasm-opt', WASM_OPT]).ok).toBe(true);

    const env = { WASM_FRAMES_DWARF_OUT: `${folder}/archive/` };
    const build = run('emcc', ['-O3', '-g', '-sENVIRONMENT=node', 'app.c', '-o', 'app.js'], env);
    expect(build, build.log).toMatchObject({ ok: true });
    expect(build.log).not.toMatch(/inferred|do not stand|Abort/);
    const stripped = run('wasm-frames', ['strip', 'app.wasm']);
    expect(stripped).toEqual({ log: '', ok: true });

    for (const [input, frames] of [
      [
        '4',
        [
          `ratio .*app.c:${line('divides')}`,
          `totals .*app.c:${line('calls ratio')}`,
          `main .*:${line('calls totals')}`,
        ],
      ],
      ['2', [`check .*app.c:${line('aborts')}`, `main .*app.c:${line('calls check')}`]],
    ] as const) {
      // Glue of 2022 takes Node's fetch for a browser's.
      const crash = run(process.execPath, ['--no-experimental-fetch', 'app.js', input]);
      expect(crash.ok).toBe(false);
      writeFileSync(join(folder, 'crash.log'), crash.log);
      const traced = run('wasm-frames', ['trace', '-e', 'app.wasm=archive/app.debug.wasm', 'crash.log']).log;
      const found = traced.split('\n').filter((text) => text.includes('app.c'));
      expect(found.length, traced).toBe(frames.length);
      for (const [index, frame] of frames.entries())
        expect(found[index]).toMatch(new RegExp(`^ +at ${frame}:\\d+\\)$`));
    }
  },
  300_000,
);
