/** The program of engine/recorder.cpp: how it is run in an engine, and what its stacks are compared with. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ModuleFinder } from '../../../src/crash/module-finder.ts';
import { parseCrash } from '../../../src/crash/parse-crash.ts';
import { symbolizeCrash } from '../../../src/crash/symbolize-crash.ts';

export const folder: string = fileURLToPath(new URL('.', import.meta.url));

/** What the program says of one function that it is in, innermost first. */
export interface Recorded {
  readonly function: string;
  readonly line: number;
}

export interface Run {
  readonly stack: string;
  readonly recorded: readonly Recorded[];
}

/** Runs in an engine: calls an export, catches what it throws, reads the record. */
export const PROGRAM: string = `
  const memory = () => new DataView(instance.exports.memory.buffer);
  const text = (at) => { let s = ''; for (let b; (b = memory().getUint8(at++)); ) s += String.fromCharCode(b); return s; };
  const host = { call: (n) => { if (n < 3) return instance.exports.host(n + 1); throw new Error('thrown by the host'); } };
  Error.stackTraceLimit = 50;
  const instance = new WebAssembly.Instance(new WebAssembly.Module(bytes), { host });
  const run = (name) => {
    memory().setInt32(instance.exports.depth_address(), 0, true);
    let stack = '';
    try { instance.exports[name](101); } catch (error) { stack = String(error.stack); }
    const depth = memory().getInt32(instance.exports.depth_address(), true);
    const record = instance.exports.record_address();
    const recorded = [];
    for (let at = depth - 1; at >= 0 && recorded.length < 64; at--) {
      const entry = record + (at & 4095) * 8;
      recorded.push({ function: text(memory().getUint32(entry, true)), line: memory().getInt32(entry + 4, true) });
    }
    return { stack, recorded };
  };
`;

export const NAMES = ['trap', 'divide', 'load', 'host', 'overflow'] as const;

/** What each of the program's exports left behind. */
export type Runs = Record<(typeof NAMES)[number], Run>;

/** The logical frames, as the program would record them: without those of the recorder, which are at no call. */
export function symbolized(stack: string, ran: string): { frames: Recorded[]; qualities: string[] } {
  const bytes = (file: string): Uint8Array => new Uint8Array(readFileSync(join(folder, file)));
  const finder = new ModuleFinder([
    { path: ran, open: () => bytes(ran), openDebugFile: () => bytes('recorder.wasm'), chosen: true },
  ]);
  const crash = symbolizeCrash(parseCrash(stack), (reference) => finder.find(reference));
  const physical = crash.threads.flatMap(({ frames }) => frames);
  return {
    frames: physical
      .flatMap(({ resolution }) => resolution?.frames ?? [])
      .map(({ name, line }) => ({ function: simple(name!), line: line ?? 0 })),
    qualities: physical.map(({ resolution }) => resolution?.quality ?? 'none'),
  };
}

/** `int math::sum(int, int)`, `T math::checked(T) [T = int]`, `math::checked<int>(int)`: the name without the rest. */
export function simple(name: string): string {
  const [head] = name.replace(/^\(anonymous namespace\)::/, '').split('(');
  return head!
    .replace(/<.*>/, '')
    .split(/[\s:]+/)
    .at(-1)!;
}
