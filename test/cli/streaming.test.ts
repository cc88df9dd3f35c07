import { expect, test } from 'vitest';
import { runLlvmTool } from '../../src/cli/llvm-tool.ts';
import { fixture } from '../support/fixtures.ts';
import { MemoryIo } from '../support/memory-io.ts';

const { folder } = fixture('inline');

async function events(chunks: readonly string[], ...args: string[]): Promise<{ events: string[]; answers: number }> {
  const io = new MemoryIo({ argv0: 'wasm-symbolizer', directory: folder, stdin: chunks });
  await runLlvmTool(['-e', 'module.wasm', ...args], io);
  return { events: io.events, answers: io.output.split('\n\n').length - 1 };
}

test('an answer is written before more input is waited for', async () => {
  expect(await events(['0x200\n', '0x201\n', '0x202\n'])).toEqual({
    events: ['read', 'write', 'read', 'write', 'read', 'write', 'read'],
    answers: 3,
  });
});

test('answers to lines that are there already are written together', async () => {
  expect(await events(['0x200\n0x201\n\n', '0x2', '02\n'])).toEqual({
    events: ['read', 'write', 'read', 'read', 'write', 'read'],
    answers: 4,
  });
});

test('much output is written while it is made', async () => {
  const { events: order, answers } = await events(['0x200\n'.repeat(20_000)]);
  expect(answers).toBe(20_000);
  expect(order.filter((event) => event === 'write').length).toBeGreaterThan(3);
  expect(order.slice(0, 2)).toEqual(['read', 'write']);
});

test('standard input is not read where addresses are arguments', async () => {
  expect((await events(['0x200\n'], '0x200')).events).toEqual(['write']);
});

test('complaints stand between the answers that they belong to', async () => {
  const order: string[] = [];
  const io = new MemoryIo({ argv0: 'x', directory: folder, stdin: ['0x200\n12zz\n0x200\n'] });
  io.stdout = (text) => order.push(`out ${String(text).split('\n\n').length - 1}`);
  io.stderr = (text) => order.push(`err ${text}`);
  await runLlvmTool(['-e', 'module.wasm'], io);
  expect(order).toEqual(['out 1', "err x: error: '12zz': expected a number as module offset\n", 'out 2']);
});
