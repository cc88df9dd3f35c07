/** Runs modules in this process's engine and takes the engine's own stacks. */

import { engine, type Imports } from './webassembly.ts';

/** A stack at a report to the host, or of a trap. */
export interface EngineStack {
  /** What was reported, or the trap's message. */
  readonly what: string;
  /** Innermost first: where each frame of the module stands, from the start of the file. */
  readonly offsets: readonly number[];
}

/** No run is followed further than this. */
const MAXIMUM_STACKS = 400;

const WASM_FRAME = /wasm-function\[\d+\]:0x([0-9a-f]+)/;

/** Calls an export with several arguments, each in a fresh instance, and answers all stacks and results. */
export async function engineStacks(
  bytes: Uint8Array,
  { call = 'run', inputs, imports = {} }: { call?: string; inputs: readonly (readonly number[])[]; imports?: Imports },
): Promise<{ stacks: EngineStack[]; results: string[] }> {
  const stacks: EngineStack[] = [];
  const results: string[] = [];
  const limit = Error.stackTraceLimit;
  Error.stackTraceLimit = 200;
  try {
    const module = await engine.compile(bytes);
    for (const input of inputs) {
      let count = 0;
      const take = (what: string, error: Error): void => {
        if (count++ < MAXIMUM_STACKS) stacks.push({ what, offsets: offsetsOf(error) });
      };
      const report = (value: number): void => take(`report ${value}`, new Error());
      const instance = await engine.instantiate(module, { env: { report }, ...imports });
      try {
        const run = instance.exports[call] as (...args: readonly number[]) => unknown;
        results.push(`${run(...input)}`);
      } catch (error) {
        take((error as Error).message, error as Error);
        results.push((error as Error).message);
      }
    }
  } finally {
    Error.stackTraceLimit = limit;
  }
  return { stacks, results };
}

function offsetsOf(error: Error): number[] {
  const offsets: number[] = [];
  for (const line of (error.stack ?? '').split('\n')) {
    const found = WASM_FRAME.exec(line);
    if (found !== null) offsets.push(Number.parseInt(found[1]!, 16));
  }
  return offsets;
}
