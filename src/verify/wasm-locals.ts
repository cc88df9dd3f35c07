import { ByteReader } from '../bytes/byte-reader.ts';
import { isFormatError } from '../errors.ts';
import { readGlobals } from '../wasm/globals.ts';
import { readImports } from '../wasm/imports.ts';
import type { WasmModule } from '../wasm/module.ts';
import { readFunctionTypes, readTypes, type WasmType } from '../wasm/types.ts';
import { readValueType } from '../wasm/value-types.ts';
import type { CodeMap } from './code-map.ts';

/** The locals of functions and the globals, with their types: what locations of variables refer to. */
export class WasmLocals {
  readonly #module: WasmModule;
  readonly #map: CodeMap | undefined;
  #types: readonly WasmType[] | undefined;
  #functionTypes: Uint32Array | undefined;
  #globalCount: number | undefined;
  #body = -1;
  #locals: readonly LocalRun[] | undefined;

  constructor(module: WasmModule, map: CodeMap | undefined) {
    this.#module = module;
    this.#map = map;
  }

  /** Globals, imported ones included. */
  get globalCount(): number {
    this.#globalCount ??= readImports(this.#module).counts.global + readGlobals(this.#module).length;
    return this.#globalCount;
  }

  /** How many locals a body's function has, parameters included; `undefined` where that cannot be read. */
  count(body: number): number | undefined {
    return this.#of(body)?.reduce((sum, run) => sum + run.count, 0);
  }

  /** The type of a local: `i32`. */
  type(body: number, index: number): string | undefined {
    let left = index;
    for (const run of this.#of(body) ?? []) {
      if (left < run.count) return run.type;
      left -= run.count;
    }
    return undefined;
  }

  #of(body: number): readonly LocalRun[] | undefined {
    if (this.#body !== body) {
      this.#body = body;
      this.#locals = this.#read(body);
    }
    return this.#locals;
  }

  #read(body: number): readonly LocalRun[] | undefined {
    const map = this.#map;
    if (map === undefined) return undefined;
    this.#types ??= readTypes(this.#module);
    this.#functionTypes ??= readFunctionTypes(this.#module);
    const type = this.#types[this.#functionTypes[body + map.functions.importCount]!];
    if (type?.kind !== 'function') return undefined;
    const runs: LocalRun[] = type.parameters.map((each) => ({ type: each, count: 1 }));
    try {
      const reader = new ByteReader(map.code.part(map.bodyStart(body), map.bodyEnd(body)));
      for (let groups = reader.uleb(); groups > 0; groups--) {
        const count = reader.uleb();
        runs.push({ count, type: readValueType(reader) });
      }
      return runs;
    } catch (error) {
      if (!isFormatError(error)) throw error;
      return undefined;
    }
  }
}

/** Neighbouring locals of one type. */
interface LocalRun {
  readonly type: string;
  readonly count: number;
}
