// Large real modules: whole answers of the exact imitation, names and variables included, against the installed tool.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterAll, describe, expect, test } from 'vitest';
import { runLlvmTool } from '../../src/cli/llvm-tool.ts';
import { corpus } from '../support/cases.ts';
import { MemoryIo } from '../support/memory-io.ts';

const folder = corpus();
const installed = spawnSync('llvm-symbolizer-19', ['--version']).status === 0;
if (!installed) console.log('skipped: the corpus against llvm-symbolizer 19, which is not there');
const files = folder === undefined || !installed ? [] : readdirSync(folder).filter((file) => file.endsWith('.gz'));

const directory = mkdtempSync(join(tmpdir(), 'corpus-'));
afterAll(() => rmSync(directory, { recursive: true }));

function unpack(file: string): Buffer {
  const bytes = gunzipSync(readFileSync(`${folder}${file}`));
  writeFileSync(join(directory, file.slice(0, -'.gz'.length)), bytes);
  return bytes;
}

/** Addresses spread over the first part of a module, where its code is, in no order. */
function queries(size: number): string {
  const span = Math.max(1000, Math.floor(size / 4));
  const at = (index: number, below: number): string => `0x${((index * 7_654_321) % below).toString(16)}`;
  const lines = Array.from({ length: 400 }, (_, index) => at(index + 1, index % 10 === 0 ? size : span));
  for (let index = 1; index <= 60; index++) lines.push(`FRAME ${at(index, span)}`, `DATA ${at(index, 200_000)}`);
  return `${lines.join('\n')}\n`;
}

describe.skipIf(files.length === 0)('as llvm-symbolizer 19', () => {
  for (const file of files.filter((each) => each.endsWith('.dwp.gz'))) unpack(file);

  test.each(files.filter((file) => file.endsWith('.wasm.gz')))('%s', async (file) => {
    const name = file.slice(0, -'.gz'.length);
    const stdin = queries(unpack(file).length);
    const oracle = spawnSync('llvm-symbolizer-19', ['-e', name], { cwd: directory, input: stdin, maxBuffer: 1 << 28 });
    const io = new MemoryIo({ argv0: 'llvm-symbolizer-19', directory, stdin });
    expect(await runLlvmTool(['--llvm=19', '-e', name], io)).toBe(0);
    // Not shown in full: answers have megabytes.
    const lines = io.output.split('\n');
    const expected = oracle.stdout.toString().split('\n');
    expect(lines.findIndex((line, index) => line !== expected[index])).toBe(-1);
    expect(lines.length).toBe(expected.length);
    expect(io.errors).toBe(oracle.stderr.toString());
    rmSync(join(directory, name));
  });
});
