import type { RunImport, RunPlan } from './run-plan.ts';
import type { Imports, WasmMemory, WebAssemblyApi } from './web-assembly.ts';

/** What the thread says: which call begins, each stack, and that it has done them all. */
export type RunMessage =
  | { readonly kind: 'call'; readonly index: number }
  | { readonly kind: 'stack'; readonly what: string; readonly offsets: readonly number[] }
  | { readonly kind: 'refused'; readonly message: string }
  | { readonly kind: 'done' };

/** What the thread is started with. */
export interface RunOrder {
  readonly bytes: Uint8Array;
  readonly plan: RunPlan;
  /** The call to begin with. */
  readonly first: number;
}

/**
 * Runs a module's calls, each on a fresh instance, and says every stack that the engine has at a call of the host or a
 * trap.
 *
 * A thread is made of the text of this function: nothing from outside of it is there, types apart.
 */
export async function runCalls(
  port: { postMessage(message: RunMessage): void },
  { bytes, plan, first }: RunOrder,
): Promise<void> {
  /** What WASI functions answer that are not there: bad descriptor. Success would make C libraries wait for ever. */
  const EBADF = 8;
  const WASM_FRAME = /wasm-function\[\d+\]:0x([0-9a-f]+)/;
  const api = (globalThis as unknown as { WebAssembly: WebAssemblyApi }).WebAssembly;
  const stop = new Error('enough stacks');
  let memory: WasmMemory | undefined;
  let left = 0;
  let call = '';

  const take = (what: string, { stack = '' }: Error): void => {
    const offsets: number[] = [];
    for (const line of stack.split('\n')) {
      const found = WASM_FRAME.exec(line);
      if (found !== null) offsets.push(Number.parseInt(found[1]!, 16));
    }
    if (offsets.length > 0) port.postMessage({ kind: 'stack', what: `${call}: ${what}`, offsets });
  };

  /** So much of WASI that programs start, print and end. */
  const wasi = (name: string, values: readonly number[]): number => {
    const view = memory === undefined ? undefined : new DataView(memory.buffer);
    switch (name) {
      case 'proc_exit':
        throw stop;
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
  };

  const imported = ({ module, name, kind, result, initial, maximum, shared, parameters }: RunImport): unknown => {
    const limits = { initial, ...(maximum === undefined ? {} : { maximum }), ...(shared ? { shared } : {}) };
    switch (kind) {
      case 'memory':
        memory = new api.Memory(limits);
        return memory;
      case 'table':
        return new api.Table({ element: 'anyfunc', ...limits });
      case 'global':
        return new api.Global({ value: 'i32', mutable: true }, 0x1_0000);
      case 'tag':
        return new api.Tag({ parameters });
      default:
        return (...values: number[]) => {
          // A module may catch what stops it.
          if (left-- <= 0) throw stop;
          take(`${module}.${name}`, new Error());
          return module.startsWith('wasi_') ? wasi(name, values) : result;
        };
    }
  };

  Error.stackTraceLimit = 300;
  let compiled: object;
  try {
    compiled = await api.compile(bytes);
  } catch (error) {
    port.postMessage({ kind: 'refused', message: (error as Error).message });
    return;
  }
  for (let index = first; index < plan.calls.length; index++) {
    const { name, values, text } = plan.calls[index]!;
    port.postMessage({ kind: 'call', index });
    call = text;
    left = plan.mostStacks;
    try {
      const imports: Imports = {};
      for (const each of plan.imports) {
        imports[each.module] ??= {};
        imports[each.module]![each.name] = imported(each);
      }
      const { exports } = await api.instantiate(compiled, imports);
      if (exports['memory'] instanceof api.Memory) memory = exports['memory'];
      const initialize = exports['_initialize'];
      if (typeof initialize === 'function' && name !== '_initialize') initialize();
      (exports[name] as (...given: readonly (number | bigint)[]) => unknown)(...values);
    } catch (error) {
      if (error !== stop) take((error as Error).message, error as Error);
    }
  }
  port.postMessage({ kind: 'done' });
}
