import { describe, expect, test } from 'vitest';
import { emsymbolizer } from '../../src/cli/commands/emsymbolizer.ts';
import { parseEmsymbolizer, UsageError } from '../../src/cli/emsymbolizer/arguments.ts';
import { parseSymbolMap } from '../../src/cli/emsymbolizer/symbol-map.ts';
import { runFrames } from '../../src/cli/frames-program.ts';
import { runLlvmTool } from '../../src/cli/llvm-tool.ts';
import { WasmFunctions } from '../../src/wasm/functions.ts';
import { WasmModule } from '../../src/wasm/module.ts';
import { fixture } from '../support/fixtures.ts';
import { MemoryIo } from '../support/memory-io.ts';
import { bytes, custom, name } from '../support/wasm-builder.ts';

const inline = fixture('inline');
const CODE = WasmModule.read(inline.module).codeStart!;
const { address, frames } = inline.expected().addresses.find((each) => each.frames.length > 1)!;
const QUERY = `0x${(CODE + address).toString(16)}`;
const PLACES = frames.map(({ file, line, column }) => `${file}:${line}:${column}`);

async function run(args: string[], files: Record<string, Uint8Array | string> = {}, command = emsymbolizer) {
  const replaced = Object.fromEntries(Object.entries(files).map(([path, text]) => [`/w/${path}`, Buffer.from(text)]));
  const io = new MemoryIo({ argv0: 'emsymbolizer', directory: '/w', replaced });
  const status = await command(args, io);
  return { status, output: io.output, errors: io.errors };
}

const places = (output: string) => output.split('\n').filter((_, index) => index % 2 === 1);

describe('debug information', () => {
  const files = { 'm.wasm': inline.module };

  test('frames in pairs of lines, without an empty line behind them', async () => {
    const { status, output, errors } = await run(['m.wasm', QUERY], files);
    expect({ status, errors, places: places(output) }).toEqual({ status: 0, errors: '', places: PLACES });
    expect(output).toMatch(/[^\n]\n$/);
  });

  test('code offsets, decimal addresses, several of them', async () => {
    const { output } = await run(['-t', 'code', 'm.wasm', String(address), `0x${address.toString(16)}`], files);
    expect(places(output)).toEqual([...PLACES, ...PLACES]);
  });

  test('in another file', async () => {
    const { output } = await run(['-s', 'dwarf', '-f', 'd.wasm', 'm.wasm', QUERY], {
      'm.wasm': bytes(inline.module.subarray(0, WasmModule.read(inline.module).custom('.debug_abbrev')!.headerOffset)),
      'd.wasm': inline.module,
    });
    expect(places(output)).toEqual(PLACES);
  });

  test('by other ways to call it', async () => {
    const direct = await run(['m.wasm', QUERY], files);
    expect(await run(['m.wasm', QUERY], files, runLlvmTool)).toEqual(direct);
    expect(await run(['m.wasm', QUERY], files, runFrames)).toEqual(direct);
    const io = new MemoryIo({ argv0: 'wasm-frames', directory: inline.folder });
    await runFrames(['emsymbolizer', '-t', 'code', 'module.wasm', `0x${address.toString(16)}`], io);
    expect(io.output).toBe(direct.output);
  });
});

const stripped = fixture('no-names').module;
const functions = WasmFunctions.read(WasmModule.read(stripped));
const body = functions.body(functions.importCount)!;
const FIRST = WasmModule.read(stripped).codeStart! + body.start;
const SYMBOL_MAP = `${functions.importCount - 1}:imported\n${functions.importCount}:std::vector<int>::at(int)\nnonsense\n`;

// Offsets 10 (a place), 20 (no place), 300 (another file, a name).
const MAP = { version: 3, sources: ['a.c', 'b.c'], names: ['f'], mappings: 'UACE,U,wRCCGA' };

