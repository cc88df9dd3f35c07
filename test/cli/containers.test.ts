import { describe, expect, test } from 'vitest';
import { runLlvmTool } from '../../src/cli/llvm-tool.ts';
import { readArchive } from '../../src/wasm/archive.ts';
import { WasmModule } from '../../src/wasm/module.ts';
import { type Fixture, fixture } from '../support/fixtures.ts';
import { MemoryIo } from '../support/memory-io.ts';
import { bytes, section } from '../support/wasm-builder.ts';

async function ask(directory: string, ...args: string[]): Promise<MemoryIo & { status: number }> {
  const io = new MemoryIo({ argv0: 'wasm-symbolizer', directory });
  const status = await runLlvmTool(args, io);
  return Object.assign(io, { status });
}

/** What LLVM 19 answers at every tenth instruction, names in short form. */
function expectation({ expected }: Fixture): { address: number; text: string }[] {
  return expected()
    .addresses.filter((_, index) => index % 10 === 0)
    .map(({ address, frames }) => {
      const lines = frames.map(
        ({ short, file, line, column }) => `${short || '??'}\n${file || '??'}:${line}:${column}\n`,
      );
      return { address, text: `${lines.join('')}\n` };
    });
}

test('a component answers for its core modules, at addresses of the outer file', async () => {
  const component = fixture('component');
  const modules = component.holds!.map((name) => fixture(name));
  let from = 0;
  for (const inner of modules) {
    const offset = Buffer.from(component.module).indexOf(inner.module, from);
    expect(offset).toBeGreaterThan(0);
    from = offset + inner.module.length;
    const base = offset + WasmModule.read(inner.module).codeStart!;
    const answers = expectation(inner);
    const queries = answers.map(({ address }) => `0x${(base + address).toString(16)}`);
    const { output, errors } = await ask(component.folder, '--functions=short', '-e', 'module.wasm', ...queries);
    expect(errors).toBe('');
    expect(output).toBe(answers.map(({ text }) => text).join(''));
  }
  expect((await ask(component.folder, '-e', 'module.wasm', '0x0', '0xffffff')).output).toBe(
    '??\n??:0:0\n\n??\n??:0:0\n\n',
  );
});

test('a core module links to its debug file beside the component', async () => {
  const { module, folder, expected } = fixture('external');
  // A component's preamble, and one section with a core module.
  const component = bytes(0, 'asm', 0x0d, 0, 1, 0, section(1, module));
  const io = new MemoryIo({
    argv0: 'wasm-symbolizer',
    directory: folder,
    replaced: { [`${folder.replace(/\/$/, '')}/component.wasm`]: component },
  });
  const { address, frames } = expected().addresses.find((each) => each.frames.length > 1)!;
  const base = component.length - module.length + WasmModule.read(module).codeStart!;
  await runLlvmTool(['--functions=none', '-e', 'component.wasm', `0x${(base + address).toString(16)}`], io);
  expect(io.errors).toBe('');
  expect(io.output).toBe(`${frames.map(({ file, line, column }) => `${file}:${line}:${column}`).join('\n')}\n\n`);
});

test('LLVM refuses components, and so does its exact imitation', async () => {
  const { folder } = fixture('component');
  for (const version of ['19', '23']) {
    const { status, errors } = await ask(folder, `--llvm=${version}`, '-e', 'module.wasm', '1');
    expect({ status, errors }).toEqual({
      status: 1,
      errors: "wasm-symbolizer: error: 'module.wasm': invalid version number: 65549\n",
    });
  }
});

describe('archives', () => {
  const archive = fixture('archive');
  const members = readArchive(archive.module).map(({ name }) => name);

  test('a member stands in parentheses', async () => {
    const { output } = await ask(archive.folder, '--functions=short', '-e', `module.a(${members[0]})`, '0x10');
    expect(output).toMatch(/^\w+\n\/src\/game\/\w+\.[ch]:\d+:\d+\n/);
  });

  test('without one, the members are named', async () => {
    const { status, errors } = await ask(archive.folder, '-e', 'module.a', '0x10');
    expect(status).toBe(1);
    expect(errors).toContain(`name a member: module.a(${members[0]})`);
    expect((await ask(archive.folder, '-e', 'module.a(x.o)', '1')).errors).toContain("no matching member 'x.o'");
  });
});

describe('address spaces', () => {
  const cases = [
    // Linked: LLVM 23 counts from the start of the file. All others count from the code section.
    ['inline', 'file'],
    ['memory64', 'file'],
    ['object', 'code'],
    ['relocatable', 'code'],
    ['emit-relocs', 'code'],
    ['shared', 'code'],
  ] as const;

  test.each(cases)('%s: %s by default, the other one by option', async (name, standard) => {
    const { folder, main, module } = fixture(name);
    const start = WasmModule.read(module).codeStart!;
    const answers = expectation(fixture(name));
    for (const space of ['file', 'code'] as const) {
      const base = space === 'file' ? start : 0;
      const queries = answers.map(({ address }) => `0x${(base + address).toString(16)}`);
      const option = space === standard ? [] : [`--address-space=${space}`];
      const { output } = await ask(folder, '--functions=short', ...option, '-e', main, ...queries);
      expect(output).toBe(answers.map(({ text }) => text).join(''));
    }
  });
});
