import type { WasmValue } from '../crash.ts';

/**
 * Who writes core dumps in this way.
 *
 * `standard`: the tool conventions' Coredump.md as wasm-encoder and Wasmtime write it. `rewriter`: xtuc's rewriter and
 * the services built on it. `wasmedge`: WasmEdge.
 */
export type CoreDumpLayout = 'standard' | 'rewriter' | 'wasmedge';

/** One frame of a core dump. */
export interface CoreDumpFrame {
  /** Index into `instances`, where the layout has one. */
  readonly instance: number | undefined;
  readonly functionIndex: number;
  /** Counting from where the layout counts: see `offsetSpace`. */
  readonly offset: number;
  /** Parameters first; `undefined` in the place of one that was not recorded. */
  readonly locals: readonly (WasmValue | undefined)[];
  readonly stack: readonly (WasmValue | undefined)[];
}

/** One thread's stack, youngest frame first. */
export interface CoreDumpThread {
  readonly name: string;
  readonly frames: readonly CoreDumpFrame[];
}

/** An instance of a module: which of the dump's memories and globals are its own. */
export interface CoreDumpInstance {
  readonly module: number;
  /** Indexes into the dump's memories and globals; `undefined` for one that was not recorded. */
  readonly memories: readonly (number | undefined)[];
  readonly globals: readonly (number | undefined)[];
}

/** What a core dump holds. */
export interface CoreDump {
  readonly layout: CoreDumpLayout;
  /** What the `core` section calls the program; empty where it says nothing. */
  readonly executable: string;
  /** Names of the modules. */
  readonly modules: readonly string[];
  readonly instances: readonly CoreDumpInstance[];
  readonly threads: readonly CoreDumpThread[];
  /** Values of the globals, where they are constants of a number type. */
  readonly globals: readonly (WasmValue | undefined)[];
  readonly memory: CoreDumpMemory;
}

/** The memories as they were. */
export interface CoreDumpMemory {
  /** The bytes at an address, as many as were recorded of them; `undefined` where none were. */
  read(memory: number, address: number, size: number): Uint8Array | undefined;
}
