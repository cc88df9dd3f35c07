import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { runLlvmTool } from '../../../src/cli/llvm-tool.ts';
import { WasmModule } from '../../../src/wasm/module.ts';
import { fixture } from '../../support/fixtures.ts';
import { MemoryIo } from '../../support/memory-io.ts';

const ID = '0123456789abcdef';
const directory = mkdtempSync(join(tmpdir(), 'markup-'));
afterAll(() => rmSync(directory, { recursive: true }));
mkdirSync(join(directory, '.build-id/01'), { recursive: true });
const { folder, main } = fixture('inline');
symlinkSync(join(folder, main), join(directory, '.build-id/01/23456789abcdef.debug'));

const context = `{{{module:0:m.wasm:elf:${ID}}}}\n{{{mmap:0x0:0x2000:load:0:rx:0x0}}}\n`;
const shifted = `{{{module:0x7:"m":elf:${ID}}}}{{{mmap:0x10000:0x1000:load:7:RWX:0x0}}} left out\n{{{mmap:0x20000:4096:load:7:r:0x100}}}\n`;

/** Texts that reach every branch of the filter. */
const TEXTS: readonly string[] = [
  '',
  'plain text\nwithout an end',
  `before {{{module:0:m.wasm:elf:${ID}}}} after\n`,
  `${context}{{{bt:0:0x92}}}\n{{{bt:1:0x12c:ra}}} and more\n{{{bt:12345:0x92:pc}}}\n`,
  `${context}at {{{pc:0x92}}}, {{{pc:0x93:ra}}}, {{{pc:0x92:pc}}}\n`,
  `${context}{{{data:0x400}}} {{{data:0x10}}} {{{data:0x1fff}}}\n`,
  `${context}{{{reset}}}\n{{{bt:0:0x92}}}\n`,
  '{{{reset}}}\n{{{reset:1}}}\n',
  `${context}${context}`,
  `${shifted}{{{bt:0:0x10092:pc}}} {{{pc:0x20010}}} {{{pc:0x30000}}}\n{{{data:0x20300}}}\n`,
  `${shifted}{{{mmap:0x10800:0x10:load:7:r:0x0}}}\n{{{mmap:0xf000:0x1001:load:7:r:0x0}}}\n`,
  `{{{module:1:a:elf:00}}}\n{{{module:2:b:elf:11}}}\n{{{mmap:0x0:0x10:load:1:r:0}}}\n{{{mmap:0x10:0x10:load:2:r:0}}}\n{{{mmap:0x20:0x10:load:1:x:0}}}\n`,
  `{{{mmap:0x40:0x10:load:1:r:0}}}\n{{{module:1:a:elf:00}}}\n{{{mmap:0x40:0x10:load:1:r:0}}}\n{{{mmap:0x20:0x10:load:1:x:0}}}\ntext\n`,
  '{{{symbol:_ZN3foo3barEv}}} {{{symbol:main}}} {{{symbol:_R0}}}\n',
  'x {{{symbol:_ZN3\nfoo3bar\nEv}}} y {{{symbol:open\n',
  'x {{{bt:0\n:0x92}}}\n',
  '{{{unknown:1:2}}} {{{}}} {{{:a}}} {{{A:b}}} {{{bT:1}}} }}} {{{ {{{{pc:0x1}}}}\n',
  '{{{pc}}} {{{pc:}}} {{{pc:92}}} {{{pc:0x}}} {{{pc:0xzz}}} {{{pc:000}}} {{{pc:0x1:xx}}} {{{pc:0x1:ra:extra}}}\n',
  '{{{bt:0}}} {{{bt:x:0x1}}} {{{bt:0:0x1:pc:extra}}} {{{bt::0x1}}} {{{bt:0x1:0x1}}}\n',
  '{{{data}}} {{{data:0x1:2}}} {{{symbol}}} {{{symbol:a:b}}}\n',
  '{{{module:0}}}\n{{{module:x:a:elf:00}}}\n{{{module:0:a:pe:00}}}\n{{{module:0:a:elf}}}\n{{{module:0:a:elf:0}}}\n{{{module:0:a:elf:zz}}}\n{{{module:0:a:elf:00:1}}}\n',
  '{{{module:0:a:elf:00}}}\n{{{mmap:0}}}\n{{{mmap:0x0:0x1:map}}}\n{{{mmap:0x0:x:load:0:r:0}}}\n{{{mmap:0x0:0x1:load:5:r:0}}}\n{{{mmap:0x0:0x1:load:0:rxw:0}}}\n{{{mmap:0x0:0x1:load:0::0}}}\n{{{mmap:0x0:0x1:load:0:r}}}\n{{{mmap:0x0:0x1:load:0:wX:0x1}}}\n',
  `\x1b[1mbold \x1b[34mblue {{{symbol:a}}} \x1b[0m normal \x1b[31mred\n{{{symbol:b}}}\n\x1b[38mnone\x1b[2m\n`,
  `${context.replaceAll('\n', '\r\n')}{{{bt:0:0x92}}}\r\ntext\r\n`,
];

const installed = spawnSync('llvm-symbolizer-19', ['--version']).status === 0;
if (!installed) console.log('skipped: markup against llvm-symbolizer 19, which is not there');

describe.skipIf(!installed).each([['--color=never'], ['--color']])('as llvm-symbolizer 19 %s', (colour) => {
  test.each(TEXTS.map((text) => ({ text })))('$text', async ({ text }) => {
    const args = ['--filter-markup', colour, `--debug-file-directory=${directory}`];
    const oracle = spawnSync('llvm-symbolizer-19', args, { input: text, encoding: 'utf8' });
    const io = new MemoryIo({ argv0: 'llvm-symbolizer', directory: '/', stdin: text });
    const status = await runLlvmTool(['--llvm=19', ...args], io);
    expect(io.output).toBe(oracle.stdout);
    expect(io.errors).toBe(oracle.stderr);
    expect(status).toBe(oracle.status);
  });
});

test('modules of wasm, by their names', async () => {
  const { address, frames } = fixture('inline')
    .expected()
    .addresses.find((each) => each.frames.length > 1)!;
  const offset = `0x${(WasmModule.read(fixture('inline').module).codeStart! + address).toString(16)}`;
  const text = `{{{module:0:${main}:wasm}}}\n{{{mmap:0x0:0x10000:load:0:rx:0x0}}}\n{{{bt:0:${offset}:pc}}}\n`;
  const io = new MemoryIo({ argv0: 'wasm-symbolizer', directory: folder, stdin: text });
  await runLlvmTool(['--filter-markup', '--functions=short'], io);
  expect(io.errors).toBe('');
  const [first, ...lines] = io.output.trimEnd().split('\n');
  expect(first).toBe('[[[wasm module #0x0 "module.wasm"; BuildID= [0x0-0xffff](rx)]]]');
  expect(lines.map((line) => line.replace(/ +/g, ' '))).toEqual(
    frames.map(({ short, file, line, column }, index) => {
      const number = frames.length - 1 - index;
      const padded = `0x${Number(offset).toString(16).padStart(16, '0')}`;
      return ` #0${number > 0 ? `.${number}` : ''} ${padded} ${short} ${file}:${line}:${column} (module.wasm+${offset})`;
    }),
  );
});
