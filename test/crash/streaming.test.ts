/** `wasm-frames trace` at a pipe: what can be passed on is, before more is waited for. */
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { runFrames } from '../../src/cli/frames-program.ts';
import { MemoryIo } from '../support/memory-io.ts';

const directory = fileURLToPath(new URL('engine/', import.meta.url));
const FRAME = '    at wasm://wasm/recorder.wasm-d939db8e:wasm-function[13]:0x7e7\n';

test('lines without frames are written before the next read, and a stack when it is over', async () => {
  const io = new MemoryIo({ argv0: 'wasm-frames', directory, stdin: ['one\n', 'two\nthr', 'ee\n', FRAME, 'end\n'] });
  await runFrames(['trace', '-e', 'recorder.wasm'], io);
  expect(io.events).toEqual(['read', 'write', 'read', 'write', 'read', 'write', 'read', 'read', 'write', 'read']);
  expect(io.output).toMatch(/^one\ntwo\nthree\n {4}at .*recorder\.cpp:\d+:\d+\)\n(?: {4}at .*\n)*end\n$/);
});

test('a stack at the end of what comes is written after a while, not at the end of the stream', async () => {
  const output: string[] = [];
  let written: () => void = () => {};
  const writes = new Promise<void>((resolve) => {
    written = resolve;
  });
  class LiveIo extends MemoryIo {
    // The stream goes on only when the stack has come out.
    override async *stdin(): AsyncGenerator<Uint8Array> {
      yield Buffer.from(FRAME);
      await writes;
      output.push('|');
      yield Buffer.from('more\n');
    }

    override stdout(text: string | Uint8Array): void {
      output.push(Buffer.from(text).toString());
      written();
    }
  }
  const io = new LiveIo({ argv0: 'wasm-frames', directory });
  expect(await runFrames(['trace', '-e', 'recorder.wasm'], io)).toBe(0);
  expect(output.join('')).toMatch(/^ {4}at .*recorder\.cpp:\d+:\d+\)\n(?: {4}at .*\n)*\|more\n$/);
});
