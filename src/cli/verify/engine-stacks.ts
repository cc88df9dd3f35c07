import { readExports } from '../../wasm/exports.ts';
import { readImports, type WasmImport } from '../../wasm/imports.ts';
import type { WasmModule } from '../../wasm/module.ts';
import { readFunctionTypes, readTypes, type WasmType } from '../../wasm/types.ts';
import { type Imports, type WasmMemory, webAssembly } from './web-assembly.ts';

/** A stack of the engine: at a call of the host, or of a trap. */
export interface EngineStack {
  /** The export that was called, and what called the host or went wrong. */
  readonly what: string;
  /** Innermost first: where each frame of the module stands, from the start of the file. */
  readonly offsets: readonly number[];
}

/** Stacks of one call are not taken further than this. */
const MOST_STACKS = 500;
/** Exports that are called. */
const MOST_EXPORTS = 200;
/** Arguments that every parameter gets, one call after the other. */
const ARGUMENTS: readonly number[] = [0, 1, 7];
/** What WASI functions answer that are not there: bad descriptor. Success would make C libraries wait for ever. */
const EBADF = 8;

const WASM_FRAME = /wasm-function\[\d+\]:0x([0-9a-f]+)/;

class Stop extends Error {}

/**
 * Runs a module's exports in this process's engine, with imports that do little, and takes the engine's stacks at every
 * call of the host and every trap. A module that never calls the host and never ends is not stopped.
 */
export async function engineStacks(bytes: Uint8Array, module: WasmModule): Promise<EngineStack[]> {
  const limit = Error.stackTraceLimit;
  Error.stackTraceLimit = 300;
  try {
    const compiled = await webAssembly.compile(bytes);
    const host = new Host(module);
    for (const [name, calls] of callsOf(compiled, module)) {
      for (const given of calls) await host.call(compiled, name, given);
    }
    return host.stacks;
  } finally {
    Error.stackTraceLimit = limit;
  }
}

/** The exported functions, each with the arguments that it is called with. */
function callsOf(compiled: object, module: WasmModule): [string, (number | bigint)[][]][] {
  const types = readTypes(module);
  const functionTypes = readFunctionTypes(module);
  const exported = webAssembly.Module.exports(compiled).filter(({ kind }) => kind === 'function');
  const indexes = new Map(
    readExports(module).flatMap(({ name, kind, index }) => (kind === 'function' ? [[name, index]] : [])),
  );
  return exported.slice(0, MOST_EXPORTS).map(({ name }) => {
    const type = types[functionTypes[indexes.get(name) ?? -1] ?? -1];
    const parameters = type?.kind === 'function' ? type.parameters : [];
    const calls =
      parameters.length === 0 ? [[]] : ARGUMENTS.map((value) => parameters.map((each) => numberOf(each, value)));
    return [name, calls];
  });
}

function numberOf(type: string, value: number): number | bigint {
  return type === 'i64' ? BigInt(value) : value;
}

class Host {
  readonly stacks: EngineStack[] = [];
  readonly #imports: readonly WasmImport[];
  readonly #types: readonly WasmType[];
  #memory: WasmMemory | undefined;
  #left = 0;
  #export = '';

  constructor(module: WasmModule) {
    this.#imports = readImports(module).imports;
    this.#types = readTypes(module);
  }

  /** Calls an export of a fresh instance: what a call before has left behind is not there. */
  async call(compiled: object, name: string, given: readonly (number | bigint)[]): Promise<void> {
    this.#left = MOST_STACKS;
    this.#export = `${name}(${given.join(', ')})`;
    try {
      const instance = await webAssembly.instantiate(compiled, this.#imported());
      const { memory } = instance.exports;
      if (memory instanceof webAssembly.Memory) this.#memory = memory;
      const { _initialize: initialize } = instance.exports;
      if (typeof initialize === 'function' && name !== '_initialize') initialize();
      (instance.exports[name] as (...values: readonly (number | bigint)[]) => unknown)(...given);
    } catch (error) {
      if (!(error instanceof Stop)) this.#take((error as Error).message, error as Error);
    }
  }

  #take(what: string, error: Error): void {
    const offsets: number[] = [];
    for (const line of (error.stack ?? '').split('\n')) {
      const found = WASM_FRAME.exec(line);
      if (found !== null) offsets.push(Number.parseInt(found[1]!, 16));
    }
    if (offsets.length > 0) this.stacks.push({ what: `${this.#export}: ${what}`, offsets });
  }

  #imported(): Imports {
    const imports: Imports = {};
    for (const each of this.#imports) {
      const module = (imports[each.module] ??= {});
      module[each.name] = this.#value(each);
    }
    return imports;
  }

  #value(each: WasmImport): unknown {
    switch (each.kind) {
      case 'memory':
        this.#memory = new webAssembly.Memory({ initial: each.limits?.minimum ?? 1, ...maximumOf(each) });
        return this.#memory;
      case 'table':
        return new webAssembly.Table({ element: 'anyfunc', initial: each.limits?.minimum ?? 0, ...maximumOf(each) });
      case 'global':
        return new webAssembly.Global({ value: 'i32', mutable: true }, 0x1_0000);
      default:
        return this.#function(each);
    }
  }

  #function({ module, name, type }: WasmImport): (...values: number[]) => number | bigint | undefined {
    const known = this.#types[type ?? -1];
    const [result] = known?.kind === 'function' ? known.results : [];
    return (...values) => {
      this.#take(`${module}.${name}`, new Error());
      if (this.#left-- <= 0) throw new Stop();
      if (module.startsWith('wasi_')) return this.#wasi(name, values);
      return result === undefined ? undefined : numberOf(result, 0);
    };
  }

  /** So much of WASI that programs start, print and end. */
  #wasi(name: string, values: readonly number[]): number {
    const view = this.#memory === undefined ? undefined : new DataView(this.#memory.buffer);
    switch (name) {
      case 'proc_exit':
        throw new Stop();
      case 'fd_write': {
        const [, vectors, count, written] = values as [number, number, number, number];
        let size = 0;
        for (let index = 0; index < count; index++) size += view?.getUint32(vectors + 8 * index + 4, true) ?? 0;
        view?.setUint32(written, size, true);
        return 0;
      }
      case 'args_sizes_get':
      case 'environ_sizes_get':
        for (const at of values) view?.setUint32(at, 0, true);
        return 0;
      case 'args_get':
      case 'environ_get':
      case 'random_get':
        return 0;
      case 'clock_time_get':
        view?.setBigUint64(values[2]!, 0n, true);
        return 0;
      default:
        return EBADF;
    }
  }
}

function maximumOf({ limits }: WasmImport): { maximum?: number; shared?: boolean } {
  const { maximum, shared } = limits ?? {};
  return { ...(maximum === undefined ? {} : { maximum }), ...(shared ? { shared } : {}) };
}