describe('other sources', () => {
  test('a symbol map', async () => {
    expect(parseSymbolMap(SYMBOL_MAP).get(functions.importCount)).toBe('std::vector<int>::at(int)');
    const files = { 'm.wasm': stripped, 'm.js.symbols': SYMBOL_MAP };
    const { output } = await run(['-s', 'symbolmap', '-f', 'm.js.symbols', 'm.wasm', `${FIRST}`, '0'], files);
    expect(output).toBe('std::vector<int>::at(int)\n??:0:0\n??\n??:0:0\n');
    expect(await run(['-s', 'symbolmap', 'm.wasm', '1'], files)).toMatchObject({
      status: 1,
      errors: 'emsymbolizer: a symbol map needs -f FILE\n',
    });
  });

  test('names', async () => {
    const named = fixture('names-only').module;
    const { output, status } = await run(['m.wasm', `${WasmModule.read(named).codeStart! + 4}`], { 'm.wasm': named });
    expect(status).toBe(0);
    expect(output).toMatch(/^\w.*\n\?\?:0:0\n$/);
  });

  test('a source map, named, linked or inside of a URL', async () => {
    const json = JSON.stringify(MAP);
    const named = await run(['-s', 'sourcemap', '-f', 'x.map', 'm.wasm', '300'], { 'm.wasm': stripped, 'x.map': json });
    expect(named.output).toMatch(/^f\nb\.c:\d+:\d+\n$/);
    for (const url of ['x.map', `data:application/json;base64,${btoa(json)}`, `data:,${encodeURIComponent(json)}`]) {
      const module = bytes(stripped, custom('sourceMappingURL', name(url)));
      const files = { 'sub/m.wasm': module, 'sub/x.map': json };
      const { output, errors } = await run(['-s', 'sourcemap', 'sub/m.wasm', '15', '25', '5'], files);
      expect(errors).toBe('');
      expect(output).toBe('??\na.c:2:3\n??\n??:0:0\n??\n??:0:0\n');
    }
  });

  test('nothing to ask', async () => {
    const { status, errors } = await run(['m.wasm', '1'], { 'm.wasm': bytes(0, 'asm', 1, 0, 0, 0) });
    expect(status).toBe(1);
    expect(errors).toBe(
      "emsymbolizer: No .debug_line or sourceMappingURL section found in m.wasm. I don't know how to symbolize this file yet\n",
    );
  });
});

test('a source map that is none', async () => {
  const files = { 'm.wasm': stripped, 'x.map': '{"version":3,"mappings":"A?"}', 'y.map': '1' };
  for (const map of ['x.map', 'y.map']) {
    const { status, errors } = await run(['-s', 'sourcemap', '-f', map, 'm.wasm', '1'], files);
    expect(status).toBe(1);
    expect(errors).toMatch(/^emsymbolizer: .* at (mappings|source map)\+0x\w+\n$/);
  }
});

describe('command lines', () => {
  test.each([
    [['m', '1'], { source: undefined, addressSpace: 'file', module: 'm', addresses: ['1'], verbose: false }],
    [['-sdwarf', '-tcode', '-v', 'm', '1', '2'], { source: 'dwarf', addressSpace: 'code', verbose: true }],
    [['--source=names', 'm', '--file', 'x', '1'], { source: 'names', file: 'x', addresses: ['1'] }],
  ])('%j', (args, expected) => expect(parseEmsymbolizer(args)).toMatchObject(expected));

  test.each([
    [['m'], 'the following arguments are required: address'],
    [[], 'the following arguments are required: wasm_file, address'],
    [
      ['-s', 'x', 'm', '1'],
      "argument -s/--source: invalid choice: 'x' (choose from 'dwarf', 'sourcemap', 'names', 'symtab', 'symbolmap')",
    ],
    [['m', '1', '-f'], 'argument -f: expected one argument'],
    [['--nope', 'm', '1'], 'unrecognized arguments: --nope'],
  ])('%j is none', (args, message) => expect(() => parseEmsymbolizer(args)).toThrow(new UsageError(message)));

  test('help, and what is wrong, on the right stream', async () => {
    expect(await run(['-h'])).toMatchObject({ status: 0, output: expect.stringMatching(/^usage: emsymbolizer/) });
    expect(await run(['m'])).toMatchObject({
      status: 2,
      errors: expect.stringMatching(/^usage: .*\n.*\nemsymbolizer: error: /),
    });
    expect(await run(['m.wasm', '1'])).toMatchObject({
      status: 1,
      errors: 'emsymbolizer: No such file or directory\n',
    });
    expect(await run(['m.wasm', 'zz'], { 'm.wasm': inline.module })).toMatchObject({
      status: 1,
      errors: "emsymbolizer: 'zz' is no address\n",
    });
  });
});
