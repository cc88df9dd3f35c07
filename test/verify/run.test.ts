// Running modules for their stacks: it ends, whatever they do.
import { describe, expect, test } from 'vitest';
import { runFrames } from '../../src/cli/frames-program.ts';
import { FileError } from '../../src/cli/io.ts';
import { engineStacks } from '../../src/cli/verify/engine-stacks.ts';
import { WasmModule } from '../../src/wasm/module.ts';
import { MemoryIo } from '../support/memory-io.ts';
import { counted, name, type Piece, section, vector, wasm } from '../support/wasm-builder.ts';

/** Calls the host: `env.tick`. */
const TICK = [0x10, 0];
const LOOP = [0x03, 0x40];
const AGAIN = [0x0c, 0];
const END = 0x0b;
const BODIES = {
  /** Calls the host once. */
  once: [TICK, END],
  /** Loops and never calls the host. */
  spin: [LOOP, AGAIN, END, END],
  /** Calls the host, then loops. */
  late: [TICK, LOOP, AGAIN, END, END],
  /** Calls the host for ever, and catches whatever it throws. */
  greedy: [LOOP, [0x06, 0x40], TICK, 0x19, END, AGAIN, END, END],
  trap: [0x00, END],
} satisfies Record<string, Piece>;

/** A module with some of them exported. */
function moduleOf(...names: (keyof typeof BODIES)[]): Uint8Array {
  return wasm(
    section(1, vector([0x60, 0, 0])),
    section(2, vector([name('env'), name('tick'), 0, 0])),
    section(3, vector(...names.map(() => 0))),
    section(7, vector(...names.map((each, n) => [name(each), 0, n + 1]))),
    section(10, vector(...names.map((each) => counted(0, BODIES[each])))),
  );
}

const run = async (bytes: Uint8Array, seconds: number) => engineStacks(bytes, WasmModule.read(bytes), seconds);

describe('engineStacks', () => {
  test('stacks at calls of the host and at traps', async () => {
    const { stacks, stopped, leftOut } = await run(moduleOf('once', 'trap'), 30);
    expect(stacks.map(({ what }) => what)).toEqual(['once(): env.tick', 'trap(): unreachable']);
    for (const { offsets } of stacks) expect(offsets).toHaveLength(1);
    expect([stopped, leftOut]).toEqual([[], 0]);
  });

  test('a loop without an end is stopped, and what stands before and after it is there', async () => {
    const { stacks, stopped, leftOut } = await run(moduleOf('once', 'spin', 'late', 'trap'), 8);
    expect(stacks.map(({ what }) => what)).toEqual(['once(): env.tick', 'late(): env.tick', 'trap(): unreachable']);
    expect([stopped, leftOut]).toEqual([['spin()', 'late()'], 0]);
  });

  test('one that catches what is to stop it', async () => {
    const { stacks, stopped } = await run(moduleOf('greedy', 'once'), 5);
    expect(stacks.filter(({ what }) => what.startsWith('greedy'))).toHaveLength(500);
    expect(stacks.at(-1)!.what).toBe('once(): env.tick');
    expect(stopped).toEqual(['greedy()']);
  });

  test('more loops than there is time for', async () => {
    const spins = Array(12).fill('spin') as 'spin'[];
    const bytes = wasm(
      section(1, vector([0x60, 0, 0])),
      section(3, vector(...spins.map(() => 0))),
      section(7, vector(...spins.map((_, n) => [name(`spin${n}`), 0, n]))),
      section(10, vector(...spins.map((each) => counted(0, BODIES[each])))),
    );
    const { stopped, leftOut } = await run(bytes, 1);
    expect(stopped.length + leftOut).toBe(12);
    expect(leftOut).toBeGreaterThan(0);
  });

  test('a module that the engine refuses', async () => {
    const damaged = moduleOf('once');
    // The last byte of the only body is not its end any more.
    damaged[damaged.length - 1] = 0xff;
    await expect(run(damaged, 30)).rejects.toThrow(FileError);
  });
});

describe('wasm-frames verify --against --run', () => {
  async function against(before: Uint8Array, after: Uint8Array, ...args: string[]) {
    const replaced = { '/dir/before.wasm': before, '/dir/after.wasm': after };
    const io = new MemoryIo({ argv0: 'wasm-frames', directory: '/dir', replaced });
    const status = await runFrames(['verify', 'after.wasm', '--against', 'before.wasm', '--run', ...args], io);
    return { status, io };
  }

  test('names what it stopped, and compares the rest', async () => {
    const module = moduleOf('spin', 'once');
    const { status, io } = await against(module, module, '--run-seconds', '2');
    expect(io.output).toContain('run in this engine: 1 stacks of both, 1 of 1 right');
    expect(io.output).toContain('1 call took too long, stopped: spin()');
    expect(status).toBe(0);
  });

  test('nothing but loops: status 2', async () => {
    const { status, io } = await against(moduleOf('spin'), moduleOf('spin'), '--run-seconds', '1');
    expect(io.errors).toContain('after.wasm: no stack within 1 seconds');
    expect(status).toBe(2);
  });

  test.each(['0', '-1', 'x', '1e9'])('--run-seconds %s is refused', async (value) => {
    const { status, io } = await against(moduleOf('once'), moduleOf('once'), `--run-seconds=${value}`);
    expect(status).not.toBe(0);
    expect(io.errors).toContain('run-seconds');
  });
});
