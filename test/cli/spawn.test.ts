import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, test } from 'vitest';
import { fixture } from '../support/fixtures.ts';

const built = fileURLToPath(new URL('../../dist/bin/wasm-symbolizer.js', import.meta.url));
if (!existsSync(built)) console.log('skipped: the executables are not built (npm run build)');

describe.skipIf(!existsSync(built))('the built executable', () => {
  const directory = mkdtempSync(join(tmpdir(), 'wasm-symbolizer-'));
  afterAll(() => rmSync(directory, { recursive: true }));
  const { folder } = fixture('inline');

  test('answers a client that asks through a pipe, one question after the other', async () => {
    const child = spawn(process.execPath, [built, '-e', `${folder}/module.wasm`]);
    let output = '';
    let arrived = (): void => {};
    child.stdout.on('data', (chunk: Buffer) => {
      output += chunk.toString();
      if (output.endsWith('\n\n')) arrived();
    });
    const answers: string[] = [];
    for (const query of ['0x200', 'nonsense', '', 'DATA 0x400']) {
      output = '';
      const answer = new Promise<void>((resolve) => {
        arrived = resolve;
      });
      child.stdin.write(`${query}\n`);
      await answer;
      answers.push(output);
    }
    child.stdin.end();
    const status = await new Promise((resolve) => child.on('exit', resolve));
    expect(answers.length).toBe(4);
    expect(answers[2]).toBe('??\n??:0:0\n\n');
    expect(status).toBe(0);
  });

  test('a reader that goes away is no failure', () => {
    const command = `yes 0x200 | head -n 200000 | ${process.execPath} ${built} -e ${folder}/module.wasm | head -n 1`;
    const { stderr, status } = spawnSync('bash', ['-c', `set -o pipefail; ${command}; echo "$\{PIPESTATUS[2]}" >&2`], {
      encoding: 'utf8',
    });
    expect(stderr).toBe('0\n');
    expect(status).toBe(0);
  });

  test('a symbolic link chooses the tool', () => {
    const link = join(directory, 'llvm-addr2line');
    symlinkSync(built, link);
    const { stdout } = spawnSync(process.execPath, [link, '--help'], { encoding: 'utf8' });
    expect(stdout).toMatch(/^OVERVIEW: wasm-addr2line\n/);
    const wrong = spawnSync(process.execPath, [link, '-e', 'nope.wasm', '1'], { encoding: 'utf8', cwd: directory });
    expect(wrong).toMatchObject({
      status: 1,
      stderr: "llvm-addr2line: error: 'nope.wasm': No such file or directory\n",
    });
  });

  test('a module may come through standard input', () => {
    const { stdout } = spawnSync(process.execPath, [built, '-e', '-', '0x200'], { input: fixture('inline').module });
    const { stdout: expected } = spawnSync(process.execPath, [built, '-e', `${folder}/module.wasm`, '0x200']);
    expect(stdout.toString()).toBe(expected.toString());
  });
});
