import type { WasmValue } from '../crash.ts';

/** What was recorded of a frame, and of the instance that it ran in: what values are read from. */
export interface FrameState {
  /** Parameters first; `undefined` for one that was not recorded. */
  readonly locals: readonly (WasmValue | undefined)[];
  /** The operand stack, its bottom first. */
  readonly stack: readonly (WasmValue | undefined)[];
  /** By index in the module. */
  global(index: number): WasmValue | undefined;
  /** As many bytes of the first memory as asked for; `undefined` where they are outside of it, or were not recorded. */
  memory(address: number, size: number): Uint8Array | undefined;
}
