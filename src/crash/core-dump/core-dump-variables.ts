import type { CodeOffset } from '../../addresses.ts';
import type { CrashFrame, WasmValue } from '../crash.ts';
import type { CrashModule } from '../crash-module.ts';
import type { FrameState } from '../variables/frame-state.ts';
import { globalsAt, type Variable, variablesAt } from '../variables/frame-variables.ts';
import type { CoreDump, CoreDumpInstance } from './core-dump.ts';

/** The variables of one frame's logical frames, innermost first, and of the source file that it is in. */
export interface FrameVariables {
  readonly locals: readonly (readonly Variable[])[];
  readonly globals: readonly Variable[];
}

/** Reads the variables of a frame from the dump; none where the frame has no certain address. */
export function frameVariables(
  dump: CoreDump,
  thread: number,
  index: number,
  frame: CrashFrame,
  module: CrashModule,
): FrameVariables {
  const { resolution } = frame;
  const recorded = dump.threads[thread]?.frames[index];
  if (resolution?.address === undefined || recorded === undefined) return { locals: [], globals: [] };
  const instance = recorded.instance === undefined ? undefined : dump.instances[recorded.instance];
  const state: FrameState = {
    locals: recorded.locals,
    stack: recorded.stack,
    global: (global) => globalOf(dump, instance, global),
    memory: (address, size) => memoryOf(dump, instance, address, size),
  };
  const { dwarfFrames } = module.symbolizer;
  const address = resolution.address as CodeOffset;
  return { locals: variablesAt(dwarfFrames, address, state), globals: globalsAt(dwarfFrames, address, state) };
}

function globalOf(dump: CoreDump, instance: CoreDumpInstance | undefined, index: number): WasmValue | undefined {
  const own = instance === undefined || instance.globals.length === 0 ? index : instance.globals[index];
  return own === undefined ? undefined : dump.globals[own];
}

function memoryOf(
  dump: CoreDump,
  instance: CoreDumpInstance | undefined,
  address: number,
  size: number,
): Uint8Array | undefined {
  const memory = instance === undefined || instance.memories.length === 0 ? 0 : instance.memories[0];
  if (memory === undefined || !(address >= 0) || address + size > 2 ** 48) return undefined;
  return dump.memory.read(memory, address, size);
}
