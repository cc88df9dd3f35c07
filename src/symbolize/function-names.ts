import type { CodeOffset } from '../addresses.ts';
import type { DebugModule } from '../debug-module/debug-module.ts';
import { readExports } from '../wasm/exports.ts';
import { readImports } from '../wasm/imports.ts';
import { readLinking } from '../wasm/linking.ts';

/** What a function's name was taken from. */
export type FunctionNameSource = 'name' | 'linking' | 'export' | 'import' | 'index';

/** A function's name outside of the debug information. */
export interface FunctionName {
  readonly name: string;
  readonly source: FunctionNameSource;
}

/**
 * Names of functions where there is no debug information: the name section's, else the symbol table's of an object
 * file, else the name it is exported by, else the one it is imported by, else its index.
 */
export class FunctionNames {
  readonly #module: DebugModule;
  readonly #names = new Map<number, FunctionName>();
  #others: Map<number, FunctionName> | undefined;

  constructor(module: DebugModule) {
    this.#module = module;
  }

  /** The function whose body holds an address, and its first address: `undefined` outside of all bodies. */
  at(address: CodeOffset): (FunctionName & { readonly index: number; readonly start: CodeOffset }) | undefined {
    const { functions } = this.#module;
    const index = functions.findIndex(address);
    if (index === undefined) return undefined;
    return { ...this.of(index), index, start: functions.body(index)!.start };
  }

  /** The name of the function with an index, imports first. */
  of(index: number): FunctionName {
    let found = this.#names.get(index);
    if (found === undefined) {
      found = this.#find(index);
      this.#names.set(index, found);
    }
    return found;
  }

  #find(index: number): FunctionName {
    const name = this.#module.names.functions.name(index);
    if (name !== undefined) return { name, source: 'name' };
    this.#others ??= this.#readOthers();
    return this.#others.get(index) ?? { name: `wasm-function[${index}]`, source: 'index' };
  }

  #readOthers(): Map<number, FunctionName> {
    const { module, report } = this.#module;
    const found = new Map<number, FunctionName>();
    const add = (index: number, name: string | undefined, source: FunctionNameSource): void => {
      if (name !== undefined && !found.has(index)) found.set(index, { name, source });
    };
    for (const symbol of readLinking(module, { report })?.symbols ?? []) {
      if (symbol.kind === 'function' && symbol.index !== undefined) add(symbol.index, symbol.name, 'linking');
    }
    for (const each of readExports(module, { report }))
      if (each.kind === 'function') add(each.index, each.name, 'export');
    let index = 0;
    for (const each of readImports(module, { report }).imports) {
      if (each.kind === 'function') add(index++, `${each.module}.${each.name}`, 'import');
    }
    return found;
  }
}
