import { Worker } from 'node:worker_threads';
import type { WasmModule } from '../../wasm/module.ts';
import { FileError } from '../io.ts';
import { type RunMessage, type RunOrder, runCalls } from './run-calls.ts';
import { planRun } from './run-plan.ts';

/** A stack of the engine: at a call of the host, or of a trap. */
export interface EngineStack {
  /** The export that was called, and what called the host or went wrong. */
  readonly what: string;
  /** Innermost first: where each frame of the module stands, from the start of the file. */
  readonly offsets: readonly number[];
}

/** What came of running a module. */
export interface EngineRun {
  readonly stacks: readonly EngineStack[];
  /** Calls that took too long, or more memory than there is: `spin()`. Their stacks up to then are there. */
  readonly stopped: readonly string[];
  /** Calls that there was no time left for. */
  readonly leftOut: number;
}

/** The part of all time that one call may take. */
const CALLS = 5;

/** Made of text, so that it is there whether this runs from sources, from the package, or bundled. */
const THREAD = `const { parentPort, workerData } = require('node:worker_threads');\n(${runCalls})(parentPort, workerData);`;

/**
 * Runs a module's exports in this engine, with imports that do little, and takes the engine's stacks at every call of
 * the host and every trap. It runs in a thread of its own, which is ended where a call takes too long: one that loops
 * without calling the host cannot be stopped in any other way.
 *
 * @param seconds how long the whole may take.
 * @throws FileError where the engine refuses the module.
 */
export async function engineStacks(bytes: Uint8Array, module: WasmModule, seconds: number): Promise<EngineRun> {
  const plan = planRun(module);
  const stacks: EngineStack[] = [];
  const stopped: string[] = [];
  const end = performance.now() + 1000 * seconds;
  let next = 0;
  while (next < plan.calls.length && performance.now() < end) {
    const before = next;
    const last = await runThread({ bytes, plan, first: next }, end, (1000 * seconds) / CALLS, stacks);
    if (last === undefined) return { stacks, stopped, leftOut: 0 };
    // A thread that does not come to its first call has no time left, or no memory.
    if (last < before) break;
    stopped.push(plan.calls[last]!.text);
    next = last + 1;
  }
  return { stacks, stopped, leftOut: plan.calls.length - next };
}

/** Makes calls up to one that does not end, whose index is the answer; `undefined` where all of them did. */
function runThread(order: RunOrder, end: number, most: number, stacks: EngineStack[]): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(THREAD, { eval: true, workerData: order });
    let current = order.first - 1;
    let timer = setTimeout(() => void worker.terminate(), end - performance.now());
    worker.on('message', (message: RunMessage) => {
      switch (message.kind) {
        case 'call':
          current = message.index;
          clearTimeout(timer);
          timer = setTimeout(() => void worker.terminate(), Math.min(most, Math.max(0, end - performance.now())));
          break;
        case 'stack':
          stacks.push({ what: message.what, offsets: message.offsets });
          break;
        case 'refused':
          reject(new FileError('other', `the engine refuses it: ${message.message}`));
          break;
        case 'done':
          resolve(undefined);
          break;
        default:
          message satisfies never;
      }
    });
    // The thread ran out of memory: its `exit` follows.
    worker.on('error', () => {});
    worker.on('exit', () => {
      clearTimeout(timer);
      resolve(current);
    });
  });
}
